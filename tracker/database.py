"""The base of every table: names, types, versioned rows and the settings of the engines. No table lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar
from uuid import UUID

import uuid6
from sqlalchemy import ColumnElement, Dialect, Engine, Enum, MetaData, String, event, or_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.types import DateTime, TypeDecorator, Uuid

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# True while a view or a command is going to write; `_begin` reads it when the next transaction starts.
WRITING: ContextVar[bool] = ContextVar("tracker_writing", default=False)
# What `once` remembers; None outside `remembering`.
_REMEMBERED: ContextVar[dict[Any, Any] | None] = ContextVar("tracker_remembered", default=None)
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def remembering(memory: dict[Any, Any]) -> Iterator[None]:
    """Within it a query that is marked `once` answers the same question from memory. Nothing is written within it."""
    token = _REMEMBERED.set(memory)
    try:
        yield
    finally:
        _REMEMBERED.reset(token)


def once(query: Callable[P, R]) -> Callable[P, R]:
    """Several measures ask for the same rows while one page is put together. What it gives must not be changed."""

    @wraps(query)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        memory = _REMEMBERED.get()
        if memory is None:
            return query(*args, **kwargs)
        asked = [*args, *sorted(kwargs.items())]
        key = (query, *map(_named, asked))
        if key not in memory:
            # With what was asked: an address in the key stands for the same thing only while that lives.
            memory[key] = (query(*args, **kwargs), asked)
        found: R = memory[key][0]
        return found

    return remembered


def _named(value: object) -> object:
    """Something to find it by: itself, or its address where it cannot be a key."""
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(map(_named, value))
    try:
        hash(value)
    except TypeError:
        return id(value)
    return value


def new_id() -> UUID:
    """A UUIDv7: made by the application, so that ids sort by the time they were made and need no database."""
    return UUID(int=uuid6.uuid7().int)


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC moments. SQLite would otherwise return naive ones, and compare them as text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must carry its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(enum: type[StrEnum], name: str) -> Enum:
    """Text with a CHECK constraint that holds the enum's values: readable in SQL, the same on both databases."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Declarative base with our constraint names and types."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UTCDateTime(), UUID: Uuid(), str: String()},
    )


class Versioned:
    """A row that is one version of something: an edit closes it (`superseded_at`) and adds the next.

    `entity_id` is the same in all versions of one thing. As at a day is then a plain query, exact for ever.
    """

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entity_id: Mapped[UUID] = mapped_column(default=new_id)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    def copy_with(self, **changes: Any) -> Self:
        """A new, unsaved row with this one's values and the changes."""
        values = {
            attribute.key: getattr(self, attribute.key)
            for attribute in type(self).__mapper__.column_attrs  # type: ignore[attr-defined]
            if attribute.key not in {"id", "recorded_at", "superseded_at"}
        }
        return type(self)(**{**values, **changes})


V = TypeVar("V", bound=Versioned)


def current(model: type[Versioned]) -> ColumnElement[bool]:
    """The versions that stand now."""
    return model.superseded_at.is_(None)


def as_at(model: type[Versioned], moment: datetime | None) -> ColumnElement[bool]:
    """The versions that stood at a moment; None means now."""
    if moment is None:
        return current(model)
    still_standing = or_(model.superseded_at.is_(None), model.superseded_at > moment)
    return (model.recorded_at <= moment) & still_standing


def revise(session: Session, row: V, recorded_at: datetime, **changes: Any) -> V:
    """Close a version and add the next one with the changes; returns the new version, flushed."""
    row.superseded_at = recorded_at
    session.flush()
    following = row.copy_with(recorded_at=recorded_at, **changes)
    session.add(following)
    session.flush()
    return following


def prepare_engine(engine: Engine) -> None:
    """Bind the settings that reliability needs to an engine, once."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def sqlite_journal_mode(version: tuple[int, ...]) -> str:
    """WAL only where SQLite is not affected by the WAL-reset fault (3.7.0–3.51.2; fixed in 3.44.6 and 3.50.7)."""
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "WAL" if fixed else "TRUNCATE"


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver's own transaction control is switched off: `_begin` says when and how one starts.
    connection.isolation_level = None
    cursor = connection.cursor()
    version = tuple(int(part) for part in cursor.execute("SELECT sqlite_version()").fetchone()[0].split("."))
    for pragma in (
        "busy_timeout=5000",
        f"journal_mode={sqlite_journal_mode(version)}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A read transaction that turns to writing fails at once, whatever busy_timeout says: writers say so first.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if WRITING.get() else "BEGIN DEFERRED")
