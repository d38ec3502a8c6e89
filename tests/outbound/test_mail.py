"""Mail leaves this machine encrypted, to the server it means, and with the password only then."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.workers.post_office import post_office
from warehouse.outbound.mail import MailRefusedError, PostOffice

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
AFAR = "127.1"
"""A name for this machine by which nobody would take it for this machine: what goes there is treated as leaving."""

LOGIN = ("warehouse@example.org", "p:ss w/rd")
KNOWN = "warehouse%40example.org:p%3Ass%20w%2Frd@"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine's names that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "mail.crt", folder / "mail.key"
    names = f"subjectAltName=DNS:{AFAR},IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=mail", "-addext", names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words
    return certificate, key


@pytest.fixture
def tls(pair: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


@pytest.fixture
def trusted(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the certificate, as it would one of a public authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))


def hand_over(url: str) -> None:
    PostOffice(url=url, sender="warehouse@example.org").send("lead@example.org", "Escalated", "Order 1042")


@pytest.mark.usefixtures("trusted")
def test_the_password_and_every_word_of_a_mail_go_encrypted_after_starttls(tls: ssl.SSLContext) -> None:
    with post_office(tls=tls, login=LOGIN) as office:
        hand_over(f"smtp://{KNOWN}{AFAR}:{office.port}")
        assert "Order 1042" in office.mails[0]
        assert [word for word, safe in office.heard if not safe] == ["EHLO", "STARTTLS"]
        assert [word for word, safe in office.heard if safe][:4] == ["EHLO", "AUTH", "MAIL", "RCPT"]


@pytest.mark.usefixtures("trusted")
def test_a_server_that_speaks_tls_from_the_first_byte_is_spoken_to_so(tls: ssl.SSLContext) -> None:
    with post_office(tls=tls, login=LOGIN, at_once=True) as office:
        hand_over(f"smtps://{KNOWN}127.0.0.1:{office.port}")
        assert ("Order 1042" in office.mails[0], {safe for _, safe in office.heard}) == (True, {True})


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_said_and_not_tried_for_ever(tls: ssl.SSLContext) -> None:
    with post_office(tls=tls, login=("somebody", "else")) as office, pytest.raises(MailRefusedError) as refused:
        hand_over(f"smtp://{KNOWN}{AFAR}:{office.port}")
    assert (str(refused.value), refused.value.permanent, office.mails) == ("wrong name or password", True, [])


def test_a_server_that_cannot_show_who_it_is_gets_neither_password_nor_mail(tls: ssl.SSLContext) -> None:
    with post_office(tls=tls, login=LOGIN) as office, pytest.raises(MailRefusedError) as refused:
        hand_over(f"smtp://{KNOWN}{AFAR}:{office.port}")
    assert ("certificate verify failed" in str(refused.value), refused.value.permanent) == (True, False)
    assert [word for word, _ in office.heard] == ["EHLO", "STARTTLS"]


def test_a_server_afar_without_tls_gets_neither_password_nor_mail() -> None:
    with post_office(login=LOGIN) as office, pytest.raises(MailRefusedError, match="STARTTLS"):
        hand_over(f"smtp://{KNOWN}{AFAR}:{office.port}")
    assert ([word for word, _ in office.heard if word in {"AUTH", "MAIL"}], office.mails) == ([], [])


def test_a_server_on_this_machine_may_do_without() -> None:
    with post_office() as office:
        hand_over(office.url)
        assert len(office.mails) == 1


@pytest.mark.parametrize(("address", "subject"), [("a@b.org\nBcc: m@x.org", "Due"), ("a@b.org", "Due\r\nBcc: m@x.org")])
def test_a_header_that_would_begin_another_never_leaves_and_is_not_tried_again(address: str, subject: str) -> None:
    with post_office() as office, pytest.raises(MailRefusedError) as refused:
        PostOffice(url=f"smtp://127.0.0.1:{office.port}", sender="warehouse@example.org").send(address, subject, "")
    assert (refused.value.permanent, office.mails) == (True, [])
