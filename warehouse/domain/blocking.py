"""Why stock of an item in a bin is promised to nobody: each cause named, so that each is lifted by itself.

A reason is a list in words, "short task 77, wrong stock task 81": people read it as it is.
"""

MOST = 200
"""Characters a reason has room for."""

_UNTIL_COUNTED = "until counted"
_COUNT_LIFTS = ("short task ", "wrong stock task ", "count ", _UNTIL_COUNTED)


def short_of(task: int) -> str:
    """Name the cause that a pick task found too little."""
    return f"short task {task}"


def wrong_stock_of(task: int) -> str:
    """Name the cause that something else lay there."""
    return f"wrong stock task {task}"


def with_cause(reason: str | None, cause: str) -> str:
    """Add a cause; where there is no room for one more, the count alone lifts them all."""
    causes = _causes(reason)
    if cause in causes:
        return ", ".join(causes)
    if len(", ".join([*causes, cause])) <= MOST:
        return ", ".join([*causes, cause])
    kept = [it for it in causes if not it.startswith(_COUNT_LIFTS)]
    return ", ".join([*kept, _UNTIL_COUNTED])[:MOST]


def without_cause(reason: str | None, cause: str) -> str | None:
    """Take one cause away; None when none is left."""
    return ", ".join(it for it in _causes(reason) if it != cause) or None


def once_counted(reason: str | None) -> str | None:
    """Give what still holds once the bin was counted."""
    return ", ".join(it for it in _causes(reason) if not it.startswith(_COUNT_LIFTS) and it != "count") or None


def _causes(reason: str | None) -> list[str]:
    return reason.split(", ") if reason else []
