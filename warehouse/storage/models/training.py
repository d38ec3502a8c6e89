"""How far everybody is trained: what they practised and which guides they have read."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.domain.codes import Role
from warehouse.storage.base import Base, Key


class TrainingRow(Base):
    """One entry of somebody's training record in one role; append-only.

    `kind` is `session` (a sign-in at the practice floor), `order` (a practice order worked through, with so many
    `mistakes`) or `guide` (a version read and acknowledged); `subject` is the order's number or the guide's version.
    """

    __tablename__ = "training"
    __table_args__ = (UniqueConstraint("person_id", "role", "kind", "subject", "at"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(40))
    mistakes: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
