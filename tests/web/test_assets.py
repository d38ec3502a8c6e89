"""Static files: one version at a time, style sheets joined in order, modules found through their imports."""

import gzip
import re
from pathlib import Path

import pytest

from warehouse.resources import folder
from warehouse.web.assets import Asset, Assets

OF_OTHERS = {*("check", "field", "field-error", "field-hint", "input"), *("stat", "stat-note", "tally")} | {
    "tally-count",
    "tally-share",
}
"""Named by macros and views that only other pages use."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "css/board.css": "board",
        "css/app.css": "app",
        "css/own.css": "own",
        "css/tokens.css": "tokens",
        "js/pages/picking.js": 'import { a } from "../lib/a.js";\nimport "../live.js";\n',
        "js/lib/a.js": "export { b } from './b.js';\nconst no = \"import './c.js'\";\n",
        "js/lib/b.js": "x" * 2000,
        "js/live.js": 'import {\n  a,\n} from "./lib/a.js";\n',
        ".hidden/secret": "no",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_style_sheets_are_joined_in_their_order(tree: Path) -> None:
    assets = Assets(tree)
    assert assets.find(assets.version, "css/all.css") == Asset(b"app\ntokens\nboard\nown", None, "text/css")


def test_any_change_gives_the_tree_another_version(tree: Path) -> None:
    before = Assets(tree)
    (tree / "js/live.js").write_text("changed")
    after = Assets(tree)
    assert before.version != after.version
    assert after.find(before.version, "js/live.js") is None


def test_a_module_brings_everything_it_imports(tree: Path) -> None:
    assets = Assets(tree)
    names = {url.removeprefix(f"/static/{assets.version}/") for url in assets.modules("js/pages/picking.js")}
    assert names == {"js/pages/picking.js", "js/lib/a.js", "js/lib/b.js", "js/live.js"}


def test_text_is_packed_when_that_pays(tree: Path) -> None:
    assets = Assets(tree)
    long = assets.find(assets.version, "js/lib/b.js")
    assert long is not None
    assert long.packed is not None
    assert gzip.decompress(long.packed) == long.body


def test_hidden_files_are_not_served_and_a_wrong_name_shows_itself(tree: Path) -> None:
    assets = Assets(tree)
    assert assets.find(assets.version, ".hidden/secret") is None
    with pytest.raises(KeyError, match="no static file"):
        assets.url("js/slip.js")


def test_a_page_has_one_script_with_its_words_and_says_what_comes_later(tmp_path: Path) -> None:
    files = {
        "js/lib/words.js": "export function use() {}\n",
        "js/pages/p.js": 'import { use } from "../lib/words.js";\nsay("Yes");\nvoid import("./p/q.js");\n',
        "js/pages/p/q.js": 'export const said = "No";\nnew Worker(import.meta.url);\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assets = Assets(tmp_path, {"de": {"Yes": "Ja", "No": "Nein", "Maybe": "Vielleicht"}})
    page, later = assets.joined("de", "js/pages/p.js"), assets.later("de", "js/pages/p.js")
    root = f"/static/{assets.version}/"
    assert (page, later) == (
        f"{root}joined/de/js/pages/p.js",
        [f"{root}joined/de/js/pages/p.js:js/pages/p/q.js"],
    )
    whole, part = (assets.find(assets.version, address.removeprefix(root)) for address in (page, *later))
    assert whole is not None
    assert part is not None
    assert 'use("de",{"Yes":"Ja"});' in whole.body.decode()
    assert f'import("{later[0]}").then(it=>it.default(m0))' in whole.body.decode()
    assert 'use("de",{"No":"Nein"});' in part.body.decode()
    assert f'new URL("{root}js/pages/p/q.js",location.href).href' in part.body.decode()
    strange = ["xx/js/pages/p.js", "de/js/pages/none.js", "de/js/pages/p.js:js/lib/words.js", "de/css/a.css"]
    strange += ["de/js/pages/p.js:js/pages/p.js", "de/js/lib/words.js", "de/js/pages/p/q.js"]
    for name in strange:
        assert [assets.find(assets.version, f"{kind}/{name}") for kind in ("joined", "words")] == [None, None], name


def test_the_handheld_has_every_style_that_its_screens_name() -> None:
    assets = Assets(folder("static"))
    whole, carried = (assets.find(assets.version, f"css/{name}.css") for name in ("all", "carried"))
    assert whole is not None
    assert carried is not None
    pages = ("js/pages/pick.js", "js/pages/side_tasks.js")
    sources = [folder("static") / name for page in pages for name in assets.names(page) if name.startswith("js/")]
    sources += [*(folder("templates") / "picking").glob("*.html"), folder("templates") / "_macros.html"]
    text = "".join(path.read_text("utf-8") for path in sources)
    named = {word for found in re.findall(r'class(?:Name)?=?:? ?"([^"]+)"', text) for word in found.split()}
    styled = {
        name: set(re.findall(r"\.([a-z][\w-]*)", sheet.body.decode()))
        for name, sheet in {"all": whole, "carried": carried}.items()
    }
    assert (named & styled["all"]) - styled["carried"] - OF_OTHERS == set()
