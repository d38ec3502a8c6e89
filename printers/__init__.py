"""Documents to bytes to devices: labels, slips and lists, without orders or a database."""

from printers.errors import PrintersError, ProfileError, RefusedContentError, TransportRefusedError, Word
from printers.media import Media, media_named
from printers.profile import Language, Profile, load_profile, profile_names
from printers.rendering import Picture, Rendered, render, render_many, render_pictures

__all__ = [
    "Language",
    "Media",
    "Picture",
    "PrintersError",
    "Profile",
    "ProfileError",
    "RefusedContentError",
    "Rendered",
    "TransportRefusedError",
    "Word",
    "load_profile",
    "media_named",
    "profile_names",
    "render",
    "render_many",
    "render_pictures",
]
