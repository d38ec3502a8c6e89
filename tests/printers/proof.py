"""Labels of every kind, printed in every way, read clean and in bad light; `python -m tests.bench.labels` runs 1,000.

Each kind of symbol is put on paper at 203, 300 and 600 dpi as PDF, PNG and ZPL, and zxing reads the dots: as they are,
and after blur, rotation, noise, a smaller scale, and all of these. A read of anything that was not printed is wrong.
"""

import io
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from PIL import Image, ImageChops, ImageFilter

from printers import Profile, load_profile, media_named, render
from printers.documents import Badge, BatchLabel, BinLabel, Document, ItemLabel, ShippingLabel, StationLabel, ToteLabel
from printers.documents.logistic import LogisticLabel
from printers.gs1 import check_digit, sscc
from printers.profile import Language
from tests.printers.reading import raster, scan
from tests.printers.zpl_reader import read_zpl

Said = tuple[bytes, str]
"""What a scanner delivers: bytes and the AIM identifier of the symbology."""


@dataclass(frozen=True, slots=True)
class Case:
    """A label, the medium it goes on, and what its symbols must say."""

    kind: str
    document: Document
    medium: str
    said: tuple[Said, ...]


def _digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choice("0123456789") for _ in range(count))


def _checked(dice: random.Random, count: int) -> str:
    body = _digits(dice, count - 1)
    return f"{body}{check_digit(body)}"


def _place(dice: random.Random) -> str:
    return f"{dice.choice('ABCDEFGH')}-{_digits(dice, 2)}-{_digits(dice, 2)}-{dice.randint(1, 6)}"


def _lot(dice: random.Random) -> str:
    return "".join(dice.choice("0123456789ABCDEFGHKLMNPRSTUVWXYZ-/") for _ in range(dice.randint(3, 7)))


def _code(prefix: str) -> Callable[[random.Random], str]:
    return lambda dice: f"{prefix}{dice.choice(['99', '', 'A-'])}{_digits(dice, dice.randint(3, 7))}"


def _bin(dice: random.Random) -> Case:
    code = _place(dice)
    label = BinLabel(code=code, barcode=f"L:{code}", zone=code[0])
    return Case("bin", label, "100x50", ((label.barcode.encode(), "]C0"),))


def _tote(dice: random.Random) -> Case:
    code = _code("T:")(dice)
    return Case("tote", ToteLabel(code=code[2:], barcode=code), "100x50", ((code.encode(), "]C0"),))


def _batch(dice: random.Random) -> Case:
    code = _code("B:")(dice)
    return Case("batch", BatchLabel(number=code[2:], barcode=code), "100x50", ((code.encode(), "]C0"),))


def _badge(dice: random.Random) -> Case:
    code = f"U:{_digits(dice, 3)}{_place(dice)[:4]}"
    return Case("badge", Badge(name="Ana", role="Picker", barcode=code), "CR80", ((code.encode(), "]C0"),))


def _station(dice: random.Random) -> Case:
    code = _code("S:")(dice)
    return Case("station", StationLabel(code=code, name="Bench", barcode=code), "100x50", ((code.encode(), "]C0"),))


def _any_text(dice: random.Random) -> Case:
    text = dice.choice(["", "99", "1"]) + "".join(chr(dice.randint(33, 126)) for _ in range(dice.randint(1, 6)))
    label = ItemLabel(sku="1", name="any text", barcode=text, code_kind="internal")
    return Case("any_text", label, "57x32", ((text.encode(), "]C0"),))


def _retail(length: int) -> Callable[[random.Random], Case]:
    def case(dice: random.Random) -> Case:
        code = _checked(dice, length)
        label = ItemLabel(sku="85123A", name="White hanging heart", barcode=code, code_kind="gtin")
        said = (code.zfill(13) if length == 12 else code).encode()  # the reader shows a UPC-A as the EAN-13 it is
        return Case(f"gtin_{length}", label, "57x32", ((said, "]E4" if length == 8 else "]E0"),))

    return case


