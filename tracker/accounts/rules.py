"""Rules of people: passwords, roles, links, sessions, throttling, forms sent twice; pure, no framework."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.permissions import ORGANISATION_ROLES, Role
from tracker.errors import RuleBroken

PASSWORD_SHORTEST = 12
# argon2 reads all of it: without a limit a very long one keeps the server busy.
PASSWORD_LONGEST = 1000
SERVICE_NAMES = ("sepsis education tracker", "recommendation tracker", "Health Education England")
NAME_LONGEST = 200
EMAIL_LONGEST = 254

FAILURES_AN_ACCOUNT = 10
FAILURES_AN_ADDRESS = 100
THROTTLE_WINDOW = timedelta(minutes=15)

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=24)
# More often than this is not worth a write.
TOUCH_EVERY = timedelta(minutes=1)
ENDING_SOON = timedelta(days=30)
DRAFTS_A_PERSON = 100
PATH_LONGEST = 300

NOT_RIGHT = "The e-mail address or password is not right."
TOO_MANY = "Too many attempts to sign in. Wait 15 minutes, then try again, or ask for a new password link."
MEMBERS = frozenset({Role.CHAMPION, Role.TRUST_LEAD})

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
# What a kept form leaves out; anything with "password" in its name too.
_NEVER_KEPT = frozenset({"csrf_token", "idempotency_key", "_page", "_path"})


class SignInRefused(Exception):
    """Unknown, disabled or wrong: from outside they are one and the same."""


class TooManyAttempts(Exception):
    """The account or the address has failed too often in the last 15 minutes."""


class AlreadyPosted(Exception):
    """The form was saved before; `location` is where its first answer led."""

    def __init__(self, location: str) -> None:
        super().__init__("this form was saved before")
        self.location = location


# --- passwords --------------------------------------------------------------------------------------------


def normal_password(password: str) -> str:
    """NFKC, so that the same keys on another keyboard or computer make the same password."""
    return unicodedata.normalize("NFKC", password)


def squashed(text: str) -> str:
    """Small letters and digits only: how passwords are compared with what is easy to guess."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def check_password(
    password: str, *, about: Iterable[str], denied: Collection[str], field: str = "password"
) -> None:
    """Refuse what is short or easily guessed; `about` are the person's own names and e-mail address."""
    problem = password_problem(password, about=about, denied=denied)
    if problem is not None:
        raise RuleBroken(field, problem)


def password_problem(password: str, *, about: Iterable[str], denied: Collection[str]) -> str | None:
    """What is wrong with a password, in a sentence; `denied` is squashed already."""
    length = len(normal_password(password))
    if length < PASSWORD_SHORTEST:
        return f"Password must be {PASSWORD_SHORTEST} characters or more"
    if length > PASSWORD_LONGEST:
        return f"Password must be {PASSWORD_LONGEST:,} characters or fewer"
    if _is_common(squashed(password), denied):
        return "This password is too easy to guess. Choose another, for example three or four unrelated words"
    if _is_about(squashed(password), about):
        return "Password must not be your name, your e-mail address or the name of this service"
    return None


def _is_common(password: str, denied: Collection[str]) -> bool:
    """On the list, with or without figures at its end, or one short piece said again and again."""
    if not password:
        return True
    piece = next(
        password[:size]
        for size in range(1, len(password) + 1)
        if (password[:size] * len(password))[: len(password)] == password
    )
    known = {password, password.rstrip("0123456789"), piece, piece.rstrip("0123456789")}
    return len(piece) <= 4 or bool(known.intersection(denied))


def _is_about(password: str, about: Iterable[str]) -> bool:
    """A name or address with little beside it."""
    words = [*about, *SERVICE_NAMES]
    words += [word.split("@")[0] for word in words if "@" in word]
    known = {squashed(word) for word in words}
    return any(len(word) >= 4 and word in password and len(password) - len(word) < 6 for word in known)


# --- people and roles -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grant:
    """A role to be given; `until` is the last day on which it holds."""

    role: Role
    organisation_id: UUID | None = None
    until: date | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A role that somebody holds, or will from a later day."""

    role: Role
    organisation_id: UUID | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of a person's own sessions; `reference` names it in forms and in the audit trail."""

    reference: str
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role that somebody holds or will hold."""

    entity_id: UUID
    user_id: UUID
    role: Role
    organisation_id: UUID | None
    organisation_code: str | None
    organisation_name: str | None
    starts_on: date
    until: date | None
    organisation_kind: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with the roles that the one asking may see."""

    id: UUID
    email: str
    name: str
    disabled: bool
    invited: bool
    roles: tuple[RoleRow, ...]


def normal_email(email: str) -> str:
    """As stored and compared: without white space around, in small letters."""
    return unicodedata.normalize("NFC", email).strip().lower()


