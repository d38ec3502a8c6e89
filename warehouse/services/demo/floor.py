"""The demo building: aisles of racks between three cross aisles, the places around them, and what parcels go in."""

from collections.abc import Iterator
from dataclasses import dataclass

from warehouse.domain.codes import BinKind
from warehouse.domain.drafts import LayoutDraft, LayoutKind

AISLES = 8
BAYS = 20
PICK_LEVELS = 3
AISLE_PITCH_MM = 3200
BAY_PITCH_MM = 1300
FIRST_BAY_MM = 6000
CROSS_AISLES = {"FRONT": 4500, "MIDDLE": 12_500, "BACK": 20_500}
DESK_MM = (14_400, 4500)
"""Where carts wait and trips begin and end: on the front cross aisle."""
CARTS = 24
SLOTS = 8
TOTES = 300
BENCHES = 6
ZONES = ("A", "A", "A", "B", "B", "B", "C", "C")
"""The zone of each aisle: A holds what is ordered most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBin:
    """One storage place, ready to be written down."""

    code: str
    kind: BinKind
    zone: str = ""
    aisle: str = ""
    bay: str = ""
    side: str = ""
    level: str = ""
    position: str = ""
    x_mm: int | None = None
    y_mm: int | None = None
    walk_sequence: int | None = None


@dataclass(frozen=True, slots=True)
class DemoBox:
    """A carton or bag: code, name, inner size in millimetres, tare and most content in grams."""

    code: str
    name: str
    inner_mm: tuple[int, int, int]
    tare_g: int
    max_weight_g: int


BOXES = (
    DemoBox("BAG-S", "Padded bag small", (220, 150, 30), 18, 1000),
    DemoBox("BOX-S", "Carton small", (220, 160, 110), 95, 3000),
    DemoBox("BOX-M", "Carton medium", (330, 250, 180), 210, 8000),
    DemoBox("BOX-L", "Carton large", (450, 350, 300), 420, 15000),
    DemoBox("BOX-XL", "Carton extra large", (600, 450, 450), 780, 25000),
)


def make_bins() -> tuple[DemoBin, ...]:
    """Give every bin of the building: racks first, in walk order."""
    return (*_racks(), *_around())


def _racks() -> Iterator[DemoBin]:
    """Odd aisles are walked away from the benches, even ones back; both sides of an aisle on one way."""
    sequence = 0
    for aisle in range(1, AISLES + 1):
        bays = range(1, BAYS + 1) if aisle % 2 else range(BAYS, 0, -1)
        for bay in bays:
            for level in range(1, PICK_LEVELS + 2):
                sequence += 10
                yield _rack_bin(aisle, bay, level, sequence)


def _rack_bin(aisle: int, bay: int, level: int, sequence: int) -> DemoBin:
    return DemoBin(
        code=f"{aisle:02d}-{bay:02d}-{level}",
        kind=BinKind.PICK_FACE if level <= PICK_LEVELS else BinKind.RESERVE,
        zone=ZONES[aisle - 1],
        aisle=f"{aisle:02d}",
        bay=f"{bay:02d}",
        side="R" if bay % 2 else "L",
        level=str(level),
        position="1",
        x_mm=aisle * AISLE_PITCH_MM,
        y_mm=_along(bay),
        walk_sequence=sequence,
    )


def _along(bay: int) -> int:
    """Both sides of an aisle face each other; the middle cross aisle parts the fifth pair of bays from the sixth."""
    pair = (bay - 1) // 2
    gap = 2 * BAY_PITCH_MM if pair >= BAYS // 4 else 0
    return FIRST_BAY_MM + pair * BAY_PITCH_MM + gap - BAY_PITCH_MM // 2


def make_plan() -> tuple[LayoutDraft, ...]:
    """Give the floor plan of the building: zones, aisles, cross aisles, and the desk where trips begin and end."""
    zones = {"A": "Fast movers", "B": "Middle", "C": "Slow movers", "PACK": "Packing", "STAGE": "Staging"}
    return (
        *(LayoutDraft(kind=LayoutKind.ZONE, code=code, name=name) for code, name in zones.items()),
        *(
            LayoutDraft(kind=LayoutKind.AISLE, code=f"{aisle:02d}", zone=zone, x_mm=aisle * AISLE_PITCH_MM)
            for aisle, zone in enumerate(ZONES, start=1)
        ),
        *(LayoutDraft(kind=LayoutKind.CROSS_AISLE, code=code, y_mm=y_mm) for code, y_mm in CROSS_AISLES.items()),
        LayoutDraft(kind=LayoutKind.DEPOT, code="DESK", x_mm=DESK_MM[0], y_mm=DESK_MM[1]),
    )


def _around() -> Iterator[DemoBin]:
    for number in range(1, 3):
        yield _place(f"STAGE-{number:02d}", BinKind.STAGING, "STAGE", 2000 + number * 1500, 1500)
    for number in range(1, BENCHES + 1):
        yield _place(f"PACK-{number:02d}", BinKind.PACK, "PACK", 8000 + number * 2500, 1500)
    for number in range(1, 5):
        yield _place(f"CONS-{number:02d}", BinKind.CONSOLIDATION_SHELF, "PACK", 8000 + number * 2500, 3500)
    yield _place("PROBLEM-01", BinKind.PROBLEM_SHELF, "PACK", 26000, 3500)
    yield _place("QUAR-01", BinKind.QUARANTINE, "QUAR", 28000, 1500)


def _place(code: str, kind: BinKind, zone: str, x_mm: int, y_mm: int) -> DemoBin:
    return DemoBin(code=code, kind=kind, zone=zone, x_mm=x_mm, y_mm=y_mm)
