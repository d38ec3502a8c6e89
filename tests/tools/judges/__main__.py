"""Make sure that the judges are there: Debian's packages and two from npm, else say which tests are left out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = ("poppler-utils", "ghostscript", "fonts-wqy-microhei", "cups-filters", "cups-daemon", "cups-ppdc", "cups")
PROGRAMS = ("pdftoppm", "gs", "cupsfilter", "ppdc")
COMMAND = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES)
NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
FROM_NPM = ("zpl-renderer-js", "axe-core")
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def main() -> int:
    """Install what is missing where we may; never fail for its sake."""
    install_programs()
    install_renderer()
    return 0


def install_programs() -> None:
    """Add rasterisers, the print system's filters and the font by Debian's package tool, when we are root there."""
    if not missing_programs():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False, **QUIET)
        subprocess.run(COMMAND, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **QUIET)
    if missing_programs():
        gone = ", ".join(missing_programs())
        print(f"{gone} missing: tests that print through them are left out. As root, `{' '.join(COMMAND)}` adds them.")


def missing_programs() -> list[str]:
    """List the programs that are not there."""
    return [name for name in PROGRAMS if not shutil.which(name)]


def install_renderer() -> None:
    """Add the renderer of ZPL and the judge of pages, held to their hashes by the lock file."""
    if all((HERE / "node_modules" / name).is_dir() for name in FROM_NPM):
        return
    done = shutil.which("npm") and subprocess.run(NPM, cwd=HERE, check=False, **QUIET).returncode == 0
    if not done:
        print(f"npm could not add {' and '.join(FROM_NPM)}: the tests that judge ZPL and pages by them are left out.")


if __name__ == "__main__":
    sys.exit(main())
