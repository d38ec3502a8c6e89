"""What belongs to a shift: its handovers, the pauses in it, what people said about it, and walls that show it."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.storage.base import Base, Json, Key

LONGEST_PAUSE = timedelta(hours=2)
"""A pause that nobody ended counts for so long at most."""


class HandoverRow(Base):
    """One shift given on: `found` is what was open, by keys; signed by who goes, then by who comes.

    `alone` marks a site with one person, who signed both.
    """

    __tablename__ = "handover"

    id: Mapped[Key]
    opened_at: Mapped[datetime]
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    found: Mapped[Json]
    note: Mapped[str] = mapped_column(String(2000), default="")
    went_wrong: Mapped[str] = mapped_column(String(2000), default="")
    learnt: Mapped[str] = mapped_column(String(2000), default="")
    signed_at: Mapped[datetime | None] = mapped_column(index=True)
    taken_at: Mapped[datetime | None]
    alone: Mapped[bool] = mapped_column(default=False)


class PauseRow(Base):
    """Somebody's break: their work stays theirs, and its clocks stand still until `ended_at`."""

    __tablename__ = "pause"
    __table_args__ = (Index("ix_pause_person_id_started_at", "person_id", "started_at"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)


class VoiceRow(Base):
    """A problem or an idea somebody told, and what became of it; without a person when they would rather not be named.

    `state` is open, taken, done or declined.
    """

    __tablename__ = "voice"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(String(400), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    answer: Mapped[str] = mapped_column(String(400), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]


class WallLinkRow(Base):
    """An address under which a wall shows the board and nothing else; only its hash is kept."""

    __tablename__ = "wall_link"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
