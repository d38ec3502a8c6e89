"""Settings are read once and strictly; each wrong one is named."""

import re
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from warehouse.settings import NAMES, Settings, SettingsError, read_settings, unknown_names

EVERYWHERE = "0.0.0.0"  # noqa: S104 - read, never bound
STRONG = "k7Jq2vXw9LmPz4RtYb8NcGd5HsFa3EuV"


def read(tmp_path: Path, **values: str) -> Settings:
    environ = {"DATA_DIR": str(tmp_path), "SECRET_KEY": STRONG} | values
    return read_settings({f"WAREHOUSE_{name}": value for name, value in environ.items()})


def test_nothing_set_serves_this_machine_only(tmp_path: Path) -> None:
    assert read(tmp_path) == Settings(
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path}/warehouse.sqlite",
        secret_key=STRONG,
        host="127.0.0.1",
        port=8000,
        timezone=ZoneInfo("UTC"),
        max_connections=500,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "80.5"),
        ("PORT", "\uff11\uff12"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("MAX_CONNECTIONS", "0"),
        ("TIMEZONE", "Europe/Atlantis"),
        ("TIMEZONE", "../etc/passwd"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "https://a.example/path"),
        ("ALLOWED_ORIGINS", "a.example"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("TLS_CERT", "/nowhere/cert.pem"),
        ("INSECURE_HTTP", "yes"),
        ("HOST", EVERYWHERE),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"WAREHOUSE_{name}"):
        read(tmp_path, **{name: value})


def test_badges_do_not_cross_the_network_unencrypted_by_accident(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="WAREHOUSE_INSECURE_HTTP"):
        read(tmp_path, HOST="10.0.0.5")
    assert read(tmp_path, HOST="10.0.0.5", INSECURE_HTTP="1").origins == ("http://10.0.0.5:8000",)
    assert read(tmp_path, ALLOWED_ORIGINS="https://pick.example").secure


def test_only_known_hosts_are_answered(tmp_path: Path) -> None:
    behind = read(tmp_path, HOST=EVERYWHERE, ALLOWED_ORIGINS="https://pick.example", PORT="8001")
    near = {"127.0.0.1:8001", "localhost:8001", "[::1]:8001"}
    assert behind.hosts == near | {"pick.example"}
    assert behind.origins == ("https://pick.example",)


def test_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = read(tmp_path, SECRET_KEY="").secret_key
    kept = tmp_path / "secret_key"
    assert (read(tmp_path, SECRET_KEY="").secret_key, kept.read_text()) == (first, first)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        read(tmp_path, SECRET_KEY="")


def test_the_key_does_not_show_in_a_print(tmp_path: Path) -> None:
    assert STRONG not in repr(read(tmp_path))


def test_a_slip_of_the_keyboard_is_found() -> None:
    assert unknown_names({"WAREHOUSE_ALOWED_ORIGINS": "x", "WAREHOUSE_PORT": "1", "PATH": "y"}) == (
        "WAREHOUSE_ALOWED_ORIGINS",
    )


def test_network_printers_may_be_in_private_networks_unless_a_site_names_others(tmp_path: Path) -> None:
    assert "192.168.0.0/16" in read(tmp_path).allowed_printers
    assert read(tmp_path, ALLOWED_PRINTERS="10.1.0.0/24, zebra-1:9101").allowed_printers == (
        "10.1.0.0/24",
        "zebra-1:9101",
    )


def test_the_readme_lists_every_setting_and_no_other() -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in readme.splitlines() if line.startswith("| `WAREHOUSE_")]
    listed = [name for row in rows for name in re.findall(r"`WAREHOUSE_([A-Z_]+)`", row)]
    assert sorted(listed) == sorted(NAMES)
