"""What a printer says is wrong with it: its words found again, so that they can be told in the reader's language."""

from warehouse.domain.words import listed, phrase, sentence

REASONS = frozenset(
    {
        "attention",
        "cover open",
        "cutter stuck",
        "does not answer: check paper, ribbon and head",
        "head damaged",
        "head open",
        "head too hot",
        "its memory is full",
        "its memory lost its settings",
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
        "the print system does not answer",
        "the printer cannot be reached in time",
        "the printer does not answer: check paper, ribbon and head",
        "the printer took all bytes; it cannot say whether it printed",
        "the printer's answer cannot be read",
        "there is no lp command on this machine",
        "toner out",
        "too cold",
        "too hot",
        "unreachable",
    }
)
"""What printers and the ways to them say, several with commas between."""
FRAMES = {
    "sent, but ": "sent, but {reason}",
    "sent, then ": "sent, then {reason}",
    "cut while sending: ": "cut while sending: {reason}",
    "refused by the printer: ": "refused by the printer: {reason}",
    "the printer cannot be reached: ": "the printer cannot be reached: {reason}",
    "the printer says: ": "the printer says: {reason}",
    "reports error ": "reports error {reason}",
}
"""What may stand before a reason, and the sentence it makes."""


def trouble(text: str | None) -> str | None:
    """Give what a printer said its parts; what holds no word we know stays as it came."""
    frame = next((start for start in FRAMES if text and text.startswith(start)), None)
    if text is None or text in REASONS:
        return text and phrase(text)
    if frame is not None:
        return sentence(FRAMES[frame], reason=trouble(text.removeprefix(frame)))
    reasons = text.split(", ")
    return listed([_told(reason) for reason in reasons]) if REASONS & set(reasons) else text


def _told(reason: str) -> str:
    return phrase(reason) if reason in REASONS else reason
