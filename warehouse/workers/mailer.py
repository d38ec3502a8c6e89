"""Hands mail about exceptions to the site's mail server, where one is configured, in the language of the site."""

from collections.abc import Callable, Sequence
from datetime import datetime

from warehouse.domain.news import NoticesChanged
from warehouse.outbound.mail import MailRefusedError, PostOffice
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.mailing import DueMail, NoteMail, due_mails, note_mail
from warehouse.services.site import load_site
from warehouse.storage.database import Database
from warehouse.words import Speaker, Words
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic

EVERY = 30.0


class Mailer(Periodic):
    """Sends what is due, one after another; wakes when there is more."""

    def __init__(
        self,
        database: Database,
        office: PostOffice,
        words: Words,
        *,
        every: float = EVERY,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__("mailer", every)
        self._database = database
        self._office = office
        self._words = words
        self._clock = clock

    def start(self) -> None:
        """Begin, and listen for mail."""
        self._database.subscribe(self._hear)
        super().start()

    def turn(self) -> None:
        """Send everything that is due."""
        while not self._stopping.is_set():
            with self._database.read() as session:
                due = due_mails(session, self._clock())
                speaker = self._words.speaker(load_site(session).language)
            for mail in due:
                if self._stopping.is_set():
                    return
                self._send(mail, speaker)
            if not due:
                return

    def _send(self, mail: DueMail, speaker: Speaker) -> None:
        problem, permanent = None, False
        subject = speaker.put(mail.subject)
        try:
            self._office.send(mail.address, subject[:1].upper() + subject[1:], speaker.put(mail.body))
        except MailRefusedError as refused:
            problem, permanent = str(refused) or "no answer", refused.permanent
        noted = NoteMail(actor=SYSTEM, at=self._clock(), mail=mail.key, problem=problem, permanent=permanent)
        self._database.run(note_mail, noted)

    def _hear(self, news: Sequence[object]) -> None:
        if any(isinstance(one, NoticesChanged) and one.mail is not None for one in news):
            self.wake()
