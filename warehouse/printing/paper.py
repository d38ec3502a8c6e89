"""From stored documents to bytes: rendered by `printers`, refused in the product's words."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from printers import (
    Language,
    Picture,
    PrintersError,
    Profile,
    RefusedContentError,
    Rendered,
    load_profile,
    media_named,
    profile_names,
    render_many,
    render_pictures,
)
from printers.documents import document_from_json
from printers.foreign import KIND, check_foreign, foreign_from_json, print_foreign
from printers.media import MEDIA, Media
from printers.rendering import CONTENT_TYPES
from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.words import sentence
from warehouse.printing.refusals import refused, refused_by_field
from warehouse.printing.speech import in_words, words_of

CARRIER_LABEL = KIND
SHEETS = {"pdf": "a4_laser_600", "zpl": "zebra_203", "png": "png"}
"""The profile that answers each file form when no printer is named."""
LABEL_MEDIA = "4x6in"
"""What a carrier's label has to fit on at scale 1."""


@dataclass(frozen=True, slots=True)
class PicturePages:
    """Pages for a browser to print: the size of what is loaded, and each page as a picture at scale 1."""

    width_mm: float
    height_mm: float
    pages: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Bytes ready for a printer or a browser, and what they are."""

    content: bytes
    content_type: str
    extension: str


def render_documents(
    documents: Sequence[Mapping[str, Any]], profile: str, media: str = "", least_dots: int | None = None
) -> Paper:
    """Render stored documents into one file; made to be called in a helper process.

    No bar gets narrower than `least_dots`, which was scanned back from this very printer. Raises InvalidInputError
    naming the field that cannot be printed.
    """
    with _refusals():
        chosen, medium = _set_up(profile, media, least_dots)
        if documents and documents[0].get("kind") == CARRIER_LABEL:
            return _foreign(documents, chosen, medium)
        rendered: Rendered = render_many(
            [document_from_json(in_words(values)) for values in documents], chosen, medium, words_of
        )
    return Paper(rendered.bytes, rendered.content_type, rendered.extension)


def render_pictures_of(
    document: Mapping[str, Any], profile: str, media: str = "", least_dots: int | None = None
) -> PicturePages:
    """Render one stored document into pictures of its pages; else as `render_documents`."""
    with _refusals():
        chosen, medium = _set_up(profile, media, least_dots)
        if document.get("kind") == CARRIER_LABEL:
            pages = [_foreign_picture(document, chosen, medium)]
        else:
            pages = render_pictures([document_from_json(in_words(document))], chosen, medium, words_of)
    return PicturePages(medium.width_mm, medium.height_mm, tuple(pages))


def check_carrier_label(values: Mapping[str, Any]) -> None:
    """Refuse a carrier's label that must not be printed; made to be called in a helper process.

    Raises InvalidInputError naming what is wrong with it.
    """
    try:
        check_foreign(foreign_from_json(dict(values)), media_named(LABEL_MEDIA))
    except PrintersError as error:
        said = sentence("The carrier's label cannot be used: {error}.", error=refused_by_field(error))
        raise InvalidInputError(said) from None


def profiles() -> list[tuple[str, str]]:
    """List the printer profiles: name and title."""
    return [(name, load_profile(name).title) for name in profile_names()]


def media_names() -> list[str]:
    """List what a printer can be loaded with."""
    return list(MEDIA)


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the library refuses as the product does, with the field."""
    try:
        yield
    except PrintersError as error:
        problems = (FieldProblem(error.field, refused(error)),) if isinstance(error, RefusedContentError) else ()
        said = sentence("This cannot be printed: {error}.", error=refused_by_field(error))
        raise InvalidInputError(said, problems) from None


def _set_up(profile: str, media: str, least_dots: int | None) -> tuple[Profile, Media]:
    chosen = load_profile(profile)
    if least_dots is not None:
        chosen = replace(chosen, min_dots={use: max(dots, least_dots) for use, dots in chosen.min_dots.items()})
    return chosen, media_named(media) if media else chosen.medium


def _foreign(documents: Sequence[Mapping[str, Any]], profile: Profile, medium: Media) -> Paper:
    if len(documents) != 1:
        raise RefusedContentError("documents", "labels of carriers are printed one by one")
    content = print_foreign(foreign_from_json(dict(documents[0])), profile, medium)
    return Paper(content, CONTENT_TYPES[profile.language], profile.language.value)


def _foreign_picture(document: Mapping[str, Any], profile: Profile, medium: Media) -> Picture:
    png = print_foreign(foreign_from_json(dict(document)), replace(profile, language=Language.PNG), medium)
    width, height = struct.unpack(">II", png[16:24])  # the head of every PNG
    return Picture(png, width * profile.dot_mm, height * profile.dot_mm)
