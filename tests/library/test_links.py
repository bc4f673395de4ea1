"""The link checker, against a server of this test's own and nobody else's."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tracker import clock
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.extensions import db
from tracker.library import queries
from tracker.library.models import LinkCheck
from tracker.library.readers import visit
from tracker.library.rules.words import link_state

SignIn = Callable[[object], FlaskClient]


STATUS = {"/gone": 404, "/broken": 500, "/shut": 403, "/caf%C3%A9?q=%C3%A9": 200, "/well": 200, "/stop": 200}
TO = {
    "/moved": "/well",
    "/loop": "/loop",
    "/out": "http://127.0.0.1:1/",
    "/file": "file:///etc/passwd",
    "/ftp": "ftp://films.example/film",
    # As a proxy is asked.
    "http://films.example/inside": "https://127.0.0.1:1/",
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(1.5)
        if self.path == "/drip":
            self._drip()
        if self.path == "/stop":
            os.kill(os.getpid(), signal.SIGUSR1)
            time.sleep(0.3)
        if self.path in TO:
            self.send_response(302)
            self.send_header("Location", TO[self.path])
        else:
            self.send_response(STATUS.get(self.path, 500))
        self.end_headers()

    def _drip(self) -> None:
        """A little before every single wait is over, and never an end."""
        for number in range(12):
            self.wfile.write(b"HTTP/1.0 200 OK\r\n" if number == 0 else b"X-More: yes\r\n")
            self.wfile.flush()
            time.sleep(0.25)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "path, status, problem",
    [
        ("/well", 200, ""),
        ("/moved", 200, ""),
        ("/gone", 404, "status 404"),
        ("/broken", 500, "status 500"),
        ("/shut", 403, "answered 403: not open to a check"),
        ("/café?q=é", 200, ""),
        ("/caf%C3%A9?q=%C3%A9", 200, ""),
        ("/slow", None, "no answer in time"),
        ("/drip", None, "no answer in time"),
        ("/out", None, "the connection was refused"),
        ("/file", 302, "status 302"),
        ("/ftp", None, "it leads to what is not a web address"),
    ],
)
def test_what_an_address_answers(site: str, path: str, status: int | None, problem: str) -> None:
    found = visit(f"{site}{path}", seconds=0.6, private=True)
    assert (found.status, found.problem) == (status, problem)


def test_a_circle_ends(site: str) -> None:
    assert visit(f"{site}/loop", seconds=1, private=True).problem


def test_our_own_network_is_not_visited_unless_asked(site: str) -> None:
    assert visit(f"{site}/well", seconds=1).problem == "it leads into a private network"
    assert visit("ftp://films.example/", seconds=1).problem == "it leads to what is not a web address"


def test_no_redirect_leads_into_our_own_network(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The proxy may stand inside; where it sends us on past itself, the guard holds again.
    monkeypatch.setenv("http_proxy", site)
    assert visit("http://films.example/inside", seconds=1).problem == "it leads into a private network"


def test_what_no_proxy_stands_before_is_guarded(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert visit(f"{site}/well", seconds=1).problem == "it leads into a private network"


def test_an_interrupted_run_keeps_what_it_found(app: Flask, site: str) -> None:
    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    factories.national_resource("first", "First", link=f"{site}/well")
    factories.national_resource("second", "Second", link=f"{site}/stop")
    before = signal.signal(signal.SIGUSR1, stop)
    try:
        result = app.test_cli_runner().invoke(args=["library", "check-links", "--pause", "0", "--private"])
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert result.exit_code == 1
    assert [row.link for row in db.session.scalars(select(LinkCheck))] == [f"{site}/well"]


def test_the_command_writes_what_it_found_and_the_lead_reads_it(
    app: Flask, site: str, sign_in: SignIn, client: FlaskClient
) -> None:
    factories.national_resource("well", "Well", link=f"{site}/well")
    factories.national_resource("gone", "Gone", link=f"{site}/gone")
    factories.national_resource("shut", "Shut", link=f"{site}/shut")
    factories.national_resource("none", "None", link="")
    factories.national_resource("old", "Old", link=f"{site}/well", retired_on=date(2026, 1, 1))
    result = app.test_cli_runner().invoke(args=["library", "check-links", "--pause", "0", "--private"])
    assert result.exit_code == 0, result.output
    assert "1 of 3 well: answered (200)" in result.output and "2 of 3 gone: status 404" in result.output
    assert result.output.endswith("2 of 3 links answered\n")
    assert len(db.session.scalars(select(LinkCheck)).all()) == 3
    (event,) = db.session.scalars(
        select(AuditEvent).where(AuditEvent.type == "national_resource.links_checked")
    ).all()
    assert json.loads(event.header)["public"] == {"checked": 3, "answered": 2, "unanswered": ["gone"]}
    lead = sign_in(factories.person(Role.NATIONAL_LEAD))
    assert "did not answer (status 404)" in lead.get("/resources/gone").text
    assert ": answered" in lead.get("/resources/well").text
    assert ": answered 403: not open to a check" in lead.get("/resources/shut").text
    listed = lead.get("/resources").text
    assert "did not answer" in listed
    today = clock.today()
    assert f"Link: checked on {today.day} {today:%B %Y}: answered" in listed
    assert "did not answer" not in client.get("/resources").text


def test_a_link_changed_since_was_not_checked(app: Flask, site: str) -> None:
    factories.national_resource("well", "Well", link=f"{site}/well")
    app.test_cli_runner().invoke(args=["library", "check-links", "--private"])
    (check,) = queries.last_link_checks().values()
    assert ": answered" in link_state(f"{site}/well", check)
    assert link_state("https://another.example/", check) == "Not checked yet"


def test_the_day_of_a_visit_is_london_s() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    check = LinkCheck(link="https://a.example/", checked_at=late, status=200, problem="")
    assert link_state("https://a.example/", check) == "Checked on 1 July 2026: answered"


def test_nothing_to_visit_is_said(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["library", "check-links"])
    assert (result.exit_code, result.output) == (0, "No resource in use has a link\n")
