"""What this library refuses, always naming the field, never correcting it."""


class PrintersError(Exception):
    """Something asked of the printers library was refused: `pattern` with its `values`, for readers of any language."""

    code = "print_refused"

    def __init__(self, pattern: str, **values: str) -> None:
        super().__init__(pattern.format(**values) if values else pattern)
        self.pattern = pattern
        self.values = values


class RefusedContentError(PrintersError):
    """A document's field cannot be printed as it is; `field` names it, as in `stops[3].tasks[0].name`."""

    code = "content_refused"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class ProfileError(PrintersError):
    """A printer profile or medium is unknown or contradicts itself."""

    code = "profile_invalid"


class TransportRefusedError(PrintersError):
    """A printer's address or a job's file name is not allowed."""

    code = "transport_refused"
