"""A process to be traced: it records progress with a file, so often, and notes each acknowledgement."""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any

from tests.durability.asking import InProcess, record
from tracker import create_app, database
from tracker.evidence import storage


def main(cookie: str, trust: str, code: str, uploads: int, notes: str, careless: str) -> None:
    logging.disable(logging.CRITICAL)
    _be(careless)
    client = InProcess(create_app(), cookie)
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT)
    for number in range(uploads):
        content = f"The rota as it stood at upload {number}. ".encode() * 200
        answer = record(client, trust, code, f"Upload {number}", [("files", f"rota {number}.txt", content)])
        if answer.status != 303:
            raise SystemExit(f"upload {number}: {answer.status} {answer.text[-2000:]}")
        os.write(descriptor, b"1")


def _be(careless: str) -> None:
    """Leave one care out, so that the test can be tested."""
    nothing = lambda *_args, **_more: None  # noqa: E731
    if careless == "no fsync of files":
        storage._sync_file = nothing
    elif careless == "no fsync of folders":
        storage._sync_folder = nothing
    elif careless == "synchronous off":
        careful = database._set_pragmas

        def set_pragmas(connection: Any, entry: Any) -> None:
            careful(connection, entry)
            connection.execute("PRAGMA synchronous=OFF")

        database._set_pragmas = set_pragmas


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    main(**told)
