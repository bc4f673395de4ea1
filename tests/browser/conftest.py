"""A real server with demonstration data, and the system's Chromium: as a person at a ward PC would have it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of what is well, axe reports nothing: to write it all down takes longer than to look.
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
PASSWORD = "demonstration-only"
WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 320, "height": 640}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where there is no Chromium, the reason is said; `make test` installs it where it can."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="Chromium is not installed: `apt-get install chromium`")
                )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of the server, and of commands beside it: an instance and a port of its own."""
    instance = tmp_path_factory.mktemp("instance")
    own = {"TRACKER_INSTANCE": str(instance), "PORT": str(_free_port()), "WEB_CONCURRENCY": "1"}
    left_out = ("DATABASE_URL", "EVIDENCE_URL", "TRACKER_ENV", "SECRET_KEY", "TRACKER_HOSTS")
    return {name: value for name, value in os.environ.items() if name not in left_out} | own


@pytest.fixture(scope="session")
def command(environ: dict[str, str]) -> Callable[..., str]:
    """`command("accounts", "create", …, typed="…")`: a command of the service, beside the server; what it prints."""

    def run(*words: str, typed: str = "") -> str:
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(
            flask, cwd=ROOT, env=environ, input=typed, check=True, capture_output=True, text=True
        )
        return done.stdout

    return run


@pytest.fixture(scope="session")
def server(environ: dict[str, str], command: Callable[..., str]) -> Iterator[str]:
    """gunicorn on a port of its own, on a new database with the demonstration in it."""
    command("db", "upgrade")
    command("catalogue", "sync")
    command("demo", "load", "--organisations", "12", "--seed", "7")
    instance, port = Path(environ["TRACKER_INSTANCE"]), environ["PORT"]
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
    log = (instance / "log").open("wb")
    process = subprocess.Popen(gunicorn, cwd=ROOT, env=environ, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    _wait_for(f"{address}/health", process, instance / "log")
    yield address
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)
    log.close()


@pytest.fixture
def open_browser(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """`open_browser(email, viewport=…, javascript=…)`: a browser of one's own, signed in when an e-mail is given."""
    contexts: list[BrowserContext] = []

    def open_one(email: str = "", *, viewport: dict[str, int] = WIDE, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=server, viewport=viewport, java_script_enabled=javascript, accept_downloads=True
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", lambda message: _refuse_console(message.type, message.text))
        if email:
            page.goto("/sign-in")
            page.get_by_label("E-mail address").fill(email)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.locator("main").get_by_role("button", name="Sign in").click()
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def check_page() -> Callable[[Page], None]:
    """No fault of accessibility, and nothing to scroll sideways."""

    def check(page: Page) -> None:
        results = Axe().run(page, options=AXE)
        found = [f"{each['id']}: {each['nodes'][0]['html'][:150]}" for each in results.response["violations"]]
        assert not found, f"{page.url}: {found}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} pixels too wide"

    return check


def first_organisation(page: Page) -> str:
    """The code of the organisation that a champion or lead lands on."""
    found = re.search(r"/organisations/([A-Z0-9]+)", page.url)
    assert found, page.url
    return found.group(1)


def _refuse_console(kind: str, text: str) -> None:
    # The browser itself writes a line for each answer of 400 and more; those are asked for.
    assert kind != "error" or "Failed to load resource" in text, text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(150):
        if process.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"no answer from {address}")
