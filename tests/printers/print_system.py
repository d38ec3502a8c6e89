"""A real cupsd and real IPP printers on loopback, each in folders of its own; what is missing is named, not faked."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TOOLS = ("cupsd", "ippeveprinter", "lpadmin", "lp", "lpstat", "avahi-daemon", "dbus-daemon")
BUS = """<busconfig><type>session</type><listen>unix:path={path}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""
AVAHI = "[server]\nallow-interfaces=lo\nuse-ipv6=no\nenable-dbus=yes\ndisallow-other-stacks=no\n[publish]\n"
CUPSD = """Listen 127.0.0.1:{port}
Listen {folder}/cups.sock
LogLevel warn
MaxJobTime 60
DefaultAuthType None
WebInterface No
Browsing No
<Location />
Allow from 127.0.0.1
</Location>
<Policy default>
<Limit All>
Order allow,deny
Allow from 127.0.0.1
</Limit>
</Policy>
"""
CUPS_FILES = """ServerRoot {folder}/etc
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/state
ErrorLog {folder}/error.log
AccessLog {folder}/access.log
PageLog {folder}/page.log
FileDevice Yes
SystemGroup root
"""
HOOK = '#!/bin/sh\n[ -f "{fault}" ] && cat "{fault}" >&2 && sleep 30\ncp "$1" "{out}/$$.bin"\n'


def require_tools() -> None:
    """Skip plainly where the print system is not installed or may not be run."""
    missing = [tool for tool in TOOLS if shutil.which(tool, path=_path()) is None]
    if missing:
        pytest.skip(f"the print system is not installed ({', '.join(missing)} missing); `make test` as root adds it")
    if os.geteuid() != 0:
        pytest.skip("a print system of our own can only be run as root")


@contextmanager
def running(command: list[str], ready: Path | int, **environment: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A program until the block ends; ready once its socket exists or its port answers."""
    program = shutil.which(command[0], path=_path())
    assert program is not None
    process = subprocess.Popen(  # noqa: S603 - installed tools with arguments of our own
        [program, *command[1:]],
        env={"PATH": _path(), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 15
        while not _answers(ready):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{command[0]} did not get ready"
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class IppPrinter:
    """An ippeveprinter: `papers` are the documents it printed."""

    port: int
    folder: Path
    fault: Path = field(init=False)

    def __post_init__(self) -> None:
        self.fault = self.folder / "fault"

    @property
    def url(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    @property
    def papers(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.folder / "out").iterdir())]

    def wait_for(self, papers: int, patience: float = 10.0) -> list[bytes]:
        deadline = time.monotonic() + patience
        while len(self.papers) < papers and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.papers


@dataclass
class PrintSystem:
    """What is needed to run IPP printers and queues: a message bus and a name service of our own."""

    folder: Path
    stack: ExitStack
    environment: dict[str, str]

    def ipp_printer(self, name: str) -> IppPrinter:
        """Start a printer that takes PDF, PNG and ZPL."""
        printer = IppPrinter(free_port(), self.folder / name)
        (printer.folder / "out").mkdir(parents=True)
        hook = printer.folder / "hook"
        hook.write_text(HOOK.format(fault=printer.fault, out=printer.folder / "out"))
        hook.chmod(0o755)
        formats = "application/pdf,image/png,application/vnd.zebra-zpl"
        command = ["ippeveprinter", "-p", str(printer.port), "-n", "localhost", "-r", "off"]
        command += ["-d", str(printer.folder), "-f", formats, "-c", str(hook), name]
        self.stack.enter_context(running(command, printer.port, **self.environment))
        return printer

    def cups(self) -> int:
        """Start a cupsd; its port is given back."""
        folder, port = self.folder / "cups", free_port()
        for part in ("etc", "spool/tmp", "cache", "state/certs"):
            (folder / part).mkdir(parents=True)
        (folder / "cupsd.conf").write_text(CUPSD.format(port=port, folder=folder))
        (folder / "etc" / "cups-files.conf").write_text(CUPS_FILES.format(folder=folder))
        command = ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "etc" / "cups-files.conf")]
        self.stack.enter_context(running(command, port))
        return port

    def queue(self, port: int, name: str, *options: str) -> None:
        """Add a queue to the cupsd on this port."""
        _run("lpadmin", "-h", f"127.0.0.1:{port}", "-p", name, "-E", *options)

    def stop_queue(self, port: int, name: str) -> None:
        """Have a queue keep its jobs."""
        _run("cupsdisable", "-h", f"127.0.0.1:{port}", name)


@contextmanager
def print_system(folder: Path) -> Iterator[PrintSystem]:
    """A bus and a name service that know nobody else's printers."""
    require_tools()
    bus = folder / "bus"
    (folder / "bus.conf").write_text(BUS.format(path=bus))
    (folder / "avahi.conf").write_text(AVAHI)
    environment = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"}
    with ExitStack() as stack:
        stack.enter_context(running(["dbus-daemon", "--nofork", f"--config-file={folder / 'bus.conf'}"], bus))
        command = ["avahi-daemon", "-f", str(folder / "avahi.conf"), "--no-drop-root", "--no-rlimits", "--no-chroot"]
        stack.enter_context(running(command, Path("/run/avahi-daemon/pid"), **environment))
        yield PrintSystem(folder, stack, environment)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _run(tool: str, *arguments: str) -> None:
    program = shutil.which(tool, path=_path())
    assert program is not None
    subprocess.run([program, *arguments], check=True, capture_output=True, timeout=30)  # noqa: S603 - an installed tool


def _answers(ready: Path | int) -> bool:
    if isinstance(ready, Path):
        return ready.exists()
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", ready)) == 0


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
