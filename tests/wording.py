"""Every text that a page, a script, a refusal or a table may say, read from the sources themselves."""

import ast
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from printers.documents import KINDS as DOCUMENTS
from printers.gs1 import IDENTIFIERS
from warehouse.domain.codes import (
    BarcodeKind,
    BatchState,
    BinKind,
    CartonState,
    ExceptionState,
    LabelState,
    MoveReason,
    OrderState,
    Outcome,
    PrintJobState,
    Role,
    ScanKind,
    TaskState,
    UnitLevel,
)
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.exception_texts import TEXTS as EXCEPTION_TEXTS
from warehouse.domain.figures.phases import PHASE_TEXTS
from warehouse.domain.lifecycle import Kind
from warehouse.domain.packing.texts import PACK_TEXTS
from warehouse.domain.packing.texts import named_thing as packed_thing
from warehouse.domain.picking.texts import TEXTS, named_thing
from warehouse.domain.printer_trouble import FRAMES, REASONS
from warehouse.domain.returns.states import ReturnState
from warehouse.domain.roles import Permission
from warehouse.domain.site_settings import NAMES as SETTING_NAMES
from warehouse.domain.words import parts_of
from warehouse.printing import CARRIER_LABEL, profiles
from warehouse.problems import FIELD_TEXTS, UNEXPECTED
from warehouse.services.figures.kpis import KPIS
from warehouse.web.admin import DONE
from warehouse.web.admin.printers import KINDS
from warehouse.web.admin.profile_form import Choices, readable_targets
from warehouse.web.admin.profiles import MADE
from warehouse.web.field_names import UNLABELLED

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = [path for path in sorted((ROOT / "static" / "js").rglob("*.js")) if "worker" not in path.name]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
IN_SCRIPT = re.compile(r'(?<!\w)t\(\s*"((?:[^"\\]|\\.)+)"')
IN_TEMPLATE = re.compile(r"""(?<!\w)_\(\s*(?:"([^"]+)"|'([^']+)')(?! ~)""")
NAMED_THINGS = {"f\"{('an' if kind.value[0] in 'aeiou' else 'a')} {kind.value}\""}
"""Said by the rules: see `said_by_rules`."""
PAGES = {"TAB", "ISO 8859-15", "ISO 8859-1", "DOS (cp437)", "SKU", "SKU *"}
"""Names of code pages and signs, which are the same everywhere."""
CUSTOMS = {"cn22.py", "cn23.py", "invoice.py", "customs.py"}
"""Layouts of papers that customs read in any country: English."""
GS1_TITLES = {"BEST BEFORE", "USE BY", "NET WEIGHT"}
"""Titles that the GS1 standard itself gives to data, the same on labels everywhere."""
LAYOUTS = [path for path in sorted((ROOT / "printers" / "layouts").glob("*.py")) if path.name not in CUSTOMS]
SAMPLES = {"Small parcels", "Post", "Parcel"}


def said_in_scripts() -> Iterator[str]:
    for path in SCRIPTS:
        yield from (key.replace('\\"', '"') for key in IN_SCRIPT.findall(path.read_text("utf-8")))


def said_in_templates() -> Iterator[str]:
    for path in TEMPLATES:
        yield from (double or single for double, single in IN_TEMPLATE.findall(path.read_text("utf-8")))


def said_in_tables() -> Iterator[str]:
    """Give the words that tables at the top of a script or template hold, which are said where they are shown."""
    outcomes = (ROOT / "static/js/lib/outcomes.js").read_text("utf-8")
    yield from re.findall(r'(?:word|sentence): "([^"]+)"', outcomes)
    for path in SCRIPTS:
        yield from re.findall(r'\b(?:label|title|text|none|caption): "([^"]+)"', path.read_text("utf-8"))
        yield from said_by_name(path.read_text("utf-8"))
    places = (ROOT / "templates/_places.html").read_text("utf-8")
    yield from re.findall(r'\("([A-Z][^"/]*)"', places)
    yield from re.findall(r'\("/[^"]*", "([^"]+)"', places)
    yield from (role.value.replace("_", " ") for role in Role)


