"""Run the JavaScript tests with Node's own runner; says plainly when there is no Node."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run `node --test` over tests/js and pass its exit status on."""
    node = shutil.which("node")
    if node is None:
        print("Node is missing: the JavaScript tests are left out. Node 20 or newer runs them.")
        return 0
    tests = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.mjs"))
    return subprocess.run([node, "--test", *tests], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
