import re
from pathlib import Path

from warehouse.domain.codes import COMMANDS, PREFIXES
from warehouse.domain.picking.texts import TEXTS, say

LIB = Path(__file__).resolve().parents[3] / "static" / "js" / "lib"


def test_the_browser_says_the_same_sentences() -> None:
    source = (LIB / "texts.js").read_text(encoding="utf-8")
    assert dict(re.findall(r'^  (\w+): "(.*)",$', source, re.MULTILINE)) == TEXTS


def test_the_browser_knows_the_same_prefixes_and_commands() -> None:
    source = (LIB / "barcodes.js").read_text(encoding="utf-8")
    prefixes = re.search(r"PREFIXES = \[(.*?)\]", source, re.DOTALL)
    commands = re.search(r"COMMANDS = \[(.*?)\]", source, re.DOTALL)
    assert prefixes is not None
    assert commands is not None
    assert re.findall(r'"([^"]+)"', prefixes[1]) == list(PREFIXES)
    assert re.findall(r'"([^"]+)"', commands[1]) == list(COMMANDS)


def test_every_sentence_is_said_somewhere() -> None:
    rules = Path(__file__).resolve().parents[3] / "warehouse" / "domain"
    files = [file for part in ("picking", "side") for file in (rules / part).glob("*.py") if file.name != "texts.py"]
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    built = {"order_cancelled", "order_edited", "order_held"}
    assert [name for name in TEXTS if f'"{name}"' not in code and name not in built] == []


def test_a_pattern_is_filled() -> None:
    assert say("counted_for_tote", done=3, wanted=5, tote="T1") == "3 of 5 → tote T1"
