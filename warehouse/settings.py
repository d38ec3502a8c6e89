"""Everything a site can set, read once from `WAREHOUSE_*` variables; a wrong one is named."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "WAREHOUSE_"
ADDRESS_FILE = "server.json"
"""In the data folder of a running server: how commands on this machine reach it."""

NAMES = (
    *("DATABASE_URL", "REDIS_URL", "DATA_DIR", "HOST", "PORT", "SECRET_KEY", "ALLOWED_ORIGINS", "TIMEZONE"),
    *("TLS_CERT", "TLS_KEY", "INSECURE_HTTP", "MAX_CONNECTIONS", "EVENTS_PER_SECOND", "TRUSTED_PROXIES"),
    *(
        "MIN_FREE_DISK_MB",
        "ALLOWED_PRINTERS",
        "ALLOWED_CARRIERS",
        "ALLOWED_RECEIVERS",
        "SMTP_URL",
        "MAIL_FROM",
        "PRACTICE_PORT",
    ),
)
PRIVATE_NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Where network printers may be unless a site says otherwise; each at the printer ports 9100 and 631 only."""
UTC = ZoneInfo("UTC")
KEY_CHARACTERS = 32
KEY_DIFFERENT = 10
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


class SettingsError(ValueError):
    """A setting cannot be used; the message names its variable."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one server runs with. `secret_key` never appears in `repr`."""

    data_dir: Path
    database_url: str
    secret_key: str = field(repr=False)
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_origins: tuple[str, ...] = ()
    timezone: ZoneInfo = UTC
    tls_cert: Path | None = None
    tls_key: Path | None = None
    insecure_http: bool = False
    max_connections: int = 500
    events_per_second: int = 50
    trusted_proxies: int = 0
    min_free_disk_mb: int = 200
    allowed_printers: tuple[str, ...] = PRIVATE_NETWORKS
    allowed_carriers: tuple[str, ...] = ()
    allowed_receivers: tuple[str, ...] = ()
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    practice_port: int = 0
    practice: bool = False

    @property
    def practice_dir(self) -> Path:
        """Name the folder of the practice floor, with a database of its own."""
        return self.data_dir / "practice"

    @property
    def scheme(self) -> str:
        """Name how people reach this server when nothing stands before it."""
        return "https" if self.tls_cert else "http"

    @property
    def secure(self) -> bool:
        """Tell whether every address people open is an https one, so that cookies may demand it."""
        return all(origin.startswith("https://") for origin in self.origins)

    @property
    def url(self) -> str:
        """Give the address at which a command on this machine reaches the server."""
        name = "127.0.0.1" if _is_wildcard(self.host) else _bracketed(self.host)
        return f"{self.scheme}://{name}:{self.port}"

    @property
    def origins(self) -> tuple[str, ...]:
        """List the origins whose pages may act: those set, else those this server listens on."""
        if self.allowed_origins:
            return self.allowed_origins
        names = LOOPBACK_NAMES if is_loopback(self.host) else (_bracketed(self.host),)
        return tuple(_origin(self.scheme, name, self.port) for name in names)

    @property
    def hosts(self) -> frozenset[str]:
        """List the `Host` headers that are answered, with port; others may be a rebound name."""
        return frozenset(urlsplit(origin).netloc for origin in self.origins) | self._own_hosts()

    def _own_hosts(self) -> frozenset[str]:
        near = is_loopback(self.host) or _is_wildcard(self.host)
        names = LOOPBACK_NAMES if near else (_bracketed(self.host),)
        return frozenset(f"{name}:{self.port}" for name in names)


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check every setting; make the data folder and the secret key when there are none.

    Raises `SettingsError` with one plain sentence that names the variable.
    """
    values = {name: environ[PREFIX + name].strip() for name in NAMES if environ.get(PREFIX + name, "").strip()}
    data_dir = _folder(values.get("DATA_DIR", "warehouse-data"))
    settings = Settings(
        data_dir=data_dir,
        database_url=values.get("DATABASE_URL", f"sqlite:///{data_dir / 'warehouse.sqlite'}"),
        secret_key=_secret_key(values.get("SECRET_KEY"), data_dir / "secret_key"),
        redis_url=values.get("REDIS_URL", ""),
        host=values.get("HOST", "127.0.0.1"),
        port=_number(values, "PORT", default=8000, low=0, high=65535),
        allowed_origins=_origins(values.get("ALLOWED_ORIGINS", "")),
        timezone=_zone(values.get("TIMEZONE", "UTC")),
        tls_cert=_file(values, "TLS_CERT"),
        tls_key=_file(values, "TLS_KEY"),
        insecure_http=_switch(values, "INSECURE_HTTP"),
        max_connections=_number(values, "MAX_CONNECTIONS", default=500, low=1, high=5000),
        events_per_second=_number(values, "EVENTS_PER_SECOND", default=50, low=1, high=100_000),
        trusted_proxies=_number(values, "TRUSTED_PROXIES", default=0, low=0, high=5),
        min_free_disk_mb=_number(values, "MIN_FREE_DISK_MB", default=200, low=0, high=1_000_000),
        allowed_carriers=tuple(word.lower() for word in _words(values.get("ALLOWED_CARRIERS", ""))),
        allowed_receivers=tuple(word.lower() for word in _words(values.get("ALLOWED_RECEIVERS", ""))),
        allowed_printers=_words(values.get("ALLOWED_PRINTERS", "")) or PRIVATE_NETWORKS,
        smtp_url=_smtp(values.get("SMTP_URL", "")),
        mail_from=values.get("MAIL_FROM", ""),
        practice_port=_number(values, "PRACTICE_PORT", default=0, low=0, high=65535),
    )
    _check_together(settings)
    return settings


def unknown_names(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """List variables that look like ours and are not: most often a slip of the keyboard."""
    ours = (name for name in environ if name.startswith(PREFIX))
    return tuple(sorted(name for name in ours if name.removeprefix(PREFIX) not in NAMES))


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_together(settings: Settings) -> None:
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingsError("WAREHOUSE_TLS_CERT and WAREHOUSE_TLS_KEY must be set together.")
    if bool(settings.smtp_url) != bool(settings.mail_from):
        raise SettingsError("WAREHOUSE_SMTP_URL and WAREHOUSE_MAIL_FROM must be set together.")
    if _is_wildcard(settings.host) and not settings.allowed_origins:
        raise SettingsError(
            f"WAREHOUSE_HOST is {settings.host}: list the addresses people will open in WAREHOUSE_ALLOWED_ORIGINS."
        )
    open_to_others = not is_loopback(settings.host) or bool(settings.allowed_origins)
    if open_to_others and not settings.secure and not settings.insecure_http:
        raise SettingsError(
            "Badges and PINs would cross the network unencrypted: set WAREHOUSE_TLS_CERT and WAREHOUSE_TLS_KEY, "
            "list only https addresses in WAREHOUSE_ALLOWED_ORIGINS, or accept it with WAREHOUSE_INSECURE_HTTP=1."
        )


def _is_wildcard(host: str) -> bool:
    return host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _origin(scheme: str, name: str, port: int) -> str:
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{name}" if port == usual else f"{scheme}://{name}:{port}"


def _number(values: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = values.get(name, str(default))
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise SettingsError(f"{PREFIX}{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _switch(values: Mapping[str, str], name: str) -> bool:
    text = values.get(name, "0")
    if text not in {"0", "1"}:
        raise SettingsError(f"{PREFIX}{name} must be 0 or 1, not {text!r}.")
    return text == "1"


def _file(values: Mapping[str, str], name: str) -> Path | None:
    if name not in values:
        return None
    path = Path(values[name])
    if not (path.is_file() and os.access(path, os.R_OK)):
        raise SettingsError(f"{PREFIX}{name} names {path}, which cannot be read.")
    return path.resolve()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"WAREHOUSE_TIMEZONE must be a zone such as Europe/Berlin, not {name!r}.") from None


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.rstrip("/").lower() for part in text.replace(",", " ").split())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}":
            raise SettingsError(
                f"WAREHOUSE_ALLOWED_ORIGINS must list addresses such as https://pick.example.com, not {origin!r}."
            )
    return origins


def _smtp(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        # The address holds a password: it is not repeated.
        raise SettingsError("WAREHOUSE_SMTP_URL must be an address such as smtp://user:password@mail.example.org:587.")
    return url


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _folder(name: str) -> Path:
    path = Path(name).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"WAREHOUSE_DATA_DIR names {path}, which cannot be made: {error.strerror}.") from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise SettingsError(f"WAREHOUSE_DATA_DIR names {path}, which cannot be written.")
    return path


def _secret_key(given: str | None, kept: Path) -> str:
    if given is not None:
        return _strong(given, "WAREHOUSE_SECRET_KEY")
    if not kept.exists():
        _keep_new_key(kept)
    if kept.stat().st_mode & 0o077:
        raise SettingsError(f"The secret key in {kept} can be read by others: run chmod 600 on it.")
    return _strong(kept.read_text(encoding="ascii").strip(), str(kept))


def _keep_new_key(path: Path) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.touch(mode=0o600, exist_ok=False)
    partial.write_text(secrets.token_urlsafe(48), encoding="ascii")
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        return  # another process was faster; its key counts
    finally:
        partial.unlink()


def _strong(key: str, source: str) -> str:
    if len(key) < KEY_CHARACTERS or len(set(key)) < KEY_DIFFERENT:
        raise SettingsError(
            f"{source} is too weak: use {KEY_CHARACTERS} or more random characters, or leave it out to have one made."
        )
    return key
