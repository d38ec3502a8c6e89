"""Ways to printers, all with the same two questions: how are you, and take this."""

from printers.transports.base import PrinterState, PrinterStatus, SendOutcome, SendResult, Transport
from printers.transports.folder import FolderTransport
from printers.transports.ipp import IppOptions, IppTransport
from printers.transports.lp import LpOptions, LpTransport
from printers.transports.tcp9100 import Tcp9100Options, Tcp9100Transport

__all__ = [
    "FolderTransport",
    "IppOptions",
    "IppTransport",
    "LpOptions",
    "LpTransport",
    "PrinterState",
    "PrinterStatus",
    "SendOutcome",
    "SendResult",
    "Tcp9100Options",
    "Tcp9100Transport",
    "Transport",
]
