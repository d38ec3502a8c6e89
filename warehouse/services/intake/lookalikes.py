"""New customers held against those the house knows: whoever may be one is suggested to the owner of the data."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from warehouse.domain.codes import Severity
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.exceptions.customers import Somebody, shared, who_orders
from warehouse.domain.order_checks import Concern
from warehouse.domain.orders import OrderDraft
from warehouse.domain.words import sentence, word
from warehouse.storage.queries.exceptions.alike import customers_near


class Lookalikes:
    """Remembers, from step to step of one file, who may be whom."""

    def __init__(self) -> None:
        self._by: dict[tuple[str, str], dict[Somebody, None]] = {}

    def learn(self, session: Session, drafts: Sequence[OrderDraft]) -> None:
        """Look up who shares something with these new customers."""
        for known in customers_near(session, [draft.ship_to for draft in drafts]):
            self._remember(known)

    def concern(self, draft: OrderDraft) -> Concern | None:
        """Say which customer a new one may be, and remember the new one."""
        new = who_orders(draft)
        near = (known for way in _ways(new) for known in self._by.get(way, ()))
        found = next(((known, by) for known in near if (by := shared(new, known))), None)
        self._remember(new)
        if found is None:
            return None
        known, by = found
        pattern = "Customer {customer} may be customer {other}: the same {reason}"
        message = sentence(pattern, customer=new.customer, other=known.customer, reason=word(by))
        return Concern(type=ExceptionType.DUPLICATE_CUSTOMER, severity=Severity.FLAG, message=message)

    def _remember(self, one: Somebody) -> None:
        for way in _ways(one):
            self._by.setdefault(way, {})[one] = None


def _ways(one: Somebody) -> list[tuple[str, str]]:
    given = (("email", one.email), ("phone", one.phone), ("postcode", one.postcode))
    return [way for way in given if way[1] and one.customer]
