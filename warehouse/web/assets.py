"""Static files under `/static/<hash of the tree>/…`: an update never mixes versions; browsers keep them for good."""

import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from warehouse.domain.codes import BarcodeKind, CartonState
from warehouse.domain.packing.texts import PACK_TEXTS
from warehouse.domain.picking.texts import TEXTS
from warehouse.domain.planning.values import LEFT_OUT_TEXTS
from warehouse.domain.printer_trouble import FRAMES, REASONS
from warehouse.web import scripts
from warehouse.web.scripts import Addresses, Bundle, ScriptError, bundle, compact, compact_styles, imported
from warehouse.words import Catalogue

STYLE_ORDER = ("app", "tokens", "base", "components", "pages", "handheld", "station", "board", "print")
CARRIED = ("app", "tokens", "base", "components", "banner", "handheld", "print")
STYLES = {"css/all.css": None, "css/carried.css": CARRIED}
"""The joined style sheets: of every page, and of the handheld's, which are loaded over the worst network."""
SPEAKER = "js/lib/words.js"
SAID_BY_SERVER = {
    "js/pages/pick/floor.js": frozenset(TEXTS.values()),
    "js/pages/pack.js": frozenset(PACK_TEXTS.values()),
    "js/pages/side_tasks.js": frozenset(TEXTS.values()),
    "js/lib/picking/totes.js": frozenset(kind.value for kind in BarcodeKind),
    "js/pages/pack/screens.js": frozenset((*(state.value for state in CartonState), "full")),
    "js/pages/planning/views.js": frozenset(LEFT_OUT_TEXTS.values()),
    "js/lib/parcel.js": frozenset((*REASONS, *FRAMES.values())),
}
"""What answers to scans say on a page, as patterns with values, and names of kinds; the page puts them into words."""
SCANNED_ON = frozenset({"js/pages/pick/floor.js", "js/pages/pack.js", "js/pages/side_tasks.js", "js/pages/load.js"})
"""The pages that also hear why a scan was not judged, or why the books refuse what the rules would allow."""
REFUSED_BY = (
    "scans.py",
    "problems.py",
    "storage",
    "services/batches",
    "services/orders",
    "services/packing",
    "services/picking",
    "services/scanning",
    "services/shipping",
    "services/side",
    "services/stock",
)
"""Where what they hear is written; the words are found in the sources, as those of the scripts are."""
SAYS_ANYTHING = frozenset({"js/pages/board/views.js"})
"""Scripts that show what stands in the exception queue, which may be any sentence: their pages get every word."""
SAID_ALONE = re.compile(r'(?<![\w.])(?:t\(\s*|(?:label|title|text|none|caption|word|sentence): )"([a-z]+)"')
"""Where one small word is said; anywhere else in a script `"open"` is the name of a state or a sign."""
ONE_WORD = re.compile(r"[a-z]+")
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
TEXTUAL = ("text/", "application/json", "application/manifest+json", "image/svg+xml", "application/wasm")
WORTH_PACKING = 512
WORDS = re.compile(r"words/([a-z]{2})/(js/pages/[^/:]+\.js)")
JOINED = re.compile(r"joined/([a-z]{2})/(js/pages/[^/:]+\.js)(?::(?!\2$)(js/[^:]+\.js))?")
"""A page's script, or behind the colon what it loads later, with the words of one language. Each thing has one address:
what strangers make up is made and kept for nobody."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; `packed` is None when packing does not pay."""

    body: bytes = field(repr=False)
    packed: bytes | None = field(repr=False)
    mimetype: str


