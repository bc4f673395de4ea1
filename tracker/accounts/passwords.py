"""Hashing passwords with argon2id; whether one is good enough is for `rules` to say."""

from __future__ import annotations

import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

from tracker.accounts.rules import PASSWORD_LONGEST, normal_password

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1, type=Type.ID)
# Each takes 64 MiB: a flood of attempts waits here instead of filling the memory.
_AT_ONCE = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """The hash to store, with its parameters and salt."""
    with _AT_ONCE:
        return HASHER.hash(normal_password(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether it is the password. With nothing stored it takes the same time, and is not."""
    candidate = normal_password(password)[: PASSWORD_LONGEST + 1]
    reference = stored or _nobodys_hash()
    with _AT_ONCE:
        try:
            HASHER.verify(reference, candidate)
        except (Argon2Error, InvalidHashError):
            return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(32))
