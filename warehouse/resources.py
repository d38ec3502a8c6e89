"""Where the files that come with the program are."""

from pathlib import Path


def folder(name: str) -> Path:
    """Find `static` or `templates`: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
