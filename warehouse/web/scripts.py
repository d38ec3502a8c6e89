"""Joins script modules into one file for a page: fewer requests, and no comments or indentation on the wire.

Every module becomes a block of its own, in the order in which a browser would run them, so that names never meet. What
a page loads later, with `import("./x.js")`, becomes a file of its own to which the page lends what they share.
Only the forms of import and export that our modules and libraries use are understood; any other is an error.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

_BEGIN = r"(?m)(?:^|(?<=[;}]))[ \t]*"
STATIC_IMPORT = re.compile(_BEGIN + r"""import\s*(?:\{([^}]*)\}\s*from\s*)?["'](\.{1,2}/[^"']+)["']\s*;?""")
LATER = re.compile(r"""(?<![\w.$"'])import\(\s*["'](\.{1,2}/[^"']+)["']\s*\)""")
PASSED_ON = re.compile(_BEGIN + r"""export\s*\{([^}]*)\}\s*from\s*["'](\.{1,2}/[^"']+)["']\s*;?""")
NAMED = re.compile(_BEGIN + r"export\s*\{([^}]*)\}\s*;?")
DECLARED = re.compile(_BEGIN + r"export\s+((?:async\s+)?(?:function|const|class)\s+([\w$]+))")
CHANGING = re.compile(_BEGIN + r"(?:let|var)\s+([\w$]+)")
LEFT_OVER = re.compile(_BEGIN + r"(?:import\b(?!\(|\.)|export\b)")
OWN_ADDRESS = "import.meta.url"

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
    r"|(?P<tick>`)|(?P<brace>[{}])|(?P<slash>/)|(?P<space>\s+)|(?P<code>[\w$#]+|.)",
    re.DOTALL,
)
_TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.DOTALL)
_PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
_BEFORE_PATTERN = re.compile(r"(?:^|[(,=:\[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|await))$")
_LICENCE = ("@license", "Copyright")


class ScriptError(ValueError):
    """A module that cannot be joined; the message names it and what stands in the way."""


def compact(source: str) -> str:
    """Leave out comments (but licences) and blank space of a script; texts, templates and patterns stay as they are."""
    kept: list[str] = []
    blank = ""
    for kind, text in _tokens(source):
        if kind == "space" or (kind == "comment" and not any(mark in text for mark in _LICENCE)):
            blank = "\n" if "\n" in text or blank == "\n" else " "
            continue
        if kept and blank and (kept[-1].startswith("//") or not _is_needless(kept[-1][-1], text[0], blank)):
            kept.append(blank)
        kept.append(text)
        blank = ""
    return "".join(kept)


def _is_needless(before: str, after: str, blank: str) -> bool:
    if blank == "\n":
        return before in "{;,([\n" or after in "}),]"
    words = (before.isalnum() or before in "_$", after.isalnum() or after in "_$#")
    return not all(words) and not (before in "+-" and after in "+-") and before != "/" and after != "/"


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    """Give the parts of a script as (kind, text); what stands in `${}` of a template is script again."""
    braces: list[str] = []
    at, before = 0, ""
    while at < len(source):
        found = _TOKEN.match(source, at)
        kind, text = (found.lastgroup or "code", found[0]) if found else ("code", source[at])
        if text == "}" and braces and braces.pop() == "${":
            kind, text = "template", "}" + _whole(_TEMPLATE, source, at + 1)
        elif kind == "tick":
            kind, text = "template", "`" + _whole(_TEMPLATE, source, at + 1)
        elif kind == "slash" and _BEFORE_PATTERN.search(before):
            kind, text = "pattern", _whole(_PATTERN, source, at)
        if text.endswith("${") and kind == "template":
            braces.append("${")
        elif text == "{":
            braces.append("{")
        at += len(text)
        if kind not in {"space", "comment"}:
            before = text[-12:]
        yield kind, text
    if "${" in braces:
        raise ScriptError("a template without an end")


def _whole(form: re.Pattern[str], source: str, at: int) -> str:
    found = form.match(source, at)
    if found is None:
        raise ScriptError(f"a template or pattern without an end: {source[at : at + 40]!r}")
    return found[0]


