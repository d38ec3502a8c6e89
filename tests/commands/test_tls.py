"""A site's own certificate: made, renewed, served, and trusted by nobody for anything else."""

import shutil
import ssl
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.serving import serving
from warehouse.cli import main
from warehouse.commands.remote import running_server
from warehouse.settings import read_settings
from warehouse.web.trust import fingerprint_of

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(tmp_path))
    return tmp_path


def verified(folder: Path, certificate: Path, name: str) -> bool:
    command = ["openssl", "verify", "-CAfile", str(folder / "site-authority.crt"), "-verify_hostname", name]
    return subprocess.run([*command, str(certificate)], capture_output=True, check=False).returncode == 0  # noqa: S603 - our own words


def trusted(url: str, authority: Path) -> str:
    """What a device reads that trusts this authority and nothing else."""
    context = ssl.create_default_context(cafile=str(authority))
    with urllib.request.urlopen(url, context=context, timeout=10) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode())


def test_the_authority_vouches_for_the_servers_names_and_for_no_other(data_dir: Path) -> None:
    assert main(["tls", "init", "--name", "wms.lan", "--name", "127.0.0.1"]) == 0
    folder = data_dir / "tls"
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}
    assert [verified(folder, folder / "server.crt", name) for name in ("wms.lan", "bank.example")] == [True, False]
    (folder / "names.cnf").write_text(
        (folder / "names.cnf").read_text().replace("DNS:wms.lan,IP", "DNS:bank.example,IP")
    )
    assert main(["tls", "renew"]) == 0
    assert not verified(folder, folder / "server.crt", "bank.example")


def test_a_new_certificate_needs_no_change_on_the_devices(data_dir: Path) -> None:
    main(["tls", "init", "--name", "wms.lan"])
    folder = data_dir / "tls"
    before = (folder / "site-authority.crt").read_bytes(), (folder / "server.crt").read_bytes()
    assert main(["tls", "renew", "--days", "30"]) == 0
    after = (folder / "site-authority.crt").read_bytes(), (folder / "server.crt").read_bytes()
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)
    assert verified(folder, folder / "server.crt", "wms.lan")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["renew"], "There is no authority in {folder} yet: warehouse tls init makes it."),
        (["init", "--name", "a b"], "--name: a host name or an address was expected, such as wms.lan, not “a b”."),
        (["init", "--days", "9999"], "--days: 1 to 397 was expected, not 9999."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    arguments: list[str], sentence: str, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tls", *arguments]) == 1
    assert capsys.readouterr().err == f"warehouse: {sentence.format(folder=data_dir / 'tls')}\n"
    assert not (data_dir / "tls" / "server.crt").exists()


def test_an_authority_is_never_replaced(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["tls", "init", "--name", "wms.lan"])
    authority = (data_dir / "tls" / "site-authority.crt").read_bytes()
    assert main(["tls", "init", "--name", "other.lan"]) == 1
    assert "has an authority already" in capsys.readouterr().err
    assert (data_dir / "tls" / "site-authority.crt").read_bytes() == authority


def test_the_server_speaks_with_it_and_gives_the_authority_to_devices(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["tls", "init", "--name", "127.0.0.1"])
    folder = data_dir / "tls"
    told = capsys.readouterr().out
    with serving(data_dir, TLS_CERT=folder / "server.crt", TLS_KEY=folder / "server.key") as server:
        page, given = (
            trusted(server.url + path, folder / "site-authority.crt")
            for path in ("/trust", "/trust/site-authority.crt")
        )
        settings = read_settings(
            {
                "WAREHOUSE_DATA_DIR": str(data_dir),
                "WAREHOUSE_TLS_CERT": str(folder / "server.crt"),
                "WAREHOUSE_TLS_KEY": str(folder / "server.key"),
            }
        )
        command = running_server(settings)
        assert command is not None
        assert command.get("/session")["permissions"]
    fingerprint = fingerprint_of((folder / "site-authority.crt").read_text())
    assert fingerprint in told
    assert fingerprint in page.replace("<wbr>", "")
    assert given == (folder / "site-authority.crt").read_text()
