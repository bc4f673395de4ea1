"""Posting what people post: through HTTP or straight into the application, by the same few functions."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from flask import Flask

from bench.instance import Answer, hidden_fields
from tracker import clock

Fields = Sequence[tuple[str, str]]
Files = Sequence[tuple[str, str, bytes]]


class Asking(Protocol):
    """What `bench.instance.Client` and `InProcess` have in common."""

    def get(self, path: str) -> Answer: ...
    def post(self, path: str, fields: Fields) -> Answer: ...
    def post_files(self, path: str, fields: Fields, files: Files) -> Answer: ...


class InProcess:
    """The whole application without a socket: for writers that are killed, and for many answers quickly."""

    def __init__(self, app: Flask, cookie: str = "") -> None:
        self._client = app.test_client()
        if cookie:
            name, value = cookie.split("=", 1)
            self._client.set_cookie(name, value)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: Fields) -> Answer:
        return self._ask("POST", path, data=_lists(fields))

    def post_files(self, path: str, fields: Fields, files: Files) -> Answer:
        data: dict[str, list[object]] = {name: list(values) for name, values in _lists(fields).items()}
        for name, file_name, content in files:
            data.setdefault(name, []).append((io.BytesIO(content), file_name))
        return self._ask("POST", path, data=data, content_type="multipart/form-data")

    def _ask(self, method: str, path: str, **more: object) -> Answer:
        begun = time.perf_counter()
        response = self._client.open(path, method=method, **more)  # type: ignore[arg-type]
        answer = Answer(
            response.status_code,
            dict(response.headers.items()),
            response.get_data(),
            time.perf_counter() - begun,
        )
        response.close()
        return answer


def _lists(fields: Fields) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found


# --- forms ------------------------------------------------------------------------------------------------


def progress_path(trust: str, code: str) -> str:
    return f"/organisations/{trust}/recommendations/{code}/progress"


def step_fields(page: str, summary: str) -> list[tuple[str, str]]:
    """A step that every record may take, with the hidden fields of the form as it was opened."""
    due = clock.today() + timedelta(days=90)
    return [
        *hidden_fields(page),
        ("delivery", "in_progress"),
        ("confidence", "on_track"),
        ("due_on-day", str(due.day)),
        ("due_on-month", str(due.month)),
        ("due_on-year", str(due.year)),
        ("summary", summary),
        ("reason", "The person who held the role has left."),
    ]


def record(client: Asking, trust: str, code: str, summary: str, files: Files = ()) -> Answer:
    """Open the form and post it: 303 is the acknowledgement."""
    path = progress_path(trust, code)
    page = client.get(path)
    if page.status != 200:
        return page
    fields = step_fields(page.text, summary)
    return client.post_files(path, fields, files) if files else client.post(path, fields)


def evidence_fields(page: str, title: str) -> list[tuple[str, str]]:
    today = clock.today()
    return [
        *hidden_fields(page),
        ("title", title),
        ("kind", "policy"),
        ("recommendations", "SEP16-12"),
        ("dated_on-day", str(today.day)),
        ("dated_on-month", str(today.month)),
        ("dated_on-year", str(today.year)),
    ]


def add_evidence(client: Asking, trust: str, title: str, files: Files) -> Answer:
    path = f"/organisations/{trust}/evidence/new"
    page = client.get(path)
    return page if page.status != 200 else client.post_files(path, evidence_fields(page.text, title), files)