class Assets:
    """All static files of one version, read once: what is served always equals the hash in its address."""

    def __init__(self, root: Path, catalogues: Mapping[str, Catalogue] = MappingProxyType({})) -> None:
        self._catalogues = catalogues
        files = {path.relative_to(root).as_posix(): path.read_bytes() for path in _visible(root)}
        made_by = {"joiner": Path(scripts.__file__).read_bytes(), "refusals": "\n".join(sorted(refusals())).encode()}
        self.version = _tree_hash(files | made_by)
        files |= {name: join_styles(files, members) for name, members in STYLES.items()}
        self._files = {name: _asset(name, body) for name, body in files.items()}
        self._sources = _Sources(self._files)
        self._bundles: dict[str, Bundle] = {}

    def url(self, name: str) -> str:
        """Give the address of a file; raises KeyError when there is none, so that a slip shows in every test."""
        if name not in self._files:
            raise KeyError(f"there is no static file {name!r}")
        return f"/static/{self.version}/{name}"

    def modules(self, name: str) -> list[str]:
        """List the addresses of a script module and of all it imports, for `modulepreload`."""
        return [self.url(module) for module in self.names(name)]

    def words(self, language: str, module: str) -> str:
        """Give the address of the words that a script module and all it imports say, in one language."""
        return f"/static/{self.version}/words/{language}/{module}"

    def joined(self, language: str, page: str, part: str | None = None) -> str:
        """Give the address of a page's whole script with its words, or of a part that it loads later."""
        return f"/static/{self.version}/joined/{language}/{page}" + (f":{part}" if part and part != page else "")

    def later(self, language: str, page: str) -> list[str]:
        """List the addresses of what a page loads later."""
        return [self.joined(language, page, part) for part in self._bundle(page).later]

    def find(self, version: str, name: str) -> Asset | None:
        """Give a file of exactly this version, or None."""
        if version != self.version:
            return None
        if name not in self._files and (made := self._make(name)):
            self._files[name] = _asset(name, made.encode())
        return self._files.get(name)

    def _make(self, name: str) -> str | None:
        if (wanted := WORDS.fullmatch(name)) and wanted[1] in self._catalogues and wanted[2] in self._files:
            up = "../" * (wanted[2].count("/") + 2)
            return f'import {{ use }} from "{up}{SPEAKER}";\n{self._said(wanted[1], self.names(wanted[2]))}'
        if (wanted := JOINED.fullmatch(name)) and wanted[1] in self._catalogues and wanted[2] in self._files:
            return self._join(wanted[1], wanted[2], wanted[3] or wanted[2])
        return None

    def _join(self, language: str, page: str, part: str) -> str | None:
        whole = self._bundle(page)
        if part not in whole.parts:
            return None
        addresses = Addresses(part=lambda name: self.joined(language, page, name), file=self.url)
        return whole.write(part, addresses, self._said(language, whole.parts[part]))

    def _bundle(self, page: str) -> Bundle:
        if page not in self._bundles:
            self._bundles[page] = bundle(page, self._sources, SPEAKER)
        return self._bundles[page]

    def names(self, name: str) -> list[str]:
        """List a script module and all it imports, at once or later."""
        seen: dict[str, None] = {}
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen[current] = None
                source = self._sources[current]
                waiting += imported(current, source) + imported(current, source, scripts.LATER)
        return list(seen)

    def _said(self, language: str, modules: Iterable[str]) -> str:
        names = list(modules)
        sources = "".join(self._files[name].body.decode() for name in names)
        alone = frozenset[str]().union(SAID_ALONE.findall(sources), *(SAID_BY_SERVER.get(name, ()) for name in names))
        alone |= frozenset() if SCANNED_ON.isdisjoint(names) else refusals()
        catalogue = self._catalogues[language]
        is_all = not SAYS_ANYTHING.isdisjoint(names)
        entries = {key: catalogue[key] for key in catalogue if is_all or key in alone or _stands_in(sources, key)}
        words = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
        return f'use("{language}",{words});\n'


@cache
def refusals() -> frozenset[str]:
    """Give every string that stands where scans are refused, the patterns of sentences among them."""
    places = [Path(__file__).resolve().parents[1] / name for name in REFUSED_BY]
    paths = [path for place in places for path in ([place] if place.is_file() else place.rglob("*.py"))]
    return frozenset(text for path in paths for text in STRING.findall(path.read_text("utf-8")) if " " in text)


def _stands_in(sources: str, key: str) -> bool:
    return not ONE_WORD.fullmatch(key) and f'"{key}"' in sources


class _Sources(dict[str, str]):
    """The script modules by name, each made compact when it is first asked for."""

    def __init__(self, files: Mapping[str, Asset]) -> None:
        super().__init__()
        self._found = files

    def __missing__(self, name: str) -> str:
        if name not in self._found:
            raise ScriptError(f"there is no script module {name!r}")
        self[name] = compact(self._found[name].body.decode())
        return self[name]


def join_styles(files: Mapping[str, bytes], members: Iterable[str] | None = None) -> bytes:
    """Join the style sheets (all, or those named): those of the fixed order first, then the rest by name."""
    names = [name for name in files if re.fullmatch(r"css/[^/]+\.css", name) and name not in STYLES]
    wanted = [name for name in names if members is None or Path(name).stem in members]
    return b"\n".join(compact_styles(files[name].decode()).encode() for name in sorted(wanted, key=_style_rank))


def _style_rank(name: str) -> tuple[int, str]:
    stem = Path(name).stem
    return (STYLE_ORDER.index(stem) if stem in STYLE_ORDER else len(STYLE_ORDER), name)


def _visible(root: Path) -> list[Path]:
    paths = (path for path in root.rglob("*") if path.is_file())
    return sorted(path for path in paths if not any(part.startswith(".") for part in path.relative_to(root).parts))


def _tree_hash(files: Mapping[str, bytes]) -> str:
    tree = hashlib.sha256()
    for name in sorted(files):
        tree.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return tree.hexdigest()[:16]


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    mimetype = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packs = mimetype.startswith(TEXTUAL) and len(body) >= WORTH_PACKING
    return Asset(body=body, packed=gzip.compress(body, 9, mtime=0) if packs else None, mimetype=mimetype)
