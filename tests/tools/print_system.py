"""Make sure that a print system is there to test with: Debian's packages when we may, else say what is left out."""

import os
import shutil
import subprocess
import sys

PACKAGES = (
    "cups",
    "cups-client",
    "cups-ipp-utils",
    "cups-filters",
    "avahi-daemon",
    "dbus",
    "ghostscript",
    "poppler-utils",
)
COMMAND = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES)
TOOLS = ("cupsd", "ippeveprinter", "avahi-daemon", "dbus-daemon", "pdftoppm", "gs")


def main() -> int:
    """Install what is missing when we are root on Debian; never fail for its sake."""
    if not missing():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        # What is installed must not start to serve: the tests run their own.
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(COMMAND, check=False, env=environment, **quiet)
    if missing():
        print(
            f"No print system ({', '.join(missing())}): its tests are left out. As root, `{' '.join(COMMAND)}` adds it."
        )
    return 0


def missing() -> list[str]:
    """List the tools that are not installed."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return [tool for tool in TOOLS if shutil.which(tool, path=path) is None]


if __name__ == "__main__":
    sys.exit(main())