def check_person(email: str, name: str) -> None:
    """Refuse an e-mail address or a name that cannot be one."""
    problems = []
    if len(email) > EMAIL_LONGEST or not _EMAIL.fullmatch(email):
        problems.append(("email", "Enter an e-mail address in the correct format, like name@example.nhs.uk"))
    if not name.strip():
        problems.append(("name", "Enter a full name"))
    elif len(name) > NAME_LONGEST:
        problems.append(("name", f"Name must be {NAME_LONGEST} characters or fewer"))
    if problems:
        raise RuleBroken.many(problems)


def grantable_roles(identity: Identity) -> tuple[Role, ...]:
    """The roles that a person may give, in the order of the service."""
    if identity.is_administrator:
        return tuple(Role)
    return tuple(role for role in Role if role in MEMBERS and identity.has(Role.TRUST_LEAD))


def may_manage(identity: Identity | None, role: Role, organisation_id: UUID | None) -> bool:
    """Whether a person may give, change or withdraw this role there. None is the command line."""
    if identity is None or identity.is_administrator:
        return True
    led = identity.organisations_with(Role.TRUST_LEAD)
    return role in MEMBERS and organisation_id is not None and organisation_id in led


def may_give_link(identity: Identity | None, holdings: Collection[Holding]) -> bool:
    """Whoever gives a link could use it herself, so a lead needs to lead everywhere the person has a role."""
    if identity is None or identity.is_administrator:
        return True
    return bool(holdings) and all(may_manage(identity, each.role, each.organisation_id) for each in holdings)


def check_grant(grant: Grant, today: date) -> None:
    """The shape of a role: where it needs to be held, and until when."""
    problems = []
    if grant.role in ORGANISATION_ROLES and grant.organisation_id is None:
        problems.append(("organisations", f"Say which organisation the {grant.role.label.lower()} is for"))
    if grant.role not in ORGANISATION_ROLES and grant.organisation_id is not None:
        problems.append(("organisations", f"A {grant.role.label.lower()} is not tied to an organisation"))
    problems += _until_problems(grant.role, grant.until, grant.starts_on or today, today)
    if problems:
        raise RuleBroken.many(problems)


def check_until(role: Role, until: date | None, starts_on: date, today: date) -> None:
    """The last day of a role that is changed; to end it at once, it is withdrawn."""
    problems = _until_problems(role, until, starts_on, today)
    if problems:
        raise RuleBroken.many(problems)


def _until_problems(role: Role, until: date | None, starts_on: date, today: date) -> list[tuple[str, str]]:
    if until is None:
        needed = role is Role.AUDITOR
        return [("until", "Enter the last day of the audit: an auditor's role has an end")] if needed else []
    if until < today:
        return [("until", "The last day must be today or later. To end a role now, withdraw it")]
    return [("until", "The last day must not be before the first")] if until < starts_on else []


def in_force(starts_on: date, until: date | None, day: date) -> bool:
    """A role past its last day is as if absent."""
    return starts_on <= day and (until is None or day <= until)


# --- sessions, tokens, throttling -------------------------------------------------------------------------


def digest(token: str) -> str:
    """SHA-256 of a random token, in hex: what the database keeps in its place."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_ends(
    created_at: datetime, last_seen_at: datetime, idle: timedelta, longest: timedelta
) -> datetime:
    """The first moment at which a session no longer counts."""
    return min(last_seen_at + idle, created_at + longest)


def throttle_keys(email: str, address: str) -> tuple[str, str]:
    """Digests under which failures of this account and of this address are counted."""
    return digest(f"account:{normal_email(email)}"), digest(f"address:{_network(address)}")


def _network(address: str) -> str:
    """One household or site has a whole /64 of IPv6, so that is what counts as one address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else address


# --- forms ------------------------------------------------------------------------------------------------


def check_form_key(key: str) -> None:
    """The idempotency key of a form is made by us; another one comes from a page that was altered."""
    if not _FORM_KEY.fullmatch(key):
        raise RuleBroken(
            "idempotency_key", "This form was not complete. Open the page again and send it once more"
        )


def local_path(target: str | None) -> str | None:
    """A path on this service, or None for anything that could lead elsewhere.

    Browsers read a backslash as a slash and drop tabs and line ends, so neither may be in it.
    """
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(char) <= 32 or ord(char) == 127 for char in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def draft_path(target: str | None) -> str | None:
    """The path under which a half-typed form is kept: no query, and no longer than the table holds."""
    path = local_path(target)
    bare = "" if path is None else urlsplit(path).path
    return bare if 0 < len(bare) <= PATH_LONGEST else None


def kept_fields(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What is kept of a form: never a password, a token or the key that makes a retried post one record."""
    return {
        name: list(values)
        for name, values in fields.items()
        if name not in _NEVER_KEPT and "password" not in name.lower() and any(values)
    }
