"""News as text, for the way to another server: each with the name of its kind, split where one message is too small."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, get_args

import orjson
from pydantic import TypeAdapter

from warehouse.domain.news import BoardChanged, BoardKind, News

MOST_BYTES = 7000
"""PostgreSQL takes up to 8,000 bytes in one notification; the envelope needs some."""


def to_texts(news: Sequence[object]) -> Iterator[str]:
    """Give news as texts of bounded size; what is too large for any is replaced by a look at the board's truth."""
    waiting: list[bytes] = []
    size = 0
    for each in dict.fromkeys(_one(it) for it in news if type(it).__name__ in _adapters()):
        if waiting and size + len(each) > MOST_BYTES:
            yield _joined(waiting)
            waiting, size = [], 0
        waiting.append(each)
        size += len(each) + 1
    if waiting:
        yield _joined(waiting)


def from_text(text: str) -> tuple[object, ...]:
    """Give back what `to_texts` was given; kinds that this release does not know are left out."""
    adapters = _adapters()
    return tuple(adapters[name].validate_python(values) for name, values in orjson.loads(text) if name in adapters)


def _one(news: object) -> bytes:
    name = type(news).__name__
    text = orjson.dumps([name, _adapters()[name].dump_python(news, mode="json")])
    return text if len(text) <= MOST_BYTES else _one(BoardChanged(BoardKind.BATCHES))


def _joined(parts: Sequence[bytes]) -> str:
    return (b"[" + b",".join(parts) + b"]").decode()


@cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    return {kind.__name__: TypeAdapter(kind) for kind in get_args(News)}
