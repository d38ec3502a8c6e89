"""What is odd about a file of items: spellings, names, barcodes and what is missing for sending them abroad."""

import re
from collections import defaultdict

from warehouse.auditing.findings import Audit, Lines
from warehouse.domain.barcodes import key
from warehouse.domain.catalog import GtinVerdict, gtin_sentence, judge_gtin, sku_key
from warehouse.domain.words import listed, sentence
from warehouse.exchange.grouping import kept_rows
from warehouse.exchange.profile import Profile
from warehouse.exchange.tables import BoundTable
from warehouse.exchange.values import tidy

_PLAIN = re.compile(r"[\W_]+")
_ZEROS = (12, 13)
ALIKE = sentence("They differ only in blanks or punctuation")
Places = dict[str, dict[str, Lines]]


def audit_items(bound: BoundTable, profile: Profile, audit: Audit) -> None:
    """Read every row as it was written; the file's own codes are judged, none is mended."""
    places: dict[str, Places] = {name: defaultdict(dict) for name in ("sku", "plain", "name", "barcode")}
    place = bound.binding.place
    for line, cells in kept_rows(bound, profile):
        padded = [*cells, *[""] * (len(bound.table.header) + 1 - len(cells))]
        row = {name: tidy(padded[place(name)], profile.parse) for name in ("sku", "name", "barcode", "weight_g")}
        customs = [tidy(padded[place(name)], profile.parse) for name in ("hs_code", "origin")]
        audit.figures["rows"] = audit.figures.get("rows", 0) + 1
        sku = row["sku"]
        for kind, said in (
            ("sku", sku_key(sku)),
            ("plain", _PLAIN.sub("", sku_key(sku))),
            ("name", _name(row["name"])),
        ):
            if said:
                places[kind][said].setdefault(sku, Lines()).add(line)
        if row["barcode"]:
            places["barcode"][key(row["barcode"])].setdefault(sku, Lines()).add(line)
            _judge_barcode(audit, row, line)
        if "weight_g" in bound.binding.places and row["weight_g"].strip("0.,") == "":
            audit.add("missing_weight", sku, sentence("No weight: the check at packing is off for it"), _at(line))
        if not all(customs):
            audit.add("missing_customs", sku, sentence("It cannot be sent abroad without both"), _at(line))
    _tell(audit, places)


def _at(line: int) -> Lines:
    return Lines([line], 1)


def _name(name: str) -> str:
    return _PLAIN.sub(" ", name.casefold()).strip()


def _judge_barcode(audit: Audit, row: dict[str, str], line: int) -> None:
    code = row["barcode"]
    if remark := gtin_sentence(code):
        restored = next((code.zfill(size) for size in _ZEROS if judge_gtin(code.zfill(size)) is GtinVerdict.OK), "")
        zeros = len(code) < min(_ZEROS) and restored
        pattern = "{code} {remark}; with its zeros it may be {restored}" if zeros else "{code} {remark}"
        audit.add("bad_barcode", row["sku"], sentence(pattern, code=code, remark=remark, restored=restored), _at(line))


def _tell(audit: Audit, places: dict[str, Places]) -> None:
    audit.figures["items"] = len(places["sku"])
    for kind, finding, message in (
        ("sku", "case_variants", sentence("Two spellings of one SKU")),
        ("name", "same_name", sentence("The same name")),
        ("barcode", "shared_barcode", sentence("One barcode on both: scanning it cannot tell them apart")),
    ):
        for said, owners in places[kind].items():
            if len(owners) > 1 and (kind != "name" or len({sku_key(sku) for sku in owners}) > 1):
                audit.add(finding, ", ".join(sorted(owners)), listed([message, said], ": "), _joined(owners))
    for owners in places["plain"].values():
        if len({sku_key(sku) for sku in owners}) > 1:
            audit.add("look_alikes", ", ".join(sorted(owners)), ALIKE, _joined(owners))


def _joined(owners: dict[str, Lines]) -> Lines:
    joined = Lines()
    for lines in owners.values():
        for line in lines.first:
            joined.add(line)
    return joined
