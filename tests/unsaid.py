"""Words that a script shows without `t`: in a template literal, or in a string that stands in no catalogue."""

import re
from collections.abc import Iterator

COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
ERROR = re.compile(r"\bnew \w+\((?:`[^`]*`|\"[^\"]*\")")
"""What a script throws is for itself; what people read of it has words of its own."""
SENTENCE = re.compile(r"^[A-Z][a-z]*[^A-Za-z]* .*[a-z]{2}|^[A-Z][a-z]+[^A-Za-z]* ")
SHOWN = re.compile(r'\b(?:label|title|text|yes|no|none|caption): (?:[^",(){}`]*"[^"]*")+')
STRING = re.compile(r'(?<!== )"((?:[^"\\\n]|\\.)*)"')
IN_CODE = re.compile(r'"(?:[^"\\\n]|\\.)*"|(?:\b(?:html|svg))?`|[{}]')
IN_TEMPLATE = re.compile(r"\\.|`|\$\{", re.DOTALL)
WORD = re.compile(r"\s[A-Za-z]{2,}|[A-Za-z]{2,}[.,:;]?\s")


def unsaid(source: str) -> list[str]:
    """Give the parts of templates that are words, and the strings that read like a sentence or are shown as a label.

    A string may still be a pattern that is said with `t` where it is shown; a part of a template never is.
    """
    code = ERROR.sub("", COMMENT.sub("", source))
    labels = [text for shown in SHOWN.findall(code) for text in STRING.findall(shown) if re.search("[A-Za-z]{2}", text)]
    pieces = list(_pieces(code))
    return labels + [text for is_string, text in pieces if (SENTENCE if is_string else WORD).search(text)]


def _pieces(code: str) -> Iterator[tuple[bool, str]]:
    """Give every string (true), and what stands between the holes of templates that are no markup (false)."""
    templates: list[tuple[bool, int]] = []  # for each open one: is it markup, and how many braces are open in its hole
    at = 0
    while at < len(code):
        in_template = bool(templates) and templates[-1][1] == 0
        found = (IN_TEMPLATE if in_template else IN_CODE).search(code, at)
        if found is None:
            break
        if in_template and not templates[-1][0]:
            yield False, code[at : found.start()]
        token, at = found[0], found.end()
        if token[0] == '"':
            yield True, token[1:-1]
        elif in_template and token == "`":
            templates.pop()
        elif token[-1] == "`":
            templates.append((token != "`", 0))
        elif templates and token[-1] in "{}":
            markup, depth = templates[-1]
            templates[-1] = (markup, depth + (1 if token[-1] == "{" else -1))
    assert not templates, "a template literal is not understood"