def said_by_name(source: str) -> Iterator[str]:
    """Give the words of lists and tables that a script says by their place: `t(AGES[at])`."""
    for name in set(re.findall(r"(?<!\w)t\(([A-Z_]+)\[", source)):
        for table in re.findall(rf"const {name} = ([\[{{].*?[\]}}]);", source, re.DOTALL):
            found = re.findall(r'(?::|[\[,])\s*"([^"]+)"', table)
            yield from (words for words in found if re.search("[A-Za-z]{2}", words))


def said_by_rules() -> Iterator[str]:
    yield from TEXTS.values()
    yield from PACK_TEXTS.values()
    for kind in BarcodeKind:
        yield from (str(named_thing(kind)), str(packed_thing(kind)))


def sources() -> Iterator[ast.Module]:
    skipped = {"commands", "simulation", "migrations"}
    for path in sorted((ROOT / "warehouse").rglob("*.py")):
        if not skipped & set(path.parts):
            yield ast.parse(path.read_text("utf-8"))


def refusals() -> set[str]:
    """Name every class of refusal: `WarehouseError`, what comes from it, and what carries a text beside it."""
    classes = [node for tree in sources() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found, more = {"FieldProblem", "Problem", "refused"}, {"WarehouseError"}
    while more:
        found |= more
        more = {node.name for node in classes for base in node.bases if getattr(base, "id", "") in more} - found
    return found - {
        "SchemaError",
        "DatabaseInUseError",
        "WrongUseError",
    }  # told to who starts the server, in the terminal


def texts_of(node: ast.expr | None) -> Iterator[str]:
    """Give the constant texts an argument may be; a formatted one is given with its source, so that it is found."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield ast.unparse(node)
    elif isinstance(node, ast.IfExp):
        yield from (*texts_of(node.body), *texts_of(node.orelse))


def told_in(tree: ast.Module, kinds: set[str]) -> Iterator[str]:
    """Give the texts of every refusal made in a module, and every pattern it makes a sentence of."""
    place = {"FieldProblem": 1, "Problem": 2}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if (name in kinds or name == "sentence") and len(node.args) > place.get(name, 0):
                said = node.args[place.get(name, 0)]
                yield from texts_of(said) if name in kinds else patterns_of(said, tree)


def patterns_of(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Give the patterns that `sentence` may be given here: where it is named, what its module says under that name."""
    named = node.value if isinstance(node, ast.Subscript) else node
    if not isinstance(named, ast.Name):
        yield from texts_of(node)
        return
    for given in (it for it in ast.walk(tree) if isinstance(it, ast.Assign)):
        for said in given_to(named.id, given):
            values = said.values if isinstance(said, ast.Dict) else getattr(said, "elts", [said])
            yield from (text for value in values for text in texts_of(value))


def given_to(name: str, given: ast.Assign) -> Iterator[ast.expr]:
    """Give what an assignment puts under a name, also where it names several at once."""
    for target in given.targets:
        if isinstance(target, ast.Tuple) and isinstance(given.value, ast.Tuple):
            pairs = zip(target.elts, given.value.elts, strict=False)
            yield from (value for part, value in pairs if getattr(part, "id", "") == name)
        elif getattr(target, "id", "") == name:
            yield given.value


def told_with_values() -> Iterator[str]:
    """Give every text with named holes that stands in a module which makes sentences: it is to be one."""
    for tree in sources():
        nodes = list(ast.walk(tree))
        if any(isinstance(it, ast.ImportFrom) and "sentence" in {name.name for name in it.names} for it in nodes):
            within = {id(part) for it in nodes if isinstance(it, ast.JoinedStr) for part in ast.walk(it)}
            for it in nodes:
                if isinstance(it, ast.Constant) and isinstance(it.value, str) and id(it) not in within:
                    yield from re.findall(
                        r"(?s)^(?=.*\{[a-z]\w*\})(?=.*(?<![{\w])[A-Za-z]{2,}(?![\w}])).* .*$", it.value
                    )


def told_by_refusals() -> Iterator[str]:
    kinds = refusals()
    for tree in sources():
        yield from told_in(tree, kinds)
        yield from told_by_library(tree)
    for path in sorted((ROOT / "printers").rglob("*.py")):
        yield from told_by_library(ast.parse(path.read_text("utf-8")))


def told_by_library(tree: ast.Module) -> Iterator[str]:
    """Give the patterns of what `printers` refuses in a module, and the words among their values."""
    place = {"PrintersError": 0, "ProfileError": 0, "RefusedContentError": 1, "TransportRefusedError": 0, "Word": 0}
    for node in ast.walk(tree):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and len(node.args) > place.get(name, len(node.args)):
            yield from patterns_of(node.args[place[name]], tree)


def said_as_words() -> Iterator[str]:
    """Give what pages say of what was done, of states, of kinds and of figures; `word` says them."""
    states = (BatchState, CartonState, ExceptionState, LabelState, OrderState, PrintJobState, ReturnState, TaskState)
    kinds = (ExceptionType, MoveReason, Outcome, Role, ScanKind)
    yield from (str(member).replace("_", " ") for kind in (*states, *kinds) for member in kind)
    yield from (kind.value.replace("_", " ").capitalize() for kind in Kind)
    yield from (*DONE.values(), *PHASE_TEXTS.values(), *(kpi.title for kpi in KPIS))
    yield from (text for each in EXCEPTION_TEXTS.values() for text in asdict(each).values())
    yield from (str(member).replace("_", " ") for kind in (BinKind, UnitLevel, Permission) for member in kind)
    yield from (name.replace("_", " ") for name in SETTING_NAMES)
    yield from ("scan", "move", "carton", "label", "exception")


def said_of_steps() -> Iterator[str]:
    """Give the kinds of steps in the history of exceptions."""
    for node in (node for tree in sources() for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tell_step":
            yield from (text.replace("_", " ") for text in texts_of(node.args[3]))


def said_of_orders() -> Iterator[str]:
    """Give the names of facts in an order's journal, and of what is told with them."""
    for node in (node for tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        told = name == "audit" and len(node.args) > 3 and ast.unparse(node.args[3]).startswith("f'order:")
        if told or (name == "note" and ast.unparse(node.func) == "case.note"):
            yield from texts_of(node.args[2 if told else 0])
            yield from (word.arg for word in node.keywords if word.arg)


def said_of_printers() -> Iterator[str]:
    """Give the titles of the ways to a printer and of the profiles it may print by, and what printers say."""
    yield from (title for _, title in profiles())
    yield from (text for kind in KINDS for text in (kind.title, kind.label, kind.hint))
    yield from (*REASONS, *FRAMES.values())


def said_on_paper() -> Iterator[str]:
    """Give the names of what is printed, what stands in its barcodes, and every word of the layouts."""
    yield from (kind.replace("_", " ") for kind in (*DOCUMENTS, CARRIER_LABEL))
    yield from (identifier.title for identifier in IDENTIFIERS.values())
    for path in LAYOUTS:
        yield from said_in_layout(ast.parse(path.read_text("utf-8")))


def said_in_layout(tree: ast.Module) -> Iterator[str]:
    """Give what a layout says, titles of columns and facts with it; of a count the pattern for many."""
    for node in (it for it in ast.walk(tree) if isinstance(it, ast.Call)):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        said = {"say": node.args[:1], "Fact": node.args[:1], "count": node.args[2:3]}.get(name, [])
        said += [word.value for word in node.keywords if name == "Column" and word.arg == "title"]
        yield from (text for each in said for text in texts_of(each) if re.search("[A-Za-z]{2}", text))


def unsaid_on_paper(tree: ast.Module) -> list[str]:
    """Give the words that a layout holds and does not say in the language of its document."""
    said = {*said_in_layout(tree), *GS1_TITLES}
    nodes = list(ast.walk(tree))
    apart = {id(part) for node in nodes if is_no_paper(node) for part in ast.walk(node)}
    apart |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    found = (it for it in nodes if isinstance(it, ast.Constant | ast.JoinedStr) and id(it) not in apart)
    texts = (text for node in found for text in words_in(node))
    return [
        text for text in texts if re.search(r"[A-Z][a-z]{2}|[A-Za-z]{3} |\b[a-z]{3,} [a-z{]", text) and text not in said
    ]


def words_in(node: ast.Constant | ast.JoinedStr) -> Iterator[str]:
    """Give a text as it stands in the source; of a formatted one what is between its holes."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node.value, str):
        yield node.value


def is_no_paper(node: ast.AST) -> bool:
    """Tell whether a part of a layout puts nothing on paper as it stands: it says it, refuses it or describes it."""
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    is_remark = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_pattern = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "pattern"
    return (
        is_remark or is_pattern or isinstance(node, ast.Raise | ast.Import | ast.ImportFrom) or name in {"say", "count"}
    )


def said_by_choices() -> Iterator[str]:
    """Give the labels that tables at the top of the office's pages hold: what begins with a capital."""
    for path in sorted((ROOT / "warehouse" / "web" / "admin").glob("*.py")):
        for table in ast.parse(path.read_text("utf-8")).body:
            if isinstance(table, ast.Assign | ast.AnnAssign) and table.value is not None:
                for node in ast.walk(table.value):
                    if isinstance(node, ast.Constant) and re.match(r"[A-Z][a-z]+( |$)", str(node.value)):
                        yield str(node.value)


def said_by_profiles() -> Iterator[str]:
    """Give what the selects of a profile in the making offer: its choices, and what a column may be."""
    choices = (it for table in asdict(Choices()).values() for it in table if isinstance(it, tuple))
    targets = (label for kind in MADE for label in readable_targets(kind))
    said = (pattern for _, label in (*choices, *targets) for pattern in _patterns(parts_of(label) or [[label, {}]]))
    yield from (pattern for pattern in said if re.search(r"[A-Za-z]{2}", pattern) and pattern not in PAGES)


def _patterns(parts: list[Any]) -> Iterator[str]:
    for pattern, values in parts:
        yield pattern
        yield from (inner for value in values.values() if isinstance(value, list) for inner in _patterns(value))


def said_of_figures() -> Iterator[str]:
    """Give the names of what a data audit counts."""
    for path in sorted((ROOT / "warehouse" / "auditing").glob("*.py")):
        source = path.read_text("utf-8")
        yield from re.findall(r'figures\["(\w+)"\]', source)
        yield from re.findall(r"""\bsay\(["']([^"']+)["']""", source)
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.AugAssign)
                and "figures" in ast.unparse(node.target)
                and isinstance(node.value, ast.Dict)
            ):
                yield from (key.value for key in node.value.keys if isinstance(key, ast.Constant))


SAID = {
    "fields": sorted({*FIELD_TEXTS.values(), UNEXPECTED, *UNLABELLED.values()}),
    "words": sorted(set(said_as_words())),
    "refusals": sorted(set(told_by_refusals()) - NAMED_THINGS),
    "patterns": sorted(set(told_with_values())),
    "scripts": sorted(set(said_in_scripts())),
    "templates": sorted(set(said_in_templates())),
    "tables": sorted(set(said_in_tables())),
    "rules": sorted(set(said_by_rules())),
    "printers": sorted(said_of_printers()),
    "paper": sorted(set(said_on_paper())),
    "profiles": sorted(set(said_by_profiles())),
    "figures": sorted(name.replace("_", " ") for name in set(said_of_figures())),
    "journal": sorted({name.replace("_", " ") for name in said_of_orders()}),
    "steps": sorted(set(said_of_steps())),
    "choices": sorted(set(said_by_choices()) - SAMPLES),
}
