"""Joined scripts do what the modules do one by one: names apart, order kept, only blank space and comments gone."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from warehouse.resources import folder
from warehouse.web.assets import Assets
from warehouse.web.scripts import Addresses, ScriptError, bundle, compact, compact_styles
from warehouse.words import Words

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is missing")
BESIDE = Addresses(part=lambda name: f"./{name[:-3]}.mjs", file=str)
PAGES = sorted(path.relative_to(folder("static")).as_posix() for path in (folder("static") / "js/pages").glob("*.js"))


def run(script: str, beside: dict[str, str], where: Path) -> object:
    """Run modules with Node; gives what the first printed."""
    for name, text in ({"page.mjs": script} | beside).items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    command = ["node", str(where / "page.mjs")]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - our own


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const a = 1; // one\nconst b = 2;\n", "const a=1;const b=2;"),
        ("/** Says so. */\nfunction f(a, b) {\n  return a\n}\n", "function f(a,b){return a}"),
        ("let a = b\nlet c = d\n", "let a=b\nlet c=d"),
        ("const u = \"http://x\"; const v = '/* no */';", "const u=\"http://x\";const v='/* no */';"),
        ('const r = /\\/\\*[/"]/g.test(a) / 2;', 'const r= /\\/\\*[/"]/g.test(a) / 2;'),
        ("x = a / b / c; // d", "x=a / b / c;"),
        ("return /a b/;", "return /a b/;"),
        ("`a  // ${ f(`b  ${ c }`) }  /* d */`", "`a  // ${f(`b  ${c}`)}  /* d */`"),
        ("`${ { a: 1 }.a }  b`", "`${{a:1}.a}  b`"),
        ("a + +b - -c; a ++ + b", "a+ +b- -c;a++ +b"),
        ("class A {\n  #b = 1;\n  get c() { return this.#b; }\n}", "class A{#b=1;get c(){return this.#b;}}"),
        ("/*! Copyright us */ a;", "/*! Copyright us */ a;"),
        ("a /* b\n */ c", "a\nc"),
        ("{\n  a // Copyright us,\n}\nb // @license (c\nd", "{a // Copyright us,\n}\nb // @license (c\nd"),
    ],
)
def test_only_comments_and_needless_space_go(source: str, expected: str) -> None:
    assert compact(source) == expected


@pytest.mark.parametrize("source", ["const a = `b", "const a = `b${c", "const r = /a\n/"])
def test_a_text_without_an_end_is_an_error(source: str) -> None:
    with pytest.raises(ScriptError):
        compact(source)


def test_a_style_sheet_loses_comments_and_space_and_no_text() -> None:
    sheet = (
        '/* a */ .b > .c , .d {\n  content: " ;  /* e */ ";\n  margin: 1px  2px ;\n}\n'
        "@media (max-width: 3rem) { .f { color: red; } }"
    )
    assert compact_styles(sheet) == (
        '.b > .c,.d{content: " ;  /* e */ ";margin: 1px 2px}@media (max-width: 3rem){.f{color: red}}'
    )


MODULES = {
    "page.js": """
        import { count, same as again } from "./a.js";
        import "./effect.js";
        import { passed } from "./b.js";
        const name = "page";
        const { name: later, shared } = await import("./later.js");
        console.log(JSON.stringify([name, count(), again, passed, later, shared(), globalThis.order]));
    """,
    "a.js": """
        import { name } from "./b.js";
        export const same = `${name}!`;
        export function count() { return ++number; }
        let number = 1;
        (globalThis.order ??= []).push("a");
    """,
    "b.js": """
        const own = "b";
        (globalThis.order ??= []).push("b");
        export { own as name };
        export { passed } from "./c.js";
    """,
    "c.js": 'export const passed = "c";\n(globalThis.order ??= []).push("c");\n',
    "effect.js": '(globalThis.order ??= []).push("effect");\n',
    "later.js": """
        import { count } from "./a.js";
        export const name = "later";
        export async function shared() { return await null; }
        export class Unused {}
        export { count };
        (globalThis.order ??= []).push("later");
    """,
}
"""Each says in `order` when it ran; all use the same names for their own things."""


@needs_node
def test_joined_modules_do_the_same_as_apart(tmp_path: Path) -> None:
    apart = run(MODULES["page.js"], {name: text for name, text in MODULES.items() if name != "page.js"}, tmp_path)
    whole = bundle("page.js", {name: compact(text) for name, text in MODULES.items()})
    page, later = (whole.write(part, BESIDE) for part in ("page.js", "later.js"))
    expected = ["page", 2, "b!", "c", "later", {}, ["c", "b", "a", "effect", "later"]]
    assert (apart, run(page, {"later.mjs": later}, tmp_path / "joined")) == (expected, expected)


@needs_node
def test_a_page_and_its_later_parts_have_their_words_before_anything_else_runs(tmp_path: Path) -> None:
    modules = {
        "page.js": 'import { t } from "./words.js";\nconst said = t("a");\n'
        'const later = () => import("./later.js");\n'
        "console.log(JSON.stringify([said, (await later()).said, (await later()).said]));",
        "later.js": 'import { t } from "./words.js";\nexport const said = t("b");\n',
        "words.js": "let all = {};\nexport function use(more) { all = { ...all, ...more }; }\n"
        "export function t(word) { return all[word]; }\n",
    }
    whole = bundle("page.js", modules, "words.js")
    page = whole.write("page.js", BESIDE, 'use({"a":"A"});')
    later = whole.write("later.js", BESIDE, 'use({"b":"B"});')
    assert run(page, {"later.mjs": later}, tmp_path) == ["A", "B", "B"]


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        (
            {"p.js": 'import { a } from "./q.js";', "q.js": 'import { b } from "./p.js";'},
            "import each other: p.js > q.js",
        ),
        ({"p.js": "export default 1;"}, "p.js imports or exports in a way"),
        ({"p.js": 'import * as q from "./q.js";', "q.js": ""}, "p.js imports or exports in a way"),
        ({"p.js": "let a = 1;\nexport { a as b };\na = 2;"}, "p.js offers a, which may change"),
        (
            {
                "p.js": 'import("./q.js"); import("./r.js");',
                "q.js": 'import { s } from "./s.js";',
                "r.js": 'import { s } from "./s.js";',
                "s.js": "export const s = 1;",
            },
            "r.js and q.js would both hold s.js",
        ),
    ],
)
def test_what_cannot_be_joined_is_named(modules: dict[str, str], message: str) -> None:
    with pytest.raises(ScriptError, match=message):
        bundle("p.js", modules).write("p.js", BESIDE)


@needs_node
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_ours_can_be_joined(page: str, tmp_path: Path) -> None:
    static = folder("static")
    assets = Assets(static, Words(static / "words").catalogues)
    for number, address in enumerate([assets.joined("de", page), *assets.later("de", page)]):
        asset = assets.find(assets.version, address.split("/", 3)[3])
        assert asset is not None
        script = tmp_path / f"{number}.mjs"
        script.write_bytes(asset.body)
        subprocess.run(["node", "--check", str(script)], check=True)  # noqa: S603, S607 - our own
