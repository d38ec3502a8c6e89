"""Label sheets and papers as files: made in helper processes from stored facts, so that no scan waits for them."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.errors import FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.printing import SHEETS, render_documents
from warehouse.services.printing.cartons import PAPERS, carton_paper
from warehouse.services.printing.jobs import LABEL_KINDS
from warehouse.services.printing.labels import (
    badges,
    bin_labels,
    cart_labels,
    command_sheet,
    item_labels,
    printer_labels,
    station_labels,
    tote_labels,
)
from warehouse.services.printing.language import in_language
from warehouse.services.printing.sheets import manifest_sheet, pick_list
from warehouse.storage.queries import labels as found
from warehouse.storage.queries.labels import Which, stored_papers
from warehouse.web import parts
from warehouse.web.api import PREFIX, Body, Digits, operation
from warehouse.web.api.parsing import PRINTABLE
from warehouse.web.asking import actor, now
from warehouse.web.language import speaker

blueprint = Blueprint("api_labels", __name__, url_prefix=PREFIX)
Values = dict[str, Any]
Word = Annotated[str, Field(min_length=1, max_length=40, pattern=PRINTABLE)]
MOST = 600
LABEL_FORMS = ("pdf", "zpl")

SHEETS_OF: Mapping[str, Callable[[Session, Which], list[Values]]] = {
    "items": lambda session, which: item_labels(session, found.items(session, which)),
    "bins": lambda session, which: bin_labels(found.bins(session, which)),
    "totes": lambda session, which: tote_labels(found.totes(session, which)),
    "carts": lambda session, which: cart_labels(found.carts(session, which)),
    "stations": lambda session, which: station_labels(found.stations(session, which)),
    "printers": lambda session, which: printer_labels(found.printers(session, which)),
    "commands": lambda _session, _which: [command_sheet()],
    "badges": lambda session, which: badges(session, found.people(session, which)),
}
"""What each sheet is made from."""


class SheetQuery(Body):
    """Which labels: `codes` with commas between, a `zone` of bins, or those `after` a code; and for what printer."""

    codes: str | None = Field(default=None, max_length=8000, pattern=PRINTABLE)
    zone: Word | None = None
    after: Word | None = None
    limit: Digits = Field(default=MOST, ge=1, le=MOST)
    profile: Word | None = None
    media: Word | None = None


@blueprint.get("/labels/<what>.<form>")
@requires(Permission.PRINT_LABELS)
@operation(query=SheetQuery)
def get_labels(what: str, form: str, query: SheetQuery) -> Response:
    """Make a sheet of labels, up to 600: items, bins, totes, carts, stations, printers or commands, as pdf or zpl."""
    if what not in SHEETS_OF or what == "badges":
        raise NotFoundError(
            sentence(
                "There are labels of {names}, not of {value}.",
                names=", ".join(sorted(SHEETS_OF)),
                value=f"{what[:20]!r}",
            )
        )
    return _sheet(what, form, query)


@blueprint.get("/labels/badges.<form>")
@requires(Permission.EDIT_PEOPLE)
@operation(query=SheetQuery)
def get_badges(form: str, query: SheetQuery) -> Response:
    """Make badges; `codes` are names. A PIN is never on one."""
    return _sheet("badges", form, query)


@blueprint.get("/batches/<key:batch>/pick-list.pdf")
@requires(Permission.SEE_BATCHES, Permission.PICK)
@operation()
def get_pick_list(batch: int) -> Response:
    """Make the paper pick list of what is left of a batch, with barcodes."""
    with parts().database.read() as session:
        [document] = asked_for(session, [pick_list(session, batch, now())])
    return paper_file([document], "pdf", f"pick-list-{document['number']}")


@blueprint.get("/cartons/<sscc>/label.<form>")
@requires(Permission.PACK, Permission.SHIP, Permission.SEE_ORDERS)
@operation()
def get_label(sscc: str, form: str) -> Response:
    """Give a carton's shipping label as it was printed last: pdf, zpl or png."""
    if form not in SHEETS:
        raise NotFoundError(
            sentence("A label comes as {names}, not as {value}.", names=" or ".join(SHEETS), value=f"{form[:20]!r}")
        )
    with parts().database.read() as session:
        documents = [it for kind in LABEL_KINDS for it in stored_papers(session, kind, sscc=sscc)]
    if not documents:
        raise NotFoundError(sentence("There is no carton {value} with a living label.", value=sscc[:20]))
    return paper_file(documents, form, f"label-{sscc}", media="" if form == "pdf" else "4x6in")


