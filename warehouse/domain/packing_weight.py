"""The weight check: what a carton should weigh, and which units would explain a difference."""

from warehouse.domain.packing_texts import say
from warehouse.domain.packing_work import PackCarton, PackLine, PackWork

TOLERANCE_G = 30
TOLERANCE_PERCENT = 3
_MOST_CANDIDATES = 3


def expected_weight(work: PackWork, carton: PackCarton) -> int | None:
    """Add up content and carton in grams; None, which turns the check off, while one of the weights is not known."""
    weights = [(work.lines[part.order_line].weight_g, part.quantity) for part in carton.content]
    if carton.tare_g is None or any(each is None for each, _ in weights):
        return None
    return carton.tare_g + sum((each or 0) * quantity for each, quantity in weights)


def tolerance(expected: int) -> float:
    """Give the difference in grams that is let pass: 30 g, or 3 % of a heavier carton."""
    return max(TOLERANCE_G, expected * TOLERANCE_PERCENT / 100)


def fits(grams: int, expected: int) -> bool:
    """Whether what the scale shows is near enough."""
    return abs(grams - expected) <= tolerance(expected)


def candidates(work: PackWork, carton: PackCarton, difference: int) -> list[tuple[PackLine, int]]:
    """Name the lines and numbers of units that would explain the difference, the nearest first.

    Units too many may be of any line of the order, as many as it has; units too few only of what should be inside.
    """
    inside: dict[int, int] = {}
    for part in carton.content:
        inside[part.order_line] = inside.get(part.order_line, 0) + part.quantity
    explained: list[tuple[float, int, PackLine, int]] = []
    for line in work.lines.values():
        number = round(abs(difference) / line.weight_g) if line.weight_g else 0
        off = abs(abs(difference) - number * (line.weight_g or 0))
        most = line.picked if difference > 0 else inside.get(line.order_line, 0)
        if 0 < number <= most and off <= TOLERANCE_G:
            explained.append((off, line.order_line, line, number))
    return [(line, number) for _, _, line, number in sorted(explained, key=lambda it: it[:2])][:_MOST_CANDIDATES]


def say_weight_off(work: PackWork, carton: PackCarton, difference: int) -> str:
    """Say by how much a carton is off, and what that may be: "212 g too light: 1 of Red mug?"."""
    found = candidates(work, carton, difference)
    named = " or ".join(say("weight_candidate", number=number, name=line.name) for line, number in found)
    return say(
        "weight_off",
        carton=carton.number,
        difference=abs(difference),
        side="heavy" if difference > 0 else "light",
        units=f": {named}?" if named else ".",
    )
