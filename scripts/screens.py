"""Takes the pictures in docs/screens: starts the tracker on demonstration data of its own, visits it with Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "docs" / "screens"
PASSWORD = "demonstration-only"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Width in CSS pixels → height of the window, and how much of a long page is kept.
WIDTHS = {1280: (900, 1800), 320: (720, 2600)}
# Nobody signs in.
VISITOR = ""
# Who → picture → address; {home} is where that person lands after signing in.
VISITS = {
    "champion@demo.example": {
        "dashboard": "{home}",
        "record": "{home}/recommendations/SEP16-12",
        "progress": "{home}/recommendations/SEP16-12/progress",
        "coverage": "{home}/coverage",
        "alignment": "{home}/alignment",
        "share": "{home}/shares/new",
        "practice": "/practice",
    },
    "national@demo.example": {
        "summary": "/summary",
        "responders": "/summary/responders",
        "dissemination": "/dissemination",
        "exports": "/exports",
    },
    "hee@demo.example": {"national-body": "{home}"},
    VISITOR: {
        "resources": "/resources",
        "training": "/training?staff=care&setting=care_home",
        "gaps": "/resources/gaps",
        "programme": "/programme",
    },
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a tracker that serves an instance of its own, thrown away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        log = Path(folder) / "log"
        kept = {name: value for name, value in os.environ.items() if name not in {"BIND", "TRACKER_HOSTS"}}
        environment = kept | {
            "PORT": str(port),
            "TRACKER_ENV": "development",
            "TRACKER_INSTANCE": folder,
            "DATABASE_URL": f"sqlite:///{folder}/tracker.db",
            "EVIDENCE_URL": f"file://{folder}/evidence",
        }
        with log.open("wb") as output:
            server = subprocess.Popen(
                ["scripts/serve.sh"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_healthy(server, address, log)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=90)


def wait_until_healthy(server: subprocess.Popen[bytes], address: str, log: Path, seconds: int = 180) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(f"The tracker stopped while it started:\n{log.read_text(errors='replace')}")
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"The tracker did not answer within {seconds} s:\n{log.read_text(errors='replace')}")


def sign_in(page: Page, address: str, email: str) -> str:
    """Sign in and return the path of the page that this person lands on."""
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form").get_by_role("button", name="Sign in").click()
    page.goto(f"{address}/")
    home = page.url.removeprefix(address).partition("?")[0].rstrip("/")
    if home in {"", "/sign-in"}:
        raise SystemExit(f"{email} could not sign in")
    return home


def picture(page: Page, name: str, width: int, most: int) -> None:
    """Save what is seen, cut off below `most`; say so when the page is wider than its window."""
    wide, high = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    if wide > width:
        print(f"  {name} at {width}: {wide} wide, so it scrolls sideways", file=sys.stderr)
    clip = FloatRect(x=0, y=0, width=width, height=min(high, most))
    page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True, clip=clip, animations="disabled")


def visit(browser: Browser, address: str, width: int) -> None:
    height, most = WIDTHS[width]
    for email, pictures in VISITS.items():
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", timezone_id="Europe/London"
        )
        page = context.new_page()
        home = sign_in(page, address, email) if email != VISITOR else ""
        for name, path in pictures.items():
            answer = page.goto(address + path.format(home=home))
            if answer is None or answer.status != 200:
                raise SystemExit(f"{path.format(home=home)} answered {answer and answer.status} to {email}")
            picture(page, name, width, most)
            print(f"  docs/screens/{name}-{width}.png")
        context.close()


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("screens: chromium is needed (Debian: apt-get install chromium)")
    SCREENS.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        for width in WIDTHS:
            visit(browser, address, width)
        browser.close()


if __name__ == "__main__":
    main()
