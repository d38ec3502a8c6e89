"""Write both lock files anew: every version and hash that `pyproject.toml` leads to, and no registry's name."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UV = "uv==0.13.8"
EXTRAS = ("labels-2d", "postgres")
OPTIONS = (
    *("--quiet", "--generate-hashes", "--universal", "--python-version", "3.11", "--no-header"),
    *("--no-emit-index-url", "--no-emit-find-links", *(f"--extra={name}" for name in EXTRAS)),
)
LOCKS = {"requirements.lock": "build", "requirements-dev.lock": "dev"}


def main() -> int:
    """Resolve with uv from an environment of its own, so that it never becomes a dependency."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([f"{folder}/bin/pip", "install", "--quiet", UV], check=True)
        for name, group in LOCKS.items():
            command = [f"{folder}/bin/uv", "pip", "compile", *OPTIONS, "pyproject.toml", "--group", group, "-o", name]
            subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
