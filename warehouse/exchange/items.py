"""Items from a file with one row a barcode: rows of a SKU are put together, codes are judged, doubles refused."""

from collections.abc import Iterator
from dataclasses import replace

from warehouse.domain.catalog import ITEM_FLAGS, Namespace, is_reserved, is_usable, judge_item, sku_problem
from warehouse.domain.codes import Tracking, UnitLevel
from warehouse.domain.drafts import AcceptedRecord, BarcodeDraft, Finding, ItemDraft, Refused, SourceRow
from warehouse.domain.words import sentence
from warehouse.exchange.grouping import Group
from warehouse.exchange.profile import Profile
from warehouse.exchange.row import ReadRow, RowReader
from warehouse.exchange.tables import BoundTable
from warehouse.exchange.targets import TARGETS, Kind
from warehouse.exchange.values import show

_HEAD = [name for name, target in TARGETS[Kind.ITEMS].items() if target.per_group and name != "sku"]


class ItemReader:
    """Reads items of one file, and remembers which code belongs to whom."""

    def __init__(self, bound: BoundTable, profile: Profile) -> None:
        self._rows = RowReader(bound, profile)
        self._codes = Namespace()

    def read(self, group: Group) -> Iterator[AcceptedRecord | Refused]:
        """Give the item of a group; rows that spell its SKU in another way are refused, never merged."""
        rows = [self._rows.read(row) for row in group.rows]
        spelling = next((row.values["sku"] for row in rows if "sku" in row.values), "")
        same = [row for row in rows if row.values.get("sku", spelling) == spelling]
        yield self._item(same)
        for row in rows:
            if row not in same:
                message = sentence(
                    "{sku} and {spelling} differ only in spelling",
                    sku=show(row.values["sku"]),
                    spelling=show(str(spelling)),
                )
                row.wrong("sku", "duplicate_sku", message)
                yield row.refused(row.values["sku"])

    def _item(self, rows: list[ReadRow]) -> AcceptedRecord | Refused:
        first = rows[0]
        if all(not row.findings for row in rows):
            self._compare(rows)
            draft, doubles = self._draft(rows)
            if all(not row.findings for row in rows):
                return _without_unusable(draft, doubles)
        findings = tuple(finding for row in rows for finding in row.findings)
        source = tuple(SourceRow(row.line, tuple(row.cells)) for row in rows)
        return Refused(key=str(first.values.get("sku", "")), line=first.line, findings=findings, rows=source)

    def _compare(self, rows: list[ReadRow]) -> None:
        first = rows[0].values
        for row in rows[1:]:
            for name in _HEAD:
                if row.values[name] not in (None, "", first[name]):
                    row.wrong(name, "item_conflict", sentence("differs from the first row of the same item"))

    def _draft(self, rows: list[ReadRow]) -> tuple[ItemDraft, list[Finding]]:
        first = rows[0]
        barcodes, doubles = self._barcodes(rows)
        if problem := sku_problem(first.values["sku"]):
            first.wrong("sku", "reserved_code", problem)
        lengths = {name: first.count(name, 0) for name in ("weight_g", "length_mm", "width_mm", "height_mm")}
        draft = ItemDraft(
            sku=first.values["sku"],
            name=first.values["name"],
            barcodes=tuple(barcodes),
            tracking=first.word("tracking", Tracking, Tracking.NONE),
            flags=_flags(first),
            hs_code=first.values["hs_code"],
            origin=first.values["origin"].upper(),
            line=first.line,
            **lengths,
        )
        return draft, doubles

    def _barcodes(self, rows: list[ReadRow]) -> tuple[list[BarcodeDraft], list[Finding]]:
        taken: dict[str, BarcodeDraft] = {}
        doubles = []
        for row in rows:
            barcode = self._barcode(row)
            if barcode is None:
                continue
            other = taken.setdefault(barcode.code, barcode)
            if other is not barcode and _meaning(other) != _meaning(barcode):
                row.wrong(
                    "barcode",
                    "duplicate_barcode",
                    sentence("{code} stands on line {line} as another unit", code=show(barcode.code), line=other.line),
                )
            elif other is not barcode:
                message = sentence(
                    "{code} stands on line {line} already; taken once", code=show(barcode.code), line=other.line
                )
                doubles.append(Finding(row.line, row.columns["barcode"], "duplicate_record", message))
        return list(taken.values()), doubles

    def _barcode(self, row: ReadRow) -> BarcodeDraft | None:
        code = row.values["barcode"]
        unit = row.word("unit", UnitLevel, UnitLevel.EACH)
        pack = row.count("pack_quantity", 1)
        if unit is UnitLevel.EACH and pack not in {None, 1}:
            row.wrong(
                "pack_quantity",
                "bad_number",
                sentence("One piece counts 1, not {pack}; name the unit inner, case or pallet", pack=pack),
            )
        if unit is not UnitLevel.EACH and pack is None:
            row.wrong("pack_quantity", "missing_value", sentence("How many pieces are in one {unit}?", unit=unit))
        if not code:
            return None
        self._claim(row, code)
        return BarcodeDraft(code=code, unit=unit, pack_quantity=pack or 1, line=row.line)

    def _claim(self, row: ReadRow, code: str) -> None:
        if is_reserved(code):
            row.wrong(
                "barcode", "reserved_code", sentence("{code} begins like one of our own barcodes", code=show(code))
            )
        elif holder := self._codes.claim(code, row.values["sku"], row.line):
            message = sentence(
                "{code} belongs to {sku} on line {line} already; one code, one item",
                code=show(code),
                sku=holder[0],
                line=holder[1],
            )
            row.wrong("barcode", "duplicate_barcode", message)


def _meaning(barcode: BarcodeDraft) -> tuple[UnitLevel, int]:
    return barcode.unit, barcode.pack_quantity


def _flags(row: ReadRow) -> frozenset[str]:
    flags = frozenset(row.values["flags"].casefold().replace(",", " ").replace(";", " ").replace("|", " ").split())
    if unknown := sorted(flags - ITEM_FLAGS):
        row.wrong(
            "flags",
            "unknown_value",
            sentence("{value} is none of: {names}", value=show(unknown[0]), names=", ".join(sorted(ITEM_FLAGS))),
        )
    return flags


def _without_unusable(draft: ItemDraft, doubles: list[Finding]) -> AcceptedRecord:
    usable = tuple(barcode for barcode in draft.barcodes if is_usable(barcode.code))
    # Nothing weighs nothing: a shop that does not know a weight says 0.
    weight = draft.weight_g or None
    return AcceptedRecord(
        draft=replace(draft, barcodes=usable, weight_g=weight), findings=(*doubles, *judge_item(draft))
    )
