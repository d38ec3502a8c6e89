"""A cart's endpoint for ShipStation's custom stores: asked for its orders, told what left.

`GET ?action=export&start_date&end_date&page` gives XML with the number of pages, `POST ?action=shipnotify` takes a
notice; Basic authentication; times are `MM/dd/yyyy HH:mm` in UTC (ShipStation, Custom Store Development Guide).
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

from warehouse.domain.words import sentence, told_by
from warehouse.domain.write_backs import ShippedParcel, WriteBackForm
from warehouse.exchange.write_back import write_back
from warehouse.outbound import Answered, NetworkReach, NoAnswerError, Outgoing, RefusedAddressError, send
from warehouse.storage.models.intake import SourceRow

MOST_BYTES = 32 << 20
MOST_PAGES = 500
PATIENCE = 60.0
_OK, _REDIRECT = 200, 300
_PAGES = re.compile(rb"<Orders\b[^>]*?\bpages\s*=\s*[\"']([0-9]{1,18})[\"']")
SHORTEST = timedelta(minutes=1)
"""Less time than this no shop can be asked for."""


class AwayError(Exception):
    """The shop gave no answer that can be used; the text says which."""


class TooMuchError(Exception):
    """More changed in this time than one look brings: ask for less of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopReach:
    """Where shops may be reached: the folders they share with us, and what of the network."""

    inbox: Path
    outbox: Path
    network: NetworkReach
    seconds: float = PATIENCE


class ShopExport:
    """One shop's endpoint."""

    def __init__(self, source: SourceRow, reach: ShopReach) -> None:
        self._source = source
        self._reach = reach

    def pages(self, since: datetime, until: datetime) -> Iterator[tuple[int, bytes]]:
        """Give each page of the orders that changed in this time, with its number from 1.

        Raises AwayError, and TooMuchError for more than MOST_PAGES; of a time no longer than SHORTEST those are given.
        """
        number = pages = 1
        while number <= min(pages, MOST_PAGES):
            window = {"start_date": _stamp(since), "end_date": _stamp(until), "page": str(number)}
            answer = self._call("GET", {"action": "export", **window})
            if not answer.whole:
                most = MOST_BYTES >> 20
                raise AwayError(sentence("Page {number} is larger than {most} MB.", number=number, most=most))
            found = _PAGES.search(answer.body[:4096])
            pages = int(found[1]) if found else 1
            if pages > MOST_PAGES and until - since > SHORTEST:
                raise TooMuchError
            if answer.body.strip():
                yield number, answer.body
            number += 1
        if pages > MOST_PAGES:
            raise AwayError(
                sentence(
                    "The shop names {pages} pages for one minute, and {most} of them were brought: "
                    "bring the others as a file.",
                    pages=pages,
                    most=MOST_PAGES,
                )
            )

    def notify(self, parcels: Sequence[ShippedParcel]) -> None:
        """Tell the shop about each parcel; raises AwayError where it does not take one."""
        for parcel in parcels:
            if not parcel.tracking:
                raise AwayError(sentence("carton {sscc} has no tracking number", sscc=parcel.sscc))
            said = {
                "action": "shipnotify",
                "order_number": parcel.order_no,
                "carrier": parcel.carrier,
                "service": parcel.service,
                "tracking_number": parcel.tracking,
            }
            self._call("POST", said, write_back(WriteBackForm.SHIPSTATION, [parcel]))

    def _call(self, method: str, asked: dict[str, str], body: bytes | None = None) -> Answered:
        parts = urlsplit(self._source.address)
        query = "&".join(filter(None, [parts.query, urlencode(asked)]))
        headers = {"Accept": "application/xml, text/xml"}
        if body is not None:
            headers["Content-Type"] = "application/xml; charset=utf-8"
        if self._source.user_name or self._source.secret:
            known = f"{self._source.user_name}:{self._source.secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(known).decode()}"
        wanted = Outgoing(
            url=urlunsplit(parts._replace(query=query)),
            method=method,
            body=body,
            headers=headers,
            seconds=self._reach.seconds,
            most=MOST_BYTES,
        )
        try:
            answer = send(wanted, self._reach.network)
        except NoAnswerError as error:
            raise AwayError(told_by(error)) from None
        except RefusedAddressError as error:
            raise AwayError(error.message) from None
        if not _OK <= answer.status < _REDIRECT:
            raise AwayError(sentence("The shop answered {status}.", status=answer.status))
        return answer


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%m/%d/%Y %H:%M")
