"""A process that has loaded the application and forks writers of it, each told to write until it is killed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from bench.instance import ROOT, Instance
from tests.durability.asking import InProcess, record
from tracker import create_app

# Of three steps one carries a file: each file is read in a child process, which takes most of the time.
WITH_FILE = 3


class Nursery:
    """The test's end: ask for a writer, and kill it with -9."""

    def __init__(self, instance: Instance) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.nursery"],
            env=instance.environ,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def start(self, **told: Any) -> int:
        """A writer's process id. `told` are the keyword arguments of `write`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery ended"
        return line


def acknowledged(path: Path) -> Iterator[dict[str, Any]]:
    """What writers noted after they had their answer; a line that was cut off by the kill was not noted."""
    if not path.exists():
        return
    for line in path.read_text().splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            yield json.loads(line)


def write(app: Any, *, cookie: str, trust: str, codes: list[str], notes: str, life: str) -> None:
    """Record step after step and note each one that was acknowledged, until the end comes."""
    client = InProcess(app, cookie)
    descriptor = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    number = 0
    while True:
        number += 1
        code, summary = codes[number % len(codes)], f"Step {number} of life {life}"
        content = f"The rota as it stood at step {number} of life {life}.".encode()
        files = [("files", f"rota {life} {number}.txt", content)] if number % WITH_FILE == 0 else []
        try:
            status = record(client, trust, code, summary, files).status
        except Exception:
            # A connection that dies while the session is put away: gunicorn would answer with a bare 500.
            continue
        if status == 303:
            sha256 = hashlib.sha256(content).hexdigest() if files else None
            note = {"code": code, "summary": summary, "sha256": sha256}
            os.write(descriptor, (json.dumps(note) + "\n").encode())


def main() -> None:
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    app = create_app()
    print("ready", flush=True)
    children = []
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            # Default again: the application waits for child processes of its own.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            write(app, **json.loads(line))
        children.append(child)
        print(child, flush=True)
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
