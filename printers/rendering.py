"""The one way in: documents and a profile in, the bytes to send out."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from printers.documents import Document
from printers.errors import RefusedContentError, Word
from printers.forms import Target, write_labels
from printers.layouts import label_of, sheet_of, size_on_paper, words_of
from printers.layouts.common import capitalised
from printers.media import Media
from printers.pdf import write_pdf
from printers.png import write_png
from printers.profile import Capability, Language, Profile
from printers.scene import Block, Grid, Page, Shape, moved
from printers.words import Languages, Words, only_english
from printers.zpl import Setup

CONTENT_TYPES = {Language.PDF: "application/pdf", Language.ZPL: "application/vnd.zebra-zpl", Language.PNG: "image/png"}

OVERHANG_MM = 1.5
"""A label may be this much wider than the print head, as A6 is on a head of 4.1 inch; its edge then stays white."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What to send to a printer, and what it is."""

    bytes: bytes
    content_type: str
    extension: str
    pages: int


def render(
    document: Document, profile: Profile, media: Media | None = None, languages: Languages = only_english
) -> Rendered:
    """Render one document for a printer loaded with `media` (else what its profile says).

    Raises RefusedContentError naming the field that cannot be printed.
    """
    return render_many([document], profile, media, languages)


def render_many(
    documents: Sequence[Document], profile: Profile, media: Media | None = None, languages: Languages = only_english
) -> Rendered:
    """Render documents one after another into one file; labels share sheets of paper, several to a sheet."""
    medium = media or profile.medium
    if not documents:
        raise RefusedContentError("documents", "there is nothing to print")
    _refuse_wrong_medium(documents, profile, medium)
    medium = _on_the_grid(medium, profile)
    grid = Grid(profile.dot_mm, profile.min_dots)
    if profile.language is Language.ZPL:
        written, pages = write_labels(documents, _target(medium, grid, profile, languages))
    else:
        title = words_of(documents[0], languages).say(_spoken(documents[0].kind))
        written, pages = _write(_pages(documents, medium, grid, languages), profile, title)
    return Rendered(written, CONTENT_TYPES[profile.language], profile.language.value, pages)


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as a 1-bit PNG in the printer's own dots, and how large it is at scale 1."""

    png: bytes
    width_mm: float
    height_mm: float


def render_pictures(
    documents: Sequence[Document], profile: Profile, media: Media | None = None, languages: Languages = only_english
) -> list[Picture]:
    """Render documents as `render_many` does, but each page as a picture, for programs that scale PDF."""
    medium = media or profile.medium
    _refuse_wrong_medium(documents, profile, medium)
    grid = Grid(profile.dot_mm, profile.min_dots)
    pages = _pages(documents, _on_the_grid(medium, profile), grid, languages)
    return [Picture(write_png(page, profile.dot_mm), page.width, page.height) for page in pages]


def _on_the_grid(medium: Media, profile: Profile) -> Media:
    """Give the printable size in whole dots, so that a dot of the page is a dot of the printer down to the last."""
    width, height = (math.floor(size / profile.dot_mm + 1e-6) for size in (medium.width_mm, medium.height_mm))
    width = min(width, profile.max_width_dots)
    return replace(medium, width_mm=width * profile.dot_mm, height_mm=height * profile.dot_mm)


def _refuse_wrong_medium(documents: Sequence[Document], profile: Profile, medium: Media) -> None:
    paper = next((document.kind for document in documents if document.is_paper), None)
    if paper and profile.language is Language.ZPL:
        pattern = "a {paper} is paper; {profile} prints labels only"
        raise RefusedContentError("kind", pattern, paper=Word(_spoken(paper)), profile=Word(profile.title))
    if paper and not medium.paper:
        pattern = "a {paper} needs paper such as A4, not {medium}"
        raise RefusedContentError("media", pattern, paper=Word(_spoken(paper)), medium=medium.name)
    if medium.width_mm - profile.max_width_dots * profile.dot_mm > OVERHANG_MM:
        pattern = "{medium} is wider than {profile} can print"
        raise RefusedContentError("media", pattern, medium=medium.name, profile=Word(profile.title))


def _spoken(kind: str) -> str:
    return kind.replace("_", " ")


def _write(pages: Iterator[Page], profile: Profile, title: str) -> tuple[bytes, int]:
    if profile.language is Language.PDF:
        return write_pdf(pages, profile.dot_mm, capitalised(title))
    first = list(islice(pages, 2))
    if len(first) > 1:
        raise RefusedContentError("documents", "a picture holds one page, this needs more: print it as PDF")
    return write_png(first[0], profile.dot_mm), 1


def _target(medium: Media, grid: Grid, profile: Profile, languages: Languages) -> Target:
    return Target(medium=medium, grid=grid, setup=_setup(profile), languages=languages)


def _setup(profile: Profile) -> Setup:
    finishes = {Capability.CUTTER: "C", Capability.PEELER: "P"}
    finish = next((letter for capability, letter in finishes.items() if capability in profile.capabilities), "T")
    return Setup(dot_mm=profile.dot_mm, darkness=profile.darkness, finish=finish)


def _pages(documents: Iterable[Document], medium: Media, grid: Grid, languages: Languages) -> Iterator[Page]:
    """Draw in the order given; neighbouring labels of one size fill sheets of paper together."""
    waiting: list[Page] = []
    for document in documents:
        words = words_of(document, languages)
        if medium.paper and not document.is_paper:
            label = label_of(document, size_on_paper(document), grid, words)
            if waiting and _size(waiting[0]) != _size(label):
                yield from _sheets(waiting, medium, grid)
                waiting = []
            waiting.append(label)
            continue
        yield from _sheets(waiting, medium, grid)
        waiting = []
        drawn = sheet_of if document.is_paper else _one_label
        yield from drawn(document, medium, grid, words)
    yield from _sheets(waiting, medium, grid)


def _one_label(document: Document, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    yield label_of(document, medium, grid, words)


def _size(page: Page) -> tuple[float, float]:
    return page.width, page.height


def _sheets(labels: Sequence[Page], medium: Media, grid: Grid) -> Iterator[Page]:
    """Lay labels of one size on sheets of paper, with lines to cut along."""
    if not labels:
        return
    width, height = _size(labels[0])
    columns, rows = max(1, int((medium.width_mm - 6) // width)), max(1, int((medium.height_mm - 6) // height))
    left, top = (medium.width_mm - columns * width) / 2, (medium.height_mm - rows * height) / 2
    for first in range(0, len(labels), columns * rows):
        shapes: list[Shape] = []
        for place, label in enumerate(labels[first : first + columns * rows]):
            x, y = left + place % columns * width, top + place // columns * height
            shapes += [moved(shape, round(x / grid.dot_mm), y, grid.dot_mm) for shape in label.shapes]
            shapes += _cut_lines(x, y, label)
        yield Page(medium.width_mm, medium.height_mm, tuple(shapes))


def _cut_lines(x: float, y: float, label: Page) -> list[Block]:
    thin = 0.1
    return [
        Block(x, y, label.width, thin),
        Block(x, y + label.height, label.width, thin),
        Block(x, y, thin, label.height),
        Block(x + label.width, y, thin, label.height),
    ]