def compact_styles(source: str) -> str:
    """Leave out comments and blank space of a style sheet; texts stay as they are."""
    form = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/|\s*([{};,])\s*|\s+"""
    sheet = re.sub(form, lambda it: it[1] or it[2] or (" " if it[0].isspace() else ""), source, flags=re.DOTALL)
    return sheet.replace(";}", "}").strip()


def imported(name: str, source: str, form: re.Pattern[str] = STATIC_IMPORT) -> list[str]:
    """List the modules that one imports (or passes on) at once; with `LATER` those that it imports later."""
    forms = (form,) if form is LATER else (STATIC_IMPORT, PASSED_ON)
    found = ((hit.start(), hit[hit.re.groups]) for it in forms for hit in it.finditer(source))
    return [_beside(name, reference) for _, reference in sorted(found)]


def _beside(name: str, reference: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), reference))


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where a browser finds a part of a page, and a file as it is written."""

    part: Callable[[str], str]
    file: Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Everything one page says in script. `sources` are compact modules by name; `parts` the modules of each file.

    The file of the page itself stands under its own name; `numbers` name the modules inside the files. The `speaker`
    is the module whose `use` takes words; it imports nothing, so that it can come first.
    """

    page: str
    speaker: str = ""
    sources: Mapping[str, str] = field(repr=False)
    parts: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, str] = field(repr=False)

    @property
    def later(self) -> list[str]:
        """List what the page loads later."""
        return [name for name in self.parts if name != self.page]

    def write(self, part: str, addresses: Addresses, said: str = "") -> str:
        """Write one file; `said` calls `use`, before any module runs that has something to say."""
        mine = self.parts[part]
        first = [self.speaker] if self.speaker in mine else []
        speaks = said and self.speaker in {*self.parts[self.page], *mine}
        tell = f"{{const{{use}}={self.numbers[self.speaker]};{said}}}\n" if speaks else ""
        before = [self._block(name, addresses) for name in first]
        after = [self._block(name, addresses) for name in mine if name not in first]
        body = "".join([*before, tell, *after])
        if part == self.page:
            return body
        return f"let made;export default({self._lent(part)})=>made??=(()=>{{{body}return {self.numbers[part]}}})();\n"

    def _lent(self, part: str) -> str:
        """Name what the page lends to a part; a page that waits for it while it begins could not be imported back."""
        names = sorted(self._needed(part) | ({self.speaker} & {*self.parts[self.page]}))
        return ",".join(self.numbers[name] for name in names)

    def _needed(self, part: str) -> set[str]:
        mine = self.parts[part]
        needed = {other for name in mine for other in imported(name, self.sources[name])} - set(mine)
        later = (it for name in mine for it in imported(name, self.sources[name], LATER))
        return needed.union(*(self._needed(it) for it in later))

    def _block(self, name: str, addresses: Addresses) -> str:
        def load(found: re.Match[str]) -> str:
            part = _beside(name, found[1])
            return f'import("{addresses.part(part)}").then(it=>it.default({self._lent(part)}))'

        body, offered = self._open(name, self.sources[name])
        body = LATER.sub(load, body)
        if OWN_ADDRESS in body:
            body = body.replace(OWN_ADDRESS, f'new URL("{addresses.file(name)}",location.href).href')
        number = self.numbers[name]
        return f"let {number};{{{body}\n{number}={{{','.join(offered)}}}}}\n"

    def _open(self, name: str, source: str) -> tuple[str, list[str]]:
        """Turn imports into names of this block; give the rest and what it offers to others."""
        offered: list[str] = []

        def take(found: re.Match[str]) -> str:
            names = (found[1] or "").replace(" as ", ":")
            return f"const{{{names}}}={self.numbers[_beside(name, found[2])]};"

        def pass_on(found: re.Match[str]) -> str:
            whose = self.numbers[_beside(name, found[2])]
            offered.extend(f"{outer}:{whose}.{inner}" for inner, outer in _pairs(found[1]))
            return ""

        changing = set(CHANGING.findall(source))

        def offer(found: re.Match[str]) -> str:
            for inner, _ in _pairs(found[1]):
                if inner in changing:
                    raise ScriptError(f"{name} offers {inner}, which may change: others would keep what it was first")
            offered.extend(outer if outer == inner else f"{outer}:{inner}" for inner, outer in _pairs(found[1]))
            return ""

        def declare(found: re.Match[str]) -> str:
            offered.append(found[2])
            return found[1]

        body = STATIC_IMPORT.sub(take, PASSED_ON.sub(pass_on, source))
        body = DECLARED.sub(declare, NAMED.sub(offer, body))
        if LEFT_OVER.search(body):
            raise ScriptError(f"{name} imports or exports in a way that cannot be joined")
        return body, offered


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    for one in filter(None, (part.strip() for part in names.split(","))):
        inner, _, outer = one.partition(" as ")
        yield inner, outer or inner


def bundle(page: str, sources: Mapping[str, str], speaker: str = "") -> Bundle:
    """Find the modules of a page and of what it loads later. `sources` are compact, by name.

    Raises ScriptError for modules that import each other in a ring, and for one that two of the later files would hold.
    """
    order = _in_order(page, sources)
    parts: dict[str, tuple[str, ...]] = {page: order}
    waiting = [name for module in order for name in imported(module, sources[module], LATER)]
    while waiting:
        part = waiting.pop(0)
        if part in parts:
            continue
        mine = tuple(name for name in _in_order(part, sources) if name not in order)
        for other, theirs in parts.items():
            if twice := set(mine) & set(theirs):
                raise ScriptError(f"{part} and {other} would both hold {min(twice)}; let {page} import it")
        parts[part] = mine
        waiting += [name for module in mine for name in imported(module, sources[module], LATER)]
    everything = [name for names in parts.values() for name in names]
    numbers = {name: f"m{at}" for at, name in enumerate(everything)}
    return Bundle(page=page, sources=sources, parts=parts, numbers=numbers, speaker=speaker)


def _in_order(module: str, sources: Mapping[str, str]) -> tuple[str, ...]:
    """List a module and all it imports at once, each behind what it imports, as a browser runs them."""
    done: dict[str, None] = {}
    open_: list[str] = []

    def visit(name: str) -> None:
        if name in open_:
            raise ScriptError(f"modules import each other: {' > '.join([*open_, name])}")
        if name in done:
            return
        open_.append(name)
        for other in imported(name, sources[name]):
            visit(other)
        open_.pop()
        done[name] = None

    visit(module)
    return tuple(done)
