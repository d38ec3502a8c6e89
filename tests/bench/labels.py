"""The long proof of labels: `python -m tests.bench.labels 1000 1` prints so many from that seed and reads them back.

Fails when a clean label is not read, when fewer than 99.9 % of the spoiled ones are, or when anything is read wrongly.
"""

import sys
import time

from tests.printers.proof import run


def main() -> int:
    """Run the number of labels and the seed of the command line."""
    labels, seed = (int(value) for value in (*sys.argv[1:3], *("1000", "1")[len(sys.argv) - 1 :]))
    began = time.monotonic()
    tally = run(labels, seed)
    print(f"{labels} labels, seed {seed}, {time.monotonic() - began:.0f} s: {tally}")
    for name, count in sorted(tally.missed.items()):
        print(f"not read: {name} ({count})")
    for line in tally.wrong:
        print(f"wrong: {line}")
    met = tally.clean_read == tally.clean and tally.spoiled_read >= 0.999 * tally.spoiled and not tally.wrong
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
