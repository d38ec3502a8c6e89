"""What a printer is loaded with: labels of one size, or sheets of paper."""

from dataclasses import dataclass

from printers.errors import ProfileError


@dataclass(frozen=True, slots=True)
class Media:
    """One medium: its printable size in mm as it leaves the printer upright, and whether it is paper to read from."""

    name: str
    width_mm: float
    height_mm: float
    paper: bool = False


_ALL = (
    Media("4x6in", 101.6, 152.4),
    Media("100x150", 100, 150),
    Media("A6", 105, 148),
    Media("100x50", 100, 50),
    Media("4x2in", 101.6, 50.8),
    Media("57x32", 57, 32),
    Media("2x1in", 50.8, 25.4),
    Media("62x100", 58.93, 93.9),
    Media("145x145", 145, 145),
    Media("CR80", 85.6, 53.98),
    Media("A4", 210, 297, paper=True),
    Media("Letter", 215.9, 279.4, paper=True),
)

MEDIA = {medium.name: medium for medium in _ALL}
"""Every medium by name."""


def media_named(name: str) -> Media:
    """Find a medium; raises ProfileError naming the known ones."""
    if name not in MEDIA:
        raise ProfileError("medium {name} is not known; known are {known}", name=repr(name), known=", ".join(MEDIA))
    return MEDIA[name]
