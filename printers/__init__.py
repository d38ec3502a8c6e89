"""Documents to bytes to devices: labels, slips and lists, without orders or a database."""

from printers.errors import PrintersError, ProfileError, RefusedContentError, TransportRefusedError, Word
from printers.media import Media, media_named
from printers.profile import Language, Profile, load_profile, profile_names
from printers.rendering import Picture, Rendered, render, render_many, render_pictures
from printers.words import ENGLISH, Words

__all__ = [
    "ENGLISH",
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
    "Words",
    "load_profile",
    "media_named",
    "profile_names",
    "render",
    "render_many",
    "render_pictures",
]
