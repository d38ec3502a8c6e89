"""Profiles and media are checked when they are read."""

import math
from pathlib import Path

import pytest

from printers.errors import ProfileError
from printers.media import MEDIA, media_named
from printers.profile import PROFILE_FOLDER, load_profile, profile_names

GOOD = (PROFILE_FOLDER / "zebra_203.toml").read_text(encoding="utf-8")


def test_every_profile_in_the_box_is_good() -> None:
    assert profile_names() == [
        "a4_laser_600",
        "brother_ql_300",
        "cups_zebra_203",
        "png",
        "zebra_203",
        "zebra_300",
        "zebra_600",
    ]
    for name in profile_names():
        profile = load_profile(name)
        assert profile.dot_mm == pytest.approx(25.4 / profile.raster_dpi)
        assert math.floor(profile.medium.width_mm / profile.dot_mm) <= profile.max_width_dots


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('language = "zpl"', 'language = "epl"', "language: Input should be 'pdf', 'zpl' or 'png'"),
        ("raster_dpi = 203.2", "raster_dpi = 20", "raster_dpi: expected 100 to 2400, got 20"),
        ("raster_dpi = 203.2", "", "raster_dpi: Field required"),
        ("dpi = 203\n", "dpi = 300\n", "dpi: expected 203 as raster_dpi says, got 300"),
        ("darkness = 0", "darkness = 31", "darkness: expected -30 to 30, got 31"),
        ("darkness = 0", 'darkness = "dark"', "darkness: Input should be a valid integer"),
        ('["status"]', '["laser"]', "capabilities.0: Input should be 'status', 'cutter' or 'peeler'"),
        ('["status"]', '["cutter", "peeler"]', "capabilities: a printer cuts or peels, not both"),
        ('language = "zpl"', 'language = "pdf"', "darkness, capabilities: a pdf printer sets these itself"),
        ('media = "4x6in"', 'media = "A0"', "media: 'A0' is not known"),
        ("max_width_dots = 832", "max_width_dots = 400", "4x6in is 812 dots wide, max_width_dots is 400"),
        ("logistic = 4", "logistic = 3", "min_dots.logistic: 3 dots are 0.375 mm, expected 0.495"),
        ("internal = 3", "internal = 2", "min_dots.internal: 2 dots are 0.250 mm"),
        ("retail = 3", "", "min_dots.retail: is missing"),
        ("retail = 3", "retail = 3\npostal = 3", "min_dots.postal.*Input should be"),
        ('title = "Zebra', 'colour = "red"\ntitle = "Zebra', "colour: Unexpected keyword argument"),
        ("[min_dots]", "[min_dots", "profile bad: "),
    ],
)
def test_a_wrong_profile_says_which_entry_is_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    (tmp_path / "bad.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ProfileError, match=message):
        load_profile("bad", tmp_path)


def test_an_unknown_profile_or_medium_names_the_known_ones() -> None:
    with pytest.raises(ProfileError, match=r"secret' is not known; known are a4_laser_600"):
        load_profile("../secret")
    with pytest.raises(ProfileError, match="'A0' is not known; known are 4x6in"):
        media_named("A0")


def test_only_sheets_count_as_paper() -> None:
    assert {name for name, medium in MEDIA.items() if medium.paper} == {"A4", "Letter"}
