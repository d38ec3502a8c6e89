"""Items, bins, stock and people from a file: typed drafts, each refused by itself."""

from collections.abc import Callable, Iterator

from warehouse.domain.barcodes import badge_key
from warehouse.domain.catalog import is_reserved
from warehouse.domain.codes import BinKind, Role
from warehouse.domain.drafts import (
    CART_LIMITS,
    NEEDED,
    ONE_WAYS,
    AcceptedRecord,
    BinDraft,
    LayoutDraft,
    LayoutKind,
    MasterDraft,
    Refused,
    StockDraft,
    UserDraft,
)
from warehouse.domain.words import sentence
from warehouse.exchange.grouping import Group, Survey, groups
from warehouse.exchange.items import ItemReader
from warehouse.exchange.profile import Profile
from warehouse.exchange.row import ReadRow, RowReader
from warehouse.exchange.tables import BoundTable
from warehouse.exchange.targets import Kind
from warehouse.exchange.values import show

Record = AcceptedRecord | Refused
_OWN_BIN = "L:"
_OWN_BADGE = "U:"


def read_records(bound: BoundTable, profile: Profile, found: Survey) -> Iterator[tuple[int, Record]]:
    """Give each record of a master-data file with the number of rows read so far."""
    rows = RowReader(bound, profile)
    items = ItemReader(bound, profile) if profile.kind is Kind.ITEMS else None
    single = _Single(_BUILDERS.get(profile.kind, _user))
    for done, part in groups(bound, profile, found):
        if isinstance(part, Group):
            if items:
                yield from ((done, record) for record in items.read(part))
        elif items:
            yield done, _nameless(rows.read(part))
        else:
            yield done, single.read(rows.read(part))


def _nameless(row: ReadRow) -> Refused:
    """Refuse an item row without a SKU; its own findings say so, or why the SKU cannot be read."""
    return row.refused()


class _Single:
    """Reads kinds with one row a record, and finds the same one twice."""

    def __init__(self, build: Callable[[ReadRow], MasterDraft]) -> None:
        self._build = build
        self._lines: dict[str, int] = {}
        self._codes: dict[str, int] = {}

    def read(self, row: ReadRow) -> Record:
        """Give the record of one row."""
        if row.findings:
            return row.refused()
        draft = self._build(row)
        same = badge_key(draft.badge) if isinstance(draft, UserDraft) else draft.key.casefold()
        before = self._lines.setdefault(same, row.line)
        if before != row.line:
            row.wrong(
                _KEYS[type(draft)],
                "duplicate_record",
                sentence("{key} stands on line {line} already", key=show(draft.key), line=before),
            )
        if isinstance(draft, BinDraft) and draft.barcode:
            self._claim(row, draft.barcode)
        return row.refused(draft.key) if row.findings else AcceptedRecord(draft=draft, findings=tuple(row.notes))

    def _claim(self, row: ReadRow, code: str) -> None:
        before = self._codes.setdefault(code, row.line)
        if before != row.line:
            row.wrong(
                "barcode",
                "duplicate_barcode",
                sentence("{code} stands on line {line} already; one code, one bin", code=show(code), line=before),
            )


_KEYS = {BinDraft: "code", StockDraft: "bin", UserDraft: "badge", LayoutDraft: "code"}


def _bin(row: ReadRow) -> BinDraft:
    values = row.values
    _not_another_prefix(row, "barcode", f"{_OWN_BIN}{values['code']}")
    if is_reserved(values["code"]):
        row.wrong(
            "code", "reserved_code", sentence("{code} begins like one of our own barcodes", code=show(values["code"]))
        )
    return BinDraft(
        **{name: values[name] for name in ("code", "zone", "aisle", "bay", "level", "position", "x_mm", "y_mm")},
        side=_side(row),
        walk_sequence=row.count("walk_sequence", 0),
        kind=row.word("kind", BinKind, BinKind.PICK_FACE),
        barcode=values["barcode"],
        line=row.line,
    )


def _side(row: ReadRow) -> str:
    side: str = row.values["side"].upper()[:1]
    if side not in {"", "L", "R"}:
        row.wrong(
            "side",
            "unknown_value",
            sentence("{value} is none of: {names}", value=show(row.values["side"]), names="L, R"),
        )
    return side


def _layout(row: ReadRow) -> LayoutDraft:
    kind = row.word("kind", LayoutKind, LayoutKind.ZONE)
    values, one_way = row.values, row.values["one_way"].casefold()
    for name in NEEDED[kind]:
        if values[name] in (None, ""):
            row.wrong(
                name,
                "missing_value",
                sentence("{kind} needs its {name}", kind=show(kind.value.replace("_", " ")), name=name),
            )
    if one_way not in ONE_WAYS[kind is LayoutKind.WAY]:
        row.wrong(
            "one_way",
            "unknown_value",
            sentence(
                "{value} is none of: {names}",
                value=show(one_way),
                names=", ".join(ONE_WAYS[kind is LayoutKind.WAY][1:]),
            ),
        )
    return LayoutDraft(
        kind=kind,
        **{name: values[name] for name in ("code", "zone", "name", "x_mm", "y_mm", "blocked", "to", "distance_mm")},
        one_way=one_way,
        limits={name: row.count(name, 1) for name in CART_LIMITS},
        line=row.line,
    )


def _stock(row: ReadRow) -> StockDraft:
    values = row.values
    quantity = row.count("quantity", 0) or 0
    if values["available"].startswith("-"):
        message = sentence(
            "{sku}: {available} to sell: more is promised than there is",
            sku=values["sku"],
            available=values["available"],
        )
        row.note("available", "oversold", message)
    kept = {name: values[name] for name in ("bin", "sku", "lot", "expires_on")}
    return StockDraft(**kept, quantity=quantity, line=row.line)


def _user(row: ReadRow) -> UserDraft:
    values = row.values
    _not_another_prefix(row, "badge", values["badge"] if values["badge"].upper().startswith(_OWN_BADGE) else "")
    role = row.word("role", Role, Role.PICKER)
    return UserDraft(
        name=values["name"], role=role, badge=values["badge"], language=values["language"] or None, line=row.line
    )


def _not_another_prefix(row: ReadRow, target: str, own: str) -> None:
    """Refuse a code that begins like one of ours and is not the one it may be."""
    code = row.values[target]
    if is_reserved(code) and code.casefold() != own.casefold():
        row.wrong(
            target,
            "reserved_code",
            sentence("{code} begins like one of our own barcodes for something else", code=show(code)),
        )


_BUILDERS: dict[Kind, Callable[[ReadRow], MasterDraft]] = {
    Kind.BINS: _bin,
    Kind.STOCK: _stock,
    Kind.USERS: _user,
    Kind.LAYOUT: _layout,
}
