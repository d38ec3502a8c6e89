"""Makes a certificate for a network without a public name: a site authority, and what it signed."""

import argparse
import ipaddress
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.settings import read_settings
from warehouse.web.trust import AUTHORITY, fingerprint_of

AUTHORITY_DAYS = 3650
LONGEST_DAYS = 397
NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
SECONDS = 60


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="init|renew")
    init = parts.add_parser("init", help="make the site's authority and its first certificate")
    init.add_argument("--name", action="append", default=[], help="a name or address of the server; may be repeated")
    renew = parts.add_parser("renew", help="make a new certificate; the devices notice nothing")
    for part in (init, renew):
        part.add_argument("--days", type=int, default=LONGEST_DAYS, help=f"how long it is valid (up to {LONGEST_DAYS})")


def run(options: argparse.Namespace) -> int:
    """Make the files and say what to do with them."""
    if not 1 <= options.days <= LONGEST_DAYS:
        raise InvalidInputError(f"--days: 1 to {LONGEST_DAYS} was expected, not {options.days}.")
    folder = (read_settings().data_dir / AUTHORITY).parent
    site = Site(folder)
    if options.what == "renew":
        site.certify(options.days)
        print(f"The new certificate is {site.certificate}; restart the server.")
        return 0
    names = options.name or [socket.gethostname().lower()]
    make_authority(folder, names)
    site.certify(options.days)
    print(_told(site, names[0]))
    return 0


@dataclass(frozen=True)
class Site:
    """The files of one site: what signs, what the server shows, and for which names."""

    folder: Path

    @property
    def authority(self) -> Path:
        """Give the certificate that devices must trust."""
        return self.folder / AUTHORITY.name

    @property
    def certificate(self) -> Path:
        """Give the certificate that the server shows."""
        return self.folder / "server.crt"

    def certify(self, days: int) -> None:
        """Make a new key and certificate for the server; the old pair stays until the new one is whole."""
        names = self.folder / "names.cnf"
        if not names.exists():
            raise NotFoundError(f"There is no authority in {self.folder} yet: warehouse tls init makes it.")
        key, wish, made = (self.folder / name for name in ("server.key.new", "server.csr", "server.crt.new"))
        subject = ("-subj", "/CN=Warehouse server")
        _openssl("req", "-new", *_new_key(key), *subject, "-out", wish)
        authority = ("-CA", self.authority, "-CAkey", self.folder / "site-authority.key", "-CAcreateserial")
        extensions = ("-extfile", names, "-extensions", "server")
        _openssl("x509", "-req", "-in", wish, *authority, *extensions, "-days", str(days), "-sha256", "-out", made)
        key.replace(self.folder / "server.key")
        made.replace(self.certificate)
        wish.unlink()


def make_authority(folder: Path, names: list[str]) -> None:
    """Make the site's authority; it vouches for these names alone (RFC 5280, 4.2.1.10): its key opens no other door."""
    if (folder / "names.cnf").exists():
        raise ConflictError(f"{folder} has an authority already: warehouse tls renew makes a new certificate.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = folder / "names.cnf.new"
    written.write_text(_extensions([_checked(name) for name in names]))
    key = folder / "site-authority.key"
    made = ("-x509", *_new_key(key), "-subj", "/CN=Warehouse site authority", "-days", str(AUTHORITY_DAYS))
    _openssl("req", *made, "-config", written, "-extensions", "authority", "-out", Site(folder).authority)
    written.replace(folder / "names.cnf")


def _checked(name: str) -> tuple[str, str, str]:
    """Give kind, value and the range that the authority may vouch for."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        if not NAME.fullmatch(name.lower()):
            raise InvalidInputError(
                f"--name: a host name or an address was expected, such as wms.lan, not “{name}”."
            ) from None
        return "DNS", name.lower(), name.lower()
    return "IP", str(address), f"{address}/{address.__class__((1 << address.max_prefixlen) - 1)}"


def _extensions(names: list[tuple[str, str, str]]) -> str:
    permitted = ",".join(f"permitted;{kind}:{limit}" for kind, _, limit in names)
    alternatives = ",".join(f"{kind}:{value}" for kind, value, _ in names)
    return f"""[req]
distinguished_name = nothing
[nothing]
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical, {permitted}
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {alternatives}
"""


def _new_key(path: Path) -> tuple[str | Path, ...]:
    return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path)


def _openssl(*arguments: str | Path) -> str:
    program = shutil.which("openssl")
    if program is None:
        raise NotFoundError("The program openssl is missing; on Debian: apt install openssl.")
    command = [program, *map(str, arguments)]
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        command, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise ConflictError(f"openssl refused: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}.")
    return done.stdout


def _told(site: Site, name: str) -> str:
    return f"""The certificate is made. Start the server with
  WAREHOUSE_TLS_CERT={site.certificate}
  WAREHOUSE_TLS_KEY={site.folder / "server.key"}
  WAREHOUSE_ALLOWED_ORIGINS=https://{name}:8000
Bring {site.authority.name} to every device; the page /trust of the server gives it and says how.
On each device compare its fingerprint (SHA-256):
  {fingerprint_of(site.authority.read_text("ascii"))}
Keep site-authority.key away from everybody: copy it to a safe place."""
