"""Websocket frames: what is read of them, held against another implementation, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Ping, TextMessage

from tests.serving import frame as asked
from warehouse.realtime.frames import BINARY, CLOSE, PING, TEXT, FrameError, Frames, agreement, frame

MOST = 65_536
sizes = st.sampled_from([0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 65_535, 65_536])


def client() -> Connection:
    return Connection(ConnectionType.CLIENT)


@given(sizes, st.sampled_from(["a", "é", "漢"]), st.lists(st.integers(1, 70_000), max_size=6))
def test_what_another_implementation_sends_arrives_however_it_is_cut(size: int, letter: str, cuts: list[int]) -> None:
    text = letter * (size // len(letter.encode()))
    sent = client().send(TextMessage(data=text)) + client().send(Ping(payload=b"there?"))
    frames, found = Frames(MOST), []
    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), None], strict=True):
        found += frames.feed(sent[begin:end])
    assert found == [(TEXT, text.encode()), (PING, b"there?")]


@given(sizes)
def test_another_implementation_reads_what_is_sent(size: int) -> None:
    reader = client()
    reader.receive_data(frame(TEXT, b"x" * size) + frame(CLOSE, b"\x03\xe8"))
    read = list(reader.events())
    assert "".join(it.data for it in read if isinstance(it, TextMessage)) == "x" * size
    assert [it.code for it in read if isinstance(it, CloseConnection)] == [1000]


def test_a_message_in_parts_is_put_together_with_a_ping_between_them() -> None:
    sender = client()
    parts = [
        sender.send(TextMessage(data=part, message_finished=part == "third")) for part in ("first ", "and ", "third")
    ]
    frames = Frames(MOST)
    assert frames.feed(parts[0] + sender.send(Ping())) == [(PING, b"")]
    assert frames.feed(parts[1] + parts[2]) == [(TEXT, b"first and third")]


def test_two_messages_in_one_breath_are_two() -> None:
    assert Frames(MOST).feed(asked(b"one") + asked(b"two")) == [(TEXT, b"one"), (TEXT, b"two")]


def test_binary_is_told_from_text() -> None:
    assert Frames(MOST).feed(b"\x82\x81\0\0\0\0x") == [(BINARY, b"x")]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"\x81\x01x", id="unmasked"),
        pytest.param(b"\xc1\x81\0\0\0\0x", id="an extension nobody agreed on"),
        pytest.param(b"\x83\x81\0\0\0\0x", id="a kind of frame that does not exist"),
        pytest.param(b"\x80\x81\0\0\0\0x", id="the rest of nothing"),
        pytest.param(b"\x01\x81\0\0\0\0x\x81\x81\0\0\0\0y", id="a new message inside another"),
        pytest.param(b"\x09\x80\0\0\0\0", id="half a ping"),
        pytest.param(b"\x89\xfe\x00\x7e\0\0\0\0", id="a long ping"),
        pytest.param(asked(b"", length=MOST + 1), id="too long"),
        pytest.param(b"\x81\xff" + b"\xff" * 8, id="longer than there are bytes"),
    ],
)
def test_what_breaks_the_protocol_is_refused(sent: bytes) -> None:
    with pytest.raises(FrameError):
        Frames(MOST).feed(sent)


def test_parts_may_not_add_up_to_more_than_a_whole_may_have() -> None:
    frames = Frames(10)
    assert frames.feed(b"\x01\x86\0\0\0\0sixsix") == []
    with pytest.raises(FrameError):
        frames.feed(b"\x80\x86\0\0\0\0sixsix")


def test_the_handshake_is_that_of_the_standard() -> None:
    """The example of RFC 6455, section 1.3."""
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in agreement("dGhlIHNhbXBsZSBub25jZQ==")