@blueprint.get("/cartons/<sscc>/papers/<name>.<form>")
@requires(Permission.PACK, Permission.SHIP, Permission.SEE_ORDERS)
@operation()
def get_carton_paper(sscc: str, name: str, form: str) -> Response:
    """Make one of the papers that can go with a sealed carton, from what is in it now."""
    if name not in PAPERS or form not in LABEL_FORMS:
        raise NotFoundError(
            sentence(
                "A carton's papers are {names}, as {names2}.", names=", ".join(PAPERS), names2=" or ".join(LABEL_FORMS)
            )
        )
    with parts().database.read() as session:
        [document] = asked_for(session, [carton_paper(session, sscc, name, now())])
    return paper_file([document], form, f"{name}-{sscc}", media="" if form == "pdf" else "4x6in")


@blueprint.get("/shipments/<key:shipment>/packing-slip.pdf")
@requires(Permission.PACK, Permission.SHIP, Permission.SEE_ORDERS)
@operation()
def get_packing_slip(shipment: int) -> Response:
    """Give the packing slips of a shipment's cartons as they were printed last."""
    with parts().database.read() as session:
        documents = stored_papers(session, "packing_slip", shipment=shipment)
    if not documents:
        raise NotFoundError(sentence("There is no packing slip of shipment {shipment}.", shipment=shipment))
    return paper_file(documents, "pdf", f"packing-slip-{shipment}")


@blueprint.get("/manifests/<key:manifest>.pdf")
@requires(Permission.SHIP, Permission.SEE_ORDERS)
@operation()
def get_manifest(manifest: int) -> Response:
    """Make the hand-over list of a carrier's pickup as it stands now."""
    with parts().database.read() as session:
        [document] = asked_for(session, [manifest_sheet(session, manifest, now())])
    return paper_file([document], "pdf", document["number"])


def _sheet(what: str, form: str, asked: SheetQuery) -> Response:
    codes = tuple(code.strip() for code in (asked.codes or "").split(",") if code.strip())
    which = Which(codes=codes, zone=asked.zone, after=asked.after, limit=asked.limit)
    if form not in LABEL_FORMS:
        raise NotFoundError(
            sentence("Labels come as {names}, not as {value}.", names=" or ".join(LABEL_FORMS), value=f"{form[:20]!r}")
        )
    with parts().database.read() as session:
        documents = asked_for(session, SHEETS_OF[what](session, which))
    if not documents:
        raise NotFoundError(sentence("There are no {what} like these.", what=what))
    return paper_file(documents, form, what, profile=asked.profile, media=asked.media)


def asked_for(session: Session, documents: list[Values]) -> list[Values]:
    """Give documents in the language of who asks; what leaves the house in that of the site."""
    return in_language(session, documents, speaker().language if actor().person else None)


def paper_file(
    documents: list[Values], form: str, name: str, *, profile: str | None = None, media: str | None = None
) -> Response:
    """Render documents and give the file to be shown; InvalidInputError when the profile makes another kind of file."""
    paper = parts().children.run(render_documents, documents, profile or SHEETS[form], media or "")
    if paper.extension != form:
        problem = FieldProblem(
            "profile", sentence("makes {extension}, not {form}", extension=paper.extension, form=form)
        )
        raise InvalidInputError("Some fields are wrong.", (problem,))
    response = Response(paper.content, content_type=paper.content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{paper.extension}"'
    return response
