"""How dates and numbers are written on screen."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from tracker import clock


def day(value: date | None) -> str:
    """`23 November 2026`; a dash where there is none."""
    return "–" if value is None else f"{value.day} {value:%B %Y}"


def short_day(value: date | None) -> str:
    """`23 Nov 2026`; a dash where there is none."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    """`23 November 2026 at 2:05pm`, London time."""
    local = value.astimezone(clock.LONDON)
    hour = local.hour % 12 or 12
    return f"{local.day} {local:%B %Y} at {hour}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def number(value: int) -> str:
    """`2,406`."""
    return f"{value:,}"


def size(value: int) -> str:
    """`184 kB`; decimal units, as file managers show."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= factor:
            return f"{value / factor:.1f} {unit}" if factor > 10**3 else f"{round(value / factor)} {unit}"
    return f"{value} bytes"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 trust`, `2 trusts`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=day, short_day=short_day, moment=moment, number=number, size=size, plural=plural
    )
