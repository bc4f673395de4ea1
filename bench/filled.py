"""With every measure filled for so many organisations and eight quarters: the demonstration, played by real actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bench.instance import Client, Instance, Server, signed_in_cookie
from bench.measures import Recorder, Timed, Times, getting, in_turns
from bench.report import Line
from tracker.accounts.models import User
from tracker.cli.demonstration import loading, names
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.web.transactions import writing

TRUST = f"X{names.FIRST_CODE:05}"
HOME = f"/organisations/{TRUST}"
# Mark of the first; the others are told without one.
MOST = {"dashboard, every measure filled": 25.0}
PAGES = {
    "dashboard, every measure filled": (HOME, "champion"),
    "record page with figure and trend": (f"{HOME}/recommendations/SEP16-10", "champion"),
    "picture of a trend": (f"{HOME}/recommendations/SEP16-10/trend.svg", "champion"),
    "summary, every measure filled": ("/summary?demonstration=1", "national"),
    "the library": ("/resources", "champion"),
    "one resource": ("/resources/think-sepsis-primary-care", "champion"),
    "gaps of the library": ("/resources/gaps", "champion"),
    "training for a care home": ("/training?setting=care_home", "champion"),
    "shares of an organisation": (f"{HOME}/shares", "champion"),
    "the form of a share": (f"{HOME}/shares/new", "champion"),
    "good practice": ("/practice", "champion"),
    "the programmes": ("/programme", "champion"),
    "who reached whom": ("/dissemination?demonstration=1", "national"),
    "who was not reached": ("/dissemination/not-reached?demonstration=1", "national"),
    "who owes what": ("/summary/responders?demonstration=1", "national"),
    "who funds what": ("/resources/funding", "national"),
}
COLD = "dashboard after a change, figures read anew"


@dataclass
class Filled:
    """A tracker of its own, so that the other figures do not change by it."""

    instance: Instance
    size: int
    rounds: int
    times: dict[str, Times] = field(default_factory=dict)

    def fill(self) -> None:
        """Every trust told by each measure; 220 of them take a minute or two."""
        self.app: Any = self.instance.prepare()
        with self.app.app_context(), writing():
            loading.load(self.size, 1, lambda bodies: bodies, played=self.size)

    def run(self, floor: str) -> None:
        with Server(self.instance.environ) as own, self._floor(floor) as select_floor:
            least = getting(select_floor, Client(select_floor.port))
            for name, (path, who) in PAGES.items():
                self.times[name] = in_turns(getting(own, self._client(own, who), path), least, self.rounds)
            self.times[COLD] = in_turns(self._cold(own), least, self.rounds)

    def lines(self) -> Iterator[Line]:
        for name, times in self.times.items():
            most = MOST.get(name)
            ratios = f"processor {times.ratio_processor:.1f} ×; p95 {times.ratio_p95:.1f} × p95"
            yield Line(
                name,
                f"{times.ratio:.1f} × SELECT",
                f"{ratios}; {times.p50 * 1000:.1f} ms here",
                "" if most is None else f"≤ {most:.0f} ×",
                reached=None if most is None else times.ratio <= most,
            )

    def _cold(self, server: Server) -> Timed:
        """Progress is recorded first, so that no worker's figures stand; the page alone is timed."""
        recorder, reader = Recorder(self._client(server, "champion"), TRUST), self._client(server, "champion")

        def ask() -> float:
            recorder.step()
            return reader.get(HOME).seconds

        return Timed(ask, server)

    def _client(self, server: Server, who: str) -> Client:
        with self.app.app_context():
            person = db.session.scalars(select(User.id).where(User.email == f"{who}@demo.example")).one()
            db.session.rollback()
            return Client(server.port, signed_in_cookie(self.app, person))

    def _floor(self, application: str) -> Server:
        with self.app.app_context():
            found = db.session.scalars(select(Organisation.id).where(Organisation.code == TRUST)).one()
            db.session.rollback()
        named = found.hex if self.instance.is_sqlite else str(found)
        return Server(self.instance.environ | {"FLOOR_ORGANISATION": named}, application)
