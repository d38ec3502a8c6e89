"""What an uploaded file may cost, and how its refusal is said."""

from dataclasses import dataclass

from warehouse.domain.drafts import Finding
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Ceilings for one file: bytes as sent and as expanded, rows, columns, and characters of a field."""

    file_bytes: int = 64 * 2**20
    expanded_bytes: int = 512 * 2**20
    json_characters: int = 32 * 2**20
    line_bytes: int = 2**20
    rows: int = 2_000_000
    columns: int = 200
    field_characters: int = 4_000


class UnreadableFileError(InvalidInputError):
    """A file that cannot be read to its end, so nothing of it goes in; `findings` say what was seen until there."""

    code = "unreadable_file"

    def __init__(self, finding: Finding, seen: tuple[Finding, ...] = ()) -> None:
        super().__init__(finding.message)
        self.findings = (*seen, finding)

    def __reduce__(self) -> tuple[type["UnreadableFileError"], tuple[Finding, tuple[Finding, ...]]]:
        """Let the refusal travel out of a child process whole."""
        return type(self), (self.findings[-1], self.findings[:-1])


def unreadable(message: Text, line: int | None = None, column: str | None = None) -> UnreadableFileError:
    """Make the refusal of a whole file."""
    return UnreadableFileError(Finding(line, column, "unreadable_file", message))
