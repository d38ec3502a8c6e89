"""PINs and badges: drawn at random, kept as argon2id hashes that are worth nothing without the house's own secret.

Hashing takes tens of milliseconds and never happens inside `Database.run`.
"""

import base64
import hashlib
import hmac
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

BADGE_BYTES = 10
PIN_DIGITS = 6
AT_ONCE = 2
"""So many hashes are computed at once; a storm of sign-ins at shift start cannot eat the machine's memory."""

_turns = threading.Semaphore(AT_ONCE)
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def draw_badge() -> str:
    """Draw a new badge code of 80 random bits; it carries the prefix of badges."""
    return "U:" + base64.b32encode(secrets.token_bytes(BADGE_BYTES)).decode("ascii")


def draw_pin() -> str:
    """Draw a new PIN of six digits."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def hash_pin(pin: str, secret_key: str) -> str:
    """Hash a PIN with argon2id (19 MiB, two passes: OWASP Password Storage), peppered with the house's secret."""
    with _turns:
        return _hasher.hash(_peppered(pin, secret_key))


def pin_matches(pin: str, stored: str, secret_key: str) -> bool:
    """Say whether this is the PIN behind a stored hash; an unreadable hash matches nothing."""
    try:
        with _turns:
            return _hasher.verify(stored, _peppered(pin, secret_key))
    except (VerificationError, InvalidHashError):
        return False


def _peppered(pin: str, secret_key: str) -> str:
    return hmac.new(secret_key.encode(), f"pin:{pin}".encode(), hashlib.sha256).hexdigest()
