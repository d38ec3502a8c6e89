"""The weight check: what a carton should weigh, and which units would explain a difference."""

from warehouse.domain.packing.texts import say
from warehouse.domain.packing.work import PackCarton, PackLine, PackPolicy, PackWork
from warehouse.domain.words import listed, sentence

_MOST_CANDIDATES = 3
_SCALE_G = 5
"""What a scale may be off by itself: a site that lets nothing pass still wants to know which unit it may be."""


def expected_weight(work: PackWork, carton: PackCarton) -> int | None:
    """Add up content and carton in grams; None, which turns the check off, while one of the weights is not known."""
    weights = [(work.lines[part.order_line].weight_g, part.quantity) for part in carton.content]
    if carton.tare_g is None or any(each is None for each, _ in weights):
        return None
    return carton.tare_g + sum((each or 0) * quantity for each, quantity in weights)


def without_weight(work: PackWork, carton: PackCarton) -> str | None:
    """Say why a carton is not weighed although the station weighs: a weight is not known; None when all are."""
    if not work.policy.weigh or not carton.content or expected_weight(work, carton) is not None:
        return None
    lines = {part.order_line: work.lines[part.order_line] for part in carton.content}
    names = dict.fromkeys(line.name for line in lines.values() if line.weight_g is None)
    if names:
        return say("no_weight", carton=carton.number, names=", ".join(names))
    return say("no_tare", carton=carton.number)


def fits(policy: PackPolicy, grams: int, expected: int) -> bool:
    """Whether what the scale shows is near enough: within the site's grams, or its share of a heavier carton."""
    return abs(grams - expected) * 100 <= max(policy.weight_g * 100, expected * policy.weight_percent)


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
        if 0 < number <= most and off <= max(work.policy.weight_g, _SCALE_G):
            explained.append((off, line.order_line, line, number))
    return [(line, number) for _, _, line, number in sorted(explained, key=lambda it: it[:2])][:_MOST_CANDIDATES]


def say_weight_off(work: PackWork, carton: PackCarton, difference: int) -> str:
    """Say by how much a carton is off, and what that may be: "212 g too light: 1 of Red mug?"."""
    found = candidates(work, carton, difference)
    named = listed((say("weight_candidate", number=number, name=line.name) for line, number in found), between=" / ")
    return say(
        "weight_off",
        carton=carton.number,
        difference=abs(difference),
        side=sentence("heavy" if difference > 0 else "light"),
        units=f": {named}?" if named else ".",
    )
