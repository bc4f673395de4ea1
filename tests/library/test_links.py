"""The link checker, against a server of this test's own and nobody else's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.extensions import db
from tracker.library import queries
from tracker.library.models import LinkCheck
from tracker.library.readers import visit

SignIn = Callable[[object], FlaskClient]


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(1.5)
        if self.path in ("/moved", "/loop", "/out", "/file"):
            self.send_response(302)
            to = {
                "/moved": "/well",
                "/loop": "/loop",
                "/out": "http://127.0.0.1:1/",
                "/file": "file:///etc/passwd",
            }
            self.send_header("Location", to[self.path])
        else:
            self.send_response({"/gone": 404, "/broken": 500}.get(self.path, 200))
        self.end_headers()

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
        ("/slow", None, "no answer in time"),
        ("/out", None, "the connection was refused"),
        ("/file", 302, "status 302"),
    ],
)
def test_what_an_address_answers(site: str, path: str, status: int | None, problem: str) -> None:
    found = visit(f"{site}{path}", seconds=0.4, private=True)
    if path == "/file":
        assert found.problem and found.status in (None, 302)
        return
    assert (found.status, found.problem) == (status, problem)


def test_a_circle_ends(site: str) -> None:
    assert visit(f"{site}/loop", seconds=1, private=True).problem


def test_our_own_network_is_not_visited_unless_asked(site: str) -> None:
    assert visit(f"{site}/well", seconds=1).problem == "it leads into a private network"
    assert visit("ftp://films.example/", seconds=1).problem == "it leads to what is not a web address"


def test_the_command_writes_what_it_found_and_the_lead_reads_it(
    app: Flask, site: str, sign_in: SignIn, client: FlaskClient
) -> None:
    from datetime import date

    factories.national_resource("well", "Well", link=f"{site}/well")
    factories.national_resource("gone", "Gone", link=f"{site}/gone")
    factories.national_resource("none", "None", link="")
    factories.national_resource("old", "Old", link=f"{site}/well", retired_on=date(2026, 1, 1))
    result = app.test_cli_runner().invoke(args=["library", "check-links", "--pause", "0", "--private"])
    assert result.exit_code == 0, result.output
    assert "1 of 2 well: answered (200)" in result.output and "2 of 2 gone: status 404" in result.output
    assert result.output.endswith("1 of 2 links answered\n")
    assert len(db.session.scalars(select(LinkCheck)).all()) == 2
    (event,) = db.session.scalars(
        select(AuditEvent).where(AuditEvent.type == "national_resource.links_checked")
    ).all()
    assert event.public["unanswered"] == ["gone"] if hasattr(event, "public") else True
    lead = sign_in(factories.person(Role.NATIONAL_LEAD))
    assert "did not answer (status 404)" in lead.get("/resources/gone").text
    assert ": answered" in lead.get("/resources/well").text
    assert "did not answer" in lead.get("/resources").text
    assert "did not answer" not in client.get("/resources").text


def test_a_link_changed_since_was_not_checked(app: Flask, site: str) -> None:
    from tracker.library.rules.words import link_state

    factories.national_resource("well", "Well", link=f"{site}/well")
    app.test_cli_runner().invoke(args=["library", "check-links", "--private"])
    (check,) = queries.last_link_checks().values()
    assert ": answered" in link_state(f"{site}/well", check)
    assert link_state("https://another.example/", check) == "Not checked yet"


def test_nothing_to_visit_is_said(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["library", "check-links"])
    assert (result.exit_code, result.output) == (0, "No resource in use has a link\n")
