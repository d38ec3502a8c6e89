"""Static files under `/static/<hash of the tree>/…`: an update never mixes versions; browsers keep them for good."""

import gzip
import hashlib
import json
import mimetypes
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from warehouse.domain.packing.texts import PACK_TEXTS
from warehouse.domain.picking.texts import TEXTS
from warehouse.words import Catalogue

STYLES = "css/all.css"
STYLE_ORDER = ("app", "tokens", "base", "components", "handheld", "board", "print")
SAID_BY_SERVER = {
    "js/pages/pick.js": frozenset(TEXTS.values()),
    "js/pages/pack.js": frozenset(PACK_TEXTS.values()),
    "js/pages/side_tasks.js": frozenset(TEXTS.values()),
}
"""What answers to scans say on a page, as patterns with values; the page puts them into words."""
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
TEXTUAL = ("text/", "application/json", "application/manifest+json", "image/svg+xml", "application/wasm")
WORTH_PACKING = 512
WORDS = re.compile(r"words/([a-z]{2})/(js/.+\.js)")
IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


def folder(name: str) -> Path:
    """Find `static` or `templates`: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


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
        files[STYLES] = join_styles(files)
        self.version = _tree_hash(files)
        self._files = {name: _asset(name, body) for name, body in files.items()}

    def url(self, name: str) -> str:
        """Give the address of a file; raises KeyError when there is none, so that a slip shows in every test."""
        if name not in self._files:
            raise KeyError(f"there is no static file {name!r}")
        return f"/static/{self.version}/{name}"

    def modules(self, name: str) -> list[str]:
        """List the addresses of a script module and of all it imports, for `modulepreload`."""
        return [self.url(module) for module in self._graph(name)]

    def words(self, language: str, module: str) -> str:
        """Give the address of the words that a script module and all it imports say, in one language."""
        return f"/static/{self.version}/words/{language}/{module}"

    def find(self, version: str, name: str) -> Asset | None:
        """Give a file of exactly this version, or None."""
        if version != self.version:
            return None
        if (wanted := WORDS.fullmatch(name)) and wanted[1] in self._catalogues and wanted[2] in self._files:
            self._files[name] = self._files.get(name) or _asset(name, self._words(wanted[1], wanted[2]))
        return self._files.get(name)

    def _graph(self, name: str) -> list[str]:
        seen: dict[str, None] = {}
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen[current] = None
                waiting += _imports(current, self._files[current].body.decode())
        return list(seen)

    def _words(self, language: str, module: str) -> bytes:
        sources = "".join(self._files[name].body.decode() for name in self._graph(module))
        answers = SAID_BY_SERVER.get(module, frozenset())
        catalogue = self._catalogues[language]
        entries = {key: catalogue[key] for key in catalogue if key in answers or f'"{key}"' in sources}
        up = "../" * (module.count("/") + 2)
        words = json.dumps(entries, ensure_ascii=False)
        return f'import {{ use }} from "{up}js/lib/words.js";\nuse("{language}", {words});\n'.encode()


def join_styles(files: Mapping[str, bytes]) -> bytes:
    """Join the style sheets: those of the fixed order first, then the rest by name."""
    names = [name for name in files if re.fullmatch(r"css/[^/]+\.css", name) and name != STYLES]
    return b"\n".join(files[name] for name in sorted(names, key=_style_rank))


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
    return Asset(body=body, packed=gzip.compress(body, 6, mtime=0) if packs else None, mimetype=mimetype)


def _imports(name: str, source: str) -> list[str]:
    base = posixpath.dirname(name)
    return [posixpath.normpath(posixpath.join(base, reference)) for reference in IMPORT.findall(source)]
