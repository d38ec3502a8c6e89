"""Printer profiles: the language a printer takes, its dots, its smallest readable bar, what it is loaded with."""

import math
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from printers.errors import ProfileError
from printers.media import MEDIA, Media, media_named
from printers.sizes import X_LIMITS_MM, SymbolUse

PROFILE_FOLDER = Path(__file__).parent / "profiles"


class Language(StrEnum):
    """What the bytes sent to a printer are."""

    PDF = "pdf"
    ZPL = "zpl"
    PNG = "png"


class Capability(StrEnum):
    """What a printer can do beside printing."""

    STATUS = "status"
    """Answers a question for its state (ZPL `~HS`)."""
    CUTTER = "cutter"
    """Cuts after each label."""
    PEELER = "peeler"
    """Peels each label off and waits until it is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How to print on one kind of printer.

    `dpi` is what stands on the printer, for asking others for labels that fit it. `raster_dpi` is the grid the bars
    fall on: 203.2 for a print head of 8 dots/mm, 203.0 behind a CUPS queue that makes the dots itself. `min_dots` is
    the narrowest bar, in dots, that reads reliably for each use. `darkness` is added to what is set at a ZPL printer.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    name: str
    title: str
    language: Language
    dpi: int
    raster_dpi: float
    max_width_dots: int
    media: str
    min_dots: dict[SymbolUse, int]
    darkness: int = 0
    capabilities: frozenset[Capability] = frozenset()

    @property
    def dot_mm(self) -> float:
        """Width of one dot in mm."""
        return 25.4 / self.raster_dpi

    @property
    def medium(self) -> Media:
        """What the printer is loaded with unless said otherwise."""
        return media_named(self.media)


_ADAPTER = TypeAdapter(Profile)


@lru_cache(maxsize=64)
def load_profile(name: str, folder: Path = PROFILE_FOLDER) -> Profile:
    """Read and check the profile `name`; raises ProfileError saying what is wrong with which entry."""
    known = profile_names(folder)
    if name not in known:
        raise ProfileError(
            "printer profile {name} is not known; known are {known}", name=repr(name), known=", ".join(known)
        )
    try:
        entries = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        profile = _ADAPTER.validate_python({"name": name, **entries}, strict=False)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError("profile {name}: {problem}", name=name, problem=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ProfileError(
            "profile {name}: {problem}", name=name, problem=f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        ) from error
    _check(profile)
    return profile


def profile_names(folder: Path = PROFILE_FOLDER) -> list[str]:
    """List the profiles there are."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def _check(profile: Profile) -> None:
    for problem in (_grid_problem(profile), _media_problem(profile), _zpl_problem(profile), *_bar_problems(profile)):
        if problem:
            raise ProfileError("profile {name}: {problem}", name=profile.name, problem=problem)


def _grid_problem(profile: Profile) -> str:
    if not 100 <= profile.raster_dpi <= 2400:  # noqa: PLR2004 - no printer is outside
        return f"raster_dpi: expected 100 to 2400, got {profile.raster_dpi}"
    if abs(profile.dpi - profile.raster_dpi) > 1:
        return f"dpi: expected {profile.raster_dpi:.0f} as raster_dpi says, got {profile.dpi}"
    return ""


def _zpl_problem(profile: Profile) -> str:
    if profile.language is not Language.ZPL and (profile.darkness or profile.capabilities):
        return f"darkness, capabilities: a {profile.language} printer sets these itself, leave them out"
    if not -30 <= profile.darkness <= 30:  # noqa: PLR2004 - what ^MD takes
        return f"darkness: expected -30 to 30, got {profile.darkness}"
    if {Capability.CUTTER, Capability.PEELER} <= profile.capabilities:
        return "capabilities: a printer cuts or peels, not both"
    return ""


def _media_problem(profile: Profile) -> str:
    if profile.media not in MEDIA:
        return f"media: {profile.media!r} is not known; known are {', '.join(MEDIA)}"
    needed = math.floor(profile.medium.width_mm / profile.dot_mm)
    if needed > profile.max_width_dots:
        return f"media: {profile.media} is {needed} dots wide, max_width_dots is {profile.max_width_dots}"
    return ""


def _bar_problems(profile: Profile) -> list[str]:
    return [_bar_problem(profile, use) for use in SymbolUse]


def _bar_problem(profile: Profile, use: SymbolUse) -> str:
    if use not in profile.min_dots:
        return f"min_dots.{use}: is missing"
    dots, (least, most) = profile.min_dots[use], X_LIMITS_MM[use]
    width = dots * profile.dot_mm
    if not least <= width <= most:
        return f"min_dots.{use}: {dots} dots are {width:.3f} mm, expected {least} to {most} mm"
    return ""
