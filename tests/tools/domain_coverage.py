"""Every branch of every rule is tested: 100 % of `warehouse/domain`, by the domain's own tests alone."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/domain"),
    *("--cov=warehouse.domain", "--cov-branch", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100"),
]


def main() -> int:
    """Run the domain tests under coverage and pass the exit status on."""
    return subprocess.run(COMMAND, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
