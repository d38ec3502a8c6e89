"""Static files: one version at a time, style sheets joined in order, modules found through their imports."""

import gzip
from pathlib import Path

import pytest

from warehouse.web.assets import Asset, Assets


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
