"""Mail by SMTP (RFC 5321, 8314): encrypted before a password or a word of it leaves this machine."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from warehouse.settings import is_loopback

TIMEOUT = 20.0
_PORTS = {"smtp": 587, "smtps": 465}
_PERMANENT = 500


class MailRefusedError(Exception):
    """The mail did not leave; `permanent` when trying again would not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """The server that mail is handed to, from `smtp://user:password@host:587` or `smtps://…`, and who it comes from."""

    url: str = field(repr=False)
    sender: str

    def send(self, address: str, subject: str, body: str) -> None:
        """Hand one mail over; raises MailRefusedError in the words of the server.

        `smtp://` changes to TLS before anything else is said; only a server on this machine may do without.
        """
        message = self._written(address, subject, body)
        try:
            with self._open() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise MailRefusedError(_words(said), permanent=code >= _PERMANENT) from None
        except smtplib.SMTPResponseException as error:
            raise MailRefusedError(_words(error.smtp_error), permanent=error.smtp_code >= _PERMANENT) from None
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefusedError(str(error) or type(error).__name__, permanent=False) from None

    def _written(self, address: str, subject: str, body: str) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"], message["To"], message["Subject"] = self.sender, address, subject
            message.set_content(body)
        except ValueError as error:  # such as a line break in a header, which could begin another
            raise MailRefusedError(str(error), permanent=True) from None
        return message

    def _open(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        try:
            if parts.scheme == "smtp" and not is_loopback(host):
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
