"""Fetches the pinned browser libraries again and checks that they are what `VENDOR.toml` says."""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"


def main() -> None:
    """Write every listed file from its npm package; stop at the first hash that differs."""
    for library in libraries():
        with tempfile.TemporaryDirectory() as folder:
            _unpack(library, _packed(library, Path(folder)))
        print(f"{library['package']} {library['version']}: {len(library['files'])} files")


def libraries(vendor: Path = VENDOR) -> list[dict[str, Any]]:
    """Read the table of libraries."""
    found: list[dict[str, Any]] = tomllib.loads((vendor / "VENDOR.toml").read_text("utf-8"))["library"]
    return found


def _packed(library: dict[str, Any], folder: Path) -> Path:
    name = f"{library['package']}@{library['version']}"
    subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if library["integrity"] != f"sha512-{digest}":
        sys.exit(f"{name}: the package's integrity is sha512-{digest}")
    return archive


def _unpack(library: dict[str, Any], archive: Path) -> None:
    with tarfile.open(archive) as package:
        for file in library["files"]:
            member = package.extractfile(f"package/{file['source']}")
            content = member.read() if member else b""
            if hashlib.sha256(content).hexdigest() != file["sha256"]:
                sys.exit(f"{library['package']}: {file['source']} is not the file that was pinned")
            target = VENDOR / library["folder"] / file["path"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


if __name__ == "__main__":
    main()