def _case(dice: random.Random) -> Case:
    code = _checked(dice, 14)
    label = ItemLabel(sku="85123A", name="Case", barcode=code, code_kind="gtin", unit="case", pack_quantity=6)
    return Case("itf_14", label, "4x6in", ((code.encode(), "]I1"),))


def _tracked(medium: str) -> Callable[[random.Random], Case]:
    def case(dice: random.Random) -> Case:
        code, lot = _checked(dice, 13), _lot(dice) + "-2026K7"  # always too long for one line of bars
        label = ItemLabel(
            sku="FD-1",
            name="Biscuits",
            barcode=code,
            code_kind="gtin",
            lot=lot,
            expires_on=f"2027-0{dice.randint(1, 9)}-28",
        )
        first, second = f"010{code}17{label.expires_on.replace('-', '')[2:]}", f"10{lot}"
        if medium == "57x32":
            return Case("datamatrix", label, medium, ((f"{first}{second}".encode(), "]d2"),))
        return Case("tracked", label, medium, ((first.encode(), "]C1"), (second.encode(), "]C1")))

    return case


def _shipping(dice: random.Random) -> Case:
    number, postcode = sscc(3, "4012345", dice.randrange(10**9)), _digits(dice, 5)
    label = ShippingLabel(
        from_lines=("Hearth & Home", "Leeds"),
        to_lines=("Zoë", "61-881 Poznań"),
        order_number="536365",
        sscc=number,
        carrier="DHL",
        postcode=postcode,
    )
    said = ((f"420{postcode}".encode(), "]C1"), (f"00{number}".encode(), "]C1"))
    return Case("shipping", label, dice.choice(["4x6in", "A6"]), said)


def _logistic(dice: random.Random) -> Case:
    number, content = sscc(3, "4012345", dice.randrange(10**9)), _checked(dice, 14)
    count = dice.choice([6, 12, 48, 1200])
    label = LogisticLabel(
        sscc=number, from_lines=("Hearth & Home",), to_lines=("Zoë", "Poznań"), content_gtin=content, count=count
    )
    said = ((f"02{content}37{count}".encode(), "]C1"), (f"00{number}".encode(), "]C1"))
    return Case("logistic", label, "4x6in", said)


def _logistic_2d(dice: random.Random) -> Case:
    case = _logistic(dice)
    lot = _lot(dice)
    assert isinstance(case.document, LogisticLabel)
    label = replace(case.document, lot=lot, best_before="2027-02-28", postcode=_digits(dice, 5))
    content = f"02{label.content_gtin}1527022837{label.count}\x1d10{lot}\x1d420{label.postcode}"
    return Case("logistic_2d", label, "4x6in", ((content.encode(), "]d2"), case.said[1]))


def _qr(dice: random.Random) -> Case:
    text = "O:" + "".join(dice.choice("0123456789abcdefghijk-/.") for _ in range(dice.randint(40, 60)))
    return Case("qr", BinLabel(code="LONG", barcode=text), "100x50", ((text.encode(), "]Q1"),))


KINDS: tuple[Callable[[random.Random], Case], ...] = (
    *(_bin, _tote, _batch, _badge, _station, _any_text, _retail(13), _retail(12), _retail(8), _case),
    *(_tracked("4x2in"), _tracked("57x32"), _shipping, _logistic, _logistic_2d, _qr),
)
"""Makes a label of each kind from dice."""


def _outputs() -> dict[str, Profile]:
    heads = {"203": load_profile("zebra_203"), "300": load_profile("zebra_300"), "600": load_profile("zebra_600")}
    plain = {"darkness": 0, "capabilities": frozenset()}
    return {
        f"{language.value}_{dpi}": replace(head, language=language, **({} if language is Language.ZPL else plain))
        for dpi, head in heads.items()
        for language in Language
    }


