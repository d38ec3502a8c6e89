"""From stored documents to bytes and from a stored printer to a way to reach it: the one door to `printers`."""

from warehouse.printing.devices import (
    BROWSER,
    FOLDER,
    Device,
    Reach,
    check_device,
    kept_file,
    paper_of,
    way_to,
)
from warehouse.printing.paper import (
    CARRIER_LABEL,
    SHEETS,
    Paper,
    PicturePages,
    check_carrier_label,
    media_names,
    profiles,
    render_documents,
    render_pictures_of,
)

__all__ = [
    "BROWSER",
    "CARRIER_LABEL",
    "FOLDER",
    "SHEETS",
    "Device",
    "Paper",
    "PicturePages",
    "Reach",
    "check_carrier_label",
    "check_device",
    "kept_file",
    "media_names",
    "paper_of",
    "profiles",
    "render_documents",
    "render_pictures_of",
    "way_to",
]
