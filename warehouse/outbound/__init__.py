"""Requests to programs elsewhere: to the address that was looked at, never to one that may not be reached."""

from warehouse.outbound.http import Answered, NoAnswerError, Outgoing, check_url, send
from warehouse.outbound.reach import NetworkReach, RefusedAddressError, resolve

__all__ = [
    "Answered",
    "NetworkReach",
    "NoAnswerError",
    "Outgoing",
    "RefusedAddressError",
    "check_url",
    "resolve",
    "send",
]
