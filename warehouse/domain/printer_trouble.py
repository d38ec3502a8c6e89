"""What a printer says is wrong with it: its words found again, so that they can be told in the reader's language."""

from warehouse.domain.words import Text, listed, phrase, sentence

REASONS = frozenset(
    {
        "attention",
        "cover open",
        "cutter stuck",
        "did not come out, printed again",
        "does not answer: check paper, ribbon and head",
        "head damaged",
        "head open",
        "head too hot",
        "its memory is full",
        "its memory lost its settings",
        "lp did not come back; the queue may have the file",
        "lp refused the file",
        "motor too hot",
        "needs paper",
        "no printer is set up for this here",
        "paper jam",
        "paper out",
        "paused",
        "ribbon or toner out",
        "ribbon out",
        "stopped",
        "switched off",
        "takes no jobs",
        "the print system does not answer",
        "the printer cannot be reached in time",
        "the printer does not answer: check paper, ribbon and head",
        "the printer's answer cannot be read",
        "the queue is stopped",
        "the sending broke off",
        "the server stopped while it was being sent",
        "there is no lp command on this machine",
        "there is no such queue",
        "toner out",
        "too cold",
        "too hot",
        "unreachable",
    }
)
"""What printers, the ways to them and the spooler say, several with commas between."""
FRAMES = {
    "did it print? ": "did it print? {reason}",
    "sent, but ": "sent, but {reason}",
    "sent, then ": "sent, then {reason}",
    "cut while sending: ": "cut while sending: {reason}",
    "cannot write the file: ": "cannot write the file: {reason}",
    "the file may not last: ": "the file may not last: {reason}",
    "there is no folder ": "there is no folder {reason}",
    "refused by the printer: ": "refused by the printer: {reason}",
    "the printer cannot be reached: ": "the printer cannot be reached: {reason}",
    "the printer says: ": "the printer says: {reason}",
    "reports error ": "reports error {reason}",
}
"""What may stand before a reason, and the sentence it makes."""


def trouble(text: str | None) -> str | None:
    """Give what a printer said its parts; what holds no word we know, or has its parts, stays as it came."""
    if text is None or isinstance(text, Text):
        return text
    frame = next((start for start in FRAMES if text.startswith(start)), None)
    if text in REASONS:
        return phrase(text)
    if frame is not None:
        return sentence(FRAMES[frame], reason=trouble(text.removeprefix(frame)))
    reasons = text.split(", ")
    return listed([_told(reason) for reason in reasons]) if REASONS & set(reasons) else text


def _told(reason: str) -> str:
    return phrase(reason) if reason in REASONS else reason
