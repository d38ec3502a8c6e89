"""Decision rights: what can be decided, by whom, and whether it takes two."""

from dataclasses import dataclass

from warehouse.domain.codes import Role
from warehouse.domain.roles import RIGHTS, Permission
from warehouse.domain.site_settings import NAMES, NEEDS_TWO
from warehouse.domain.words import sentence, word


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRight:
    """One thing to decide; `actions` are the facts of the journal that say it was decided, `subject` which of them."""

    what: str
    right: Permission
    two: bool
    actions: tuple[str, ...]
    subject: str | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who may decide it, or propose it where it takes two."""
        return tuple(role for role in Role if self.right in RIGHTS[role])


def _right(what: str, right: Permission, *actions: str, two: bool = False) -> DecisionRight:
    return DecisionRight(what=what, right=right, two=two, actions=actions)


OTHER_RIGHTS = (
    _right(
        sentence("Let a held order go on (so may the owner of the exception)"), Permission.EDIT_ORDERS, "hold_lifted"
    ),
    _right(sentence("Hold an order"), Permission.EDIT_ORDERS, "held"),
    _right(sentence("Cancel an order"), Permission.EDIT_ORDERS, "cancelled"),
    _right(sentence("Give an exception to somebody"), Permission.ASSIGN_EXCEPTIONS, "exception_assigned"),
    _right(sentence("Map a shop's file"), Permission.EDIT_CONNECTIONS, "profile_proposed", "profile_active", two=True),
    _right(sentence("Choose carrier and service"), Permission.OVERRIDE, "shipping_rules_active", two=True),
    _right(sentence("Change items and barcodes"), Permission.EDIT_CATALOG, "item_updated", "item_created"),
    _right(sentence("Correct stock"), Permission.ADJUST_STOCK, "stock_adjusted"),
    _right(sentence("Plan waves by themselves"), Permission.PLAN_BATCHES, "wave_rules_changed"),
    _right(sentence("Void a carton"), Permission.VOID_CARTONS, "carton_voided"),
    _right(
        sentence("Let people in, and what they may"),
        Permission.EDIT_PEOPLE,
        "person.add",
        "person.role",
        "person.disable",
        "person.enable",
    ),
    _right(sentence("Let machines in"), Permission.EDIT_TOKENS, "token.create", "token.revoke"),
)


def decision_rights() -> tuple[DecisionRight, ...]:
    """List everything that can be decided: each setting of the site, then what stands elsewhere."""
    settings = tuple(
        DecisionRight(
            what=sentence("Setting: {name}", name=word(name)),
            right=Permission.EDIT_SETTINGS,
            two=name in NEEDS_TWO,
            actions=("setting_changed",),
            subject=f"setting:{name}",
        )
        for name in sorted(NAMES, key=lambda name: (name not in NEEDS_TWO, name))
    )
    return (*OTHER_RIGHTS, *settings)
