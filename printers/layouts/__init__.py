"""Documents to pages: which layout draws which document."""

from collections.abc import Callable, Iterator
from typing import Any

from printers.documents import (
    Badge,
    BatchLabel,
    BinLabel,
    CartLabel,
    CartonContents,
    Cn22,
    Cn23,
    CommandSheet,
    CommercialInvoice,
    Document,
    GiftNote,
    ItemLabel,
    LimitedQuantityMark,
    LogisticLabel,
    Manifest,
    PackingSlip,
    PickList,
    PrinterTestPage,
    ReturnLabel,
    ShippingLabel,
    StationLabel,
    ToteLabel,
)
from printers.layouts import labels
from printers.layouts.check_page import draw_test_page
from printers.layouts.cn22 import draw_cn22
from printers.layouts.cn23 import cn23_pages
from printers.layouts.command_sheet import command_sheet_pages, gift_note_pages
from printers.layouts.contents import contents_pages
from printers.layouts.invoice import invoice_pages
from printers.layouts.logistic import draw_logistic
from printers.layouts.manifest import manifest_pages
from printers.layouts.marks import draw_limited_quantity
from printers.layouts.packing_slip import packing_slip_pages
from printers.layouts.pick_list import pick_list_pages
from printers.layouts.return_label import draw_return
from printers.layouts.shipping import draw_shipping
from printers.media import MEDIA, Media
from printers.scene import Drawing, Grid, Page
from printers.words import ENGLISH, Languages, Words

_LABELS: dict[type[Document], tuple[Callable[[Drawing, Any], None], str]] = {
    BinLabel: (labels.draw_bin, "100x50"),
    ToteLabel: (labels.draw_tote, "100x50"),
    CartLabel: (labels.draw_cart, "100x50"),
    BatchLabel: (labels.draw_batch, "100x50"),
    ItemLabel: (labels.draw_item, "57x32"),
    Badge: (labels.draw_badge, "CR80"),
    StationLabel: (labels.draw_station, "100x50"),
    ShippingLabel: (draw_shipping, "100x150"),
    ReturnLabel: (draw_return, "100x150"),
    LogisticLabel: (draw_logistic, "A6"),
    LimitedQuantityMark: (draw_limited_quantity, "145x145"),
    Cn22: (draw_cn22, "A6"),
    PrinterTestPage: (draw_test_page, "A6"),
}
"""How each label is drawn, and its size where many share a sheet of paper."""

_SHEETS: dict[type[Document], Callable[[Any, Media, Grid, Words], Iterator[Page]]] = {
    PickList: pick_list_pages,
    PackingSlip: packing_slip_pages,
    Manifest: manifest_pages,
    CartonContents: contents_pages,
    Cn23: cn23_pages,
    CommercialInvoice: invoice_pages,
    CommandSheet: command_sheet_pages,
    GiftNote: gift_note_pages,
}


def words_of(document: Document, languages: Languages) -> Words:
    """Give the words that a document speaks; what customs read is English."""
    return ENGLISH if document.is_for_customs else languages(document.language)


def sheet_of(document: Document, medium: Media, grid: Grid, words: Words) -> Iterator[Page]:
    """Draw a paper document on sheets of `medium`."""
    return _SHEETS[type(document)](document, medium, grid, words)


def label_of(document: Document, medium: Media, grid: Grid, words: Words) -> Page:
    """Draw a label document on one label of `medium`."""
    return drawn_label(document, medium, grid, words).page()


def drawn_label(document: Document, medium: Media, grid: Grid, words: Words) -> Drawing:
    """Draw a label document on one label of `medium`; give it with what the drawing knows of its fields."""
    drawing = Drawing(medium.width_mm, medium.height_mm, grid, words)
    _LABELS[type(document)][0](drawing, document)
    return drawing


def size_on_paper(document: Document) -> Media:
    """Give the size a label has when many are printed on a sheet of paper."""
    if isinstance(document, ItemLabel) and (document.lot or document.expires_on):
        return MEDIA["100x50"]  # Its barcode holds more, or there are two of them.
    return MEDIA[_LABELS[type(document)][1]]
