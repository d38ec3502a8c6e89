"""Pages for leads and the office: plain forms, one page a subject, a refusal shown where it happened."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from warehouse.problems import Problem
from warehouse.services.site import load_site
from warehouse.web import parts
from warehouse.web.asking import now
from warehouse.web.forms import DID
from warehouse.web.language import speaker

DONE = {
    "acknowledged": "You have taken it on.",
    "answered": "Answered. This is the next one.",
    "replied": "Your answer is there for everybody.",
    "assigned": "It has another owner now.",
    "cancelled": "Cancelled.",
    "changed": "Changed.",
    "closed": "Its totes wait for packing now.",
    "commented": "Your remark is in the history.",
    "held": "The order is on hold. Work on it hears at once.",
    "lost": "Declared lost. Its work is free, its orders are counted twice.",
    "intercepting": "A lead asks the carrier to stop it.",
    "lifted": "The hold is lifted.",
    "came_out": "Noted: it came out.",
    "merged": "They are one now.",
    "planned": "Planned and stored. Release what pickers may take.",
    "proposed": "Proposed. A second person puts it in force.",
    "sent": "It goes out again now.",
    "parked": "Parked. Whoever goes on sees where the cart stands.",
    "printing": "It prints now.",
    "redirected": "It goes elsewhere now. Sealed cartons get another label, the old ones are dead.",
    "remade": "They are printed again. The old ones are dead.",
    "released": "Released. Pickers can take it now.",
    "resolved": "Settled.",
    "revoked": "Revoked. It is let in no more.",
    "rushed": "It goes first now.",
    "read": "Noted: you have read it.",
    "saved": "Saved.",
    "seen": "All seen.",
    "split": "Split in two. The order waits for both.",
    "signed": "Signed. The next lead takes over and signs, too.",
    "taken": "You have taken the shift over.",
    "told": "Thank you. You will see here what becomes of it.",
    "unlocked": "Unlocked. They can sign in again.",
}
"""What a page says after something was done; the address carries only the word."""


def show(template: str, problem: Problem | None = None, **values: object) -> Response:
    """Render an admin page, with the refusal of what was tried, or the word of what was done."""
    with parts().database.read() as session:
        zone = ZoneInfo(load_site(session).time_zone)

    def clock(at: datetime | None, form: str = "MMMd Hm") -> str:
        return "" if at is None else speaker().clock(at, zone, form)

    done = DONE.get(request.args.get(DID, ""))
    page = render_template(template, problem=problem, done=done, clock=clock, now=now(), **values)
    return Response(page, status=problem.status if problem else 200)


def done(word: str, endpoint: str, **values: Any) -> AnyResponse:
    """Go to a page that says what was done."""
    return redirect(url_for(endpoint, did=word, **values), code=303)
