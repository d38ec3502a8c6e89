"""What people are told about exceptions: notices on their screens, and mail on its way out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Key


class NoticeRow(Base):
    """One thing one person is to know; it stays unseen until they have looked."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person_id_seen_at", "person_id", "seen_at"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    exception_id: Mapped[int] = mapped_column(ForeignKey("exception.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(String(400))
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class MailRow(Base):
    """One mail to the box of a role: written with the fact it is about, sent after the commit, tried again in time."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_state_next_at", "state", "next_at"),)

    id: Mapped[Key]
    address: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(200))
    erase_after: Mapped[datetime | None] = mapped_column(index=True)