OUTPUTS = _outputs()
"""Every language at every resolution."""


def dots_of(case: Case, profile: Profile) -> Image.Image:
    """Print a label and give the dots that come out."""
    content = render(case.document, profile, media_named(case.medium)).bytes
    if profile.language is Language.PDF:
        return raster(content, profile.raster_dpi)[0]
    if profile.language is Language.ZPL:
        return read_zpl(content)[0].picture
    return Image.open(io.BytesIO(content))


def _blurred(picture: Image.Image, strength: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(strength))


def _turned(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _noisy(picture: Image.Image, dice: random.Random, strength: float) -> Image.Image:
    grain = Image.frombytes("L", picture.size, dice.randbytes(picture.width * picture.height))
    around = grain.point(lambda grey: int(128 + (grey - 128) * strength))
    softer = picture.point(lambda grey: int(24 + grey * 0.8))
    return ImageChops.add(softer, around, 1, -128)


def _smaller(picture: Image.Image) -> Image.Image:
    return picture.resize((round(picture.width * 0.8), round(picture.height * 0.8)), Image.Resampling.BICUBIC)


def degraded(dots: Image.Image, dpi: float, dice: random.Random) -> Iterator[tuple[str, Image.Image]]:
    """Spoil a label in five ways, as a camera of some 300 dots an inch sees it."""
    seen = dots.convert("L")
    if dpi > 400:
        seen, dpi = seen.resize((seen.width // 2, seen.height // 2), Image.Resampling.BOX), dpi / 2
    dot = dpi / 203
    yield "blur", _blurred(seen, dot)
    yield "rotation", _turned(seen, dice.uniform(-5, 5))
    yield "noise", _noisy(seen, dice, 0.2)
    yield "scale", _smaller(seen)
    yield "all", _noisy(_smaller(_turned(_blurred(seen, 0.6 * dot), dice.uniform(-4, 4))), dice, 0.12)


@dataclass(slots=True)
class Tally:
    """What came of it: labels read and not read, clean and spoiled, and every read of something not printed."""

    clean: int = 0
    clean_read: int = 0
    spoiled: int = 0
    spoiled_read: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"clean {self.clean_read} of {self.clean}, spoiled {self.spoiled_read} of {self.spoiled} "
            f"({self.spoiled_read / max(1, self.spoiled):.2%}), wrong {len(self.wrong)}"
        )


def judge(case: Case, output: str, dice: random.Random, tally: Tally, ways: int = 5) -> None:
    """Print one label in one way, read it clean and spoiled in so many ways, and count."""
    profile = OUTPUTS[output]
    dots = dots_of(case, profile)
    tally.clean += 1
    tally.clean_read += _reads(case, output, "clean", dots, tally)
    spoiled = list(degraded(dots, profile.raster_dpi, dice)) if ways else []
    for way, picture in dice.sample(spoiled, min(ways, len(spoiled))):
        tally.spoiled += 1
        tally.spoiled_read += _reads(case, output, way, picture, tally)


def _reads(case: Case, output: str, way: str, picture: Image.Image, tally: Tally) -> bool:
    found = {(read.content, read.identifier) for read in scan(picture, spoiled=way != "clean")}
    name = f"{case.kind} {output} {way}"
    tally.wrong += [f"{name}: {said!r}" for said in found - set(case.said)]
    if not set(case.said) <= found:
        tally.missed[name] += 1
        return False
    return True


def run(labels: int, seed: int) -> Tally:
    """Judge so many labels, all kinds and outputs in turn."""
    dice, tally = random.Random(seed), Tally()  # noqa: S311 - labels to try, not secrets
    outputs = list(OUTPUTS)
    for number in range(labels):
        make, output = KINDS[number % len(KINDS)], outputs[number // len(KINDS) % len(outputs)]
        judge(make(dice), output, dice, tally)
    return tally
