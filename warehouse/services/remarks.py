"""What people write about a fact: kept beside the audit chain, which holds only its number and a salted hash.

So the text can be erased in time while the chain still verifies, and as long as it stands nobody can change it unseen.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from warehouse.storage.models.journal import RemarkRow
from warehouse.storage.queries.remarks import remark_digest

KEEP_REMARKS = timedelta(days=365)
_MOST = 400
_SALT = 16


@dataclass(frozen=True, slots=True)
class Words:
    """A text somebody typed: it may name somebody, so it never stands in the chain."""

    text: str


def keep_words(session: Session, words: Words, at: datetime) -> dict[str, int | str]:
    """Keep a text; what stands for it in the chain is given back. The salt keeps short texts from being guessed."""
    text, salt = words.text.strip()[:_MOST], os.urandom(_SALT)
    digest = remark_digest(salt, text)
    row = RemarkRow(at=at, salt=salt, text=text, digest=digest, erase_after=at + KEEP_REMARKS)
    session.add(row)
    session.flush()
    return {"remark": row.id, "sha256": digest}
