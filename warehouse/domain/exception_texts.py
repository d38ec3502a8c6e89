"""What the exception queue says: about things and what to do with them, never about whose fault it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.domain.exception_queue import ExceptionType as Kind
from warehouse.domain.words import Text, sentence, together


@dataclass(frozen=True, slots=True)
class ExceptionText:
    """A title for lists and the next step for the owner."""

    title: str
    advice: str


TEXTS: Mapping[Kind, ExceptionText] = {
    Kind.DUPLICATE_ORDER: ExceptionText(
        "Looks like an order we have", "Compare both orders, then lift the hold or cancel one."
    ),
    Kind.CHANGED_AFTER_RELEASE: ExceptionText(
        "Order changed after release", "Compare, then take over the change or keep the order."
    ),
    Kind.DOUBLE_CHECK: ExceptionText(
        "Needs a second count", "Somebody else counts all units again. Settle this only to let the order go without."
    ),
    Kind.UNUSUAL_QUANTITY: ExceptionText(
        "Unusual quantity", "Ask the customer, then lift the hold or correct the line."
    ),
    Kind.UNKNOWN_SKU: ExceptionText("SKU not known", "Choose one of the nearest items or add the item."),
    Kind.DUPLICATE_SKU: ExceptionText("One code, two items", "Decide which item the code belongs to."),
    Kind.BAD_BARCODE: ExceptionText("Barcode does not hold", "Check the printed code and correct the item."),
    Kind.UNKNOWN_BARCODE: ExceptionText("Barcode not in the system", "Find the item and add its barcode."),
    Kind.SHORT_STOCK: ExceptionText("Less stock than recorded", "Count the bin."),
    Kind.BACKORDER: ExceptionText("Not enough stock", "Send what is there, wait, substitute or cancel."),
    Kind.INVALID_QUANTITY: ExceptionText("Quantity cannot be picked", "Correct the order at its source."),
    Kind.PRICE_ANOMALY: ExceptionText("Unusual price", "Check the price at its source."),
    Kind.ADDRESS_CHECK: ExceptionText("Address incomplete", "Complete the address with the customer."),
    Kind.ADDRESS_CHANGED: ExceptionText("New address for this customer", "Confirm the address with the customer."),
    Kind.UNPAID: ExceptionText("Not paid", "Wait for the payment or cancel."),
    Kind.MISMATCH: ExceptionText("Three scans in a row did not match", "Look at the bin and its labels together."),
    Kind.DAMAGED: ExceptionText("Damaged stock", "Inspect it in quarantine, then book it back or scrap it."),
    Kind.UNKNOWN_RETURN: ExceptionText(
        "Came back, and nobody knows from whom", "Find its customer by the parcel and the goods, then write to them."
    ),
    Kind.WRONG_STOCK: ExceptionText(
        "Another item lies in the bin", "Count the bin and move what does not belong there."
    ),
    Kind.COUNT_DIFFERENCE: ExceptionText(
        "Count differs from the record", "Have it counted again, then approve the correction."
    ),
    Kind.WEIGHT_MISMATCH: ExceptionText(
        "Weight does not fit the content", "Open the carton and count the named units."
    ),
    Kind.CUSTOMS_DATA: ExceptionText("Export data missing", "Add HS code, origin and weight to the item."),
    Kind.LATE_RISK: ExceptionText("Will miss its cutoff", "Move people or move the order forward."),
    Kind.MISSED_CUTOFF: ExceptionText("Missed its cutoff", "Choose the next pickup or another carrier."),
    Kind.LABEL_FAILED: ExceptionText("Label did not come out", "Check the printer or the carrier, then try again."),
    Kind.INTERCEPT: ExceptionText("Intercept with the carrier", "Ask the carrier to stop the parcel or bring it back."),
    Kind.STALLED: ExceptionText("Nothing has happened for a while", "See what it waits for."),
    Kind.COST_ANOMALY: ExceptionText("Parcel costs more than usual", "Check weight, size and service."),
    Kind.TRACKING_MISSING: ExceptionText("Tracking number did not reach the shop", "Send it again."),
    Kind.DUPLICATE_CUSTOMER: ExceptionText("Looks like a customer we have", "Compare both, then join or keep them."),
    Kind.RECONCILE_DIFF: ExceptionText(
        "Differs from the old system", "Compare both figures and note which one is right."
    ),
    Kind.WRONG_SITE: ExceptionText("Order for another site", "Send it to the right site."),
    Kind.SOURCE_SILENT: ExceptionText("No orders from this source", "Check the connection with the shop."),
    Kind.ANOMALY: ExceptionText("More of these than usual", "Look for a common cause."),
    Kind.LOST_SCANS: ExceptionText("Scans missing from a device", "Check the totes it worked on against the list."),
    Kind.HELP: ExceptionText("Help is wanted", "Go there."),
    Kind.LATE_SCAN: ExceptionText("A scan came too late to count", "Check where the unit is now."),
}


def describe(kind: Kind, subject: str | None = None) -> Text:
    """Say what is the matter and what to do: "Less stock than recorded: A in S1. Count the bin."."""
    text = TEXTS[kind]
    title = sentence(text.title)
    matter = sentence(_form(subject), title=title, about=subject) if subject else sentence("{title}.", title=title)
    return together(matter, sentence(text.advice))


def _form(subject: str) -> str:
    return "{title}: {about}" if subject.endswith(".") else "{title}: {about}."
