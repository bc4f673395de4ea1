"""`python -m bench`: a temporary instance under real gunicorn, everything measured against floors of the same run."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import data, filled, measures, report
from bench.data import code_of
from bench.instance import (
    Client,
    Instance,
    Server,
    postgresql_folder,
    postgresql_instance,
    signed_in_cookie,
    sqlite_instance,
)
from bench.measures import (
    MEGABYTE,
    Adder,
    Pack,
    Recorder,
    Timed,
    Times,
    getting,
    in_turns,
    inserting,
    take_pack,
)
from bench.report import Line

TRUST = f"/organisations/{code_of(1)}"
PAGES = {
    "dashboard": (TRUST, "champion"),
    "record page": (f"{TRUST}/recommendations/SEP16-12", "champion"),
    "evidence register": (f"{TRUST}/evidence", "champion"),
    "the 21 recommendations": ("/recommendations", "champion"),
    "organisations": ("/organisations", "national"),
    "summary": ("/summary", "national"),
    "summary as CSV": ("/summary.csv", "national"),
}
PACK_TRUST, LARGE_PACK = 3, "pack of one organisation"
CONSTANT, SELECT = "bench.floors:constant", "bench.floors:make_select()"


TOLD = (
    "Each figure was taken in turns with its floor, from the same gunicorn with the same workers and one client: “×” "
    "is its median over the floor's median. *Constant*: a WSGI function that returns two bytes. *SELECT*: Flask, one "
    "statement for 21 rows, a template of five lines. *INSERT*: one row and its commit. *cat*: the same bytes copied. "
    "The growth from few organisations to many was taken in turns too, from two instances served side by side. "
    "Milliseconds are this machine's alone."
)


def main() -> None:
    asked = _arguments()
    few, many = asked.organisations
    with (
        tempfile.TemporaryDirectory(prefix="tracker-bench-") as name,
        _databases(asked.database, Path(name)) as (make, version),
    ):
        lines = _filled(asked, make("filled"))
        if not asked.only_measures:
            bench = Bench(asked, Site(make("few"), few), Site(make("many"), many))
            bench.run()
            lines = [*bench.lines(), *lines]
    title = f"{version}, {few:,} and {many:,} organisations"
    if asked.only_measures:
        title = f"{version}, every measure of {asked.filled:,} organisations"
    text = report.document(title, [report.machine(), "", TOLD], lines)
    print("\n" + text)
    report.write(asked.out, text)
    print(f"Written to {asked.out}")


def _filled(asked: argparse.Namespace, instance: Instance) -> list[Line]:
    """Measured first, alone, on an instance of its own."""
    say(f"Filling every measure of {asked.filled:,} organisations")
    site = filled.Filled(instance, asked.filled, asked.rounds)
    site.fill()
    say("Reading pages with figures")
    site.run(SELECT)
    return list(site.lines())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--organisations", type=int, nargs=2, default=(220, 2200), metavar=("FEW", "MANY"))
    parser.add_argument("--pack-megabytes", type=int, default=1000, help="size of the large evidence pack")
    parser.add_argument(
        "--filled", type=int, default=220, help="organisations of which every measure is filled"
    )
    parser.add_argument("--only-measures", action="store_true", help="only what every measure filled costs")
    parser.add_argument("--rounds", type=int, default=measures.ROUNDS)
    parser.add_argument("--out", type=Path, help="where the table goes, besides the screen")
    asked = parser.parse_args()
    named = "latest.md" if asked.database == "sqlite" else f"latest-{asked.database}.md"
    asked.out = asked.out or Path(__file__).with_name(named)
    return asked


@contextmanager
def _databases(database: str, folder: Path) -> Iterator[tuple[Callable[[str], Instance], str]]:
    """How to make an instance under a name, and what its database is called."""
    if database == "sqlite":
        yield lambda name: sqlite_instance(folder / name), "SQLite"
        return
    with postgresql_folder() as (_, server):
        version = (server.pgdata / "PG_VERSION").read_text().strip()
        yield lambda name: postgresql_instance(server, folder / name, name), f"PostgreSQL {version}"


class Site:
    """An instance filled with so many organisations, and the people who ask."""

    def __init__(self, instance: Instance, size: int) -> None:
        say(f"Making {size:,} organisations")
        self.instance, self.size, self.app = instance, size, instance.prepare()
        self.people = data.fill_people(self.app)
        data.fill_trusts(self.app, self.people.author, 1, size)
        data.give_roles(self.app, self.people)

    def client(self, server: Server, who: str) -> Client:
        with self.app.app_context():
            return Client(server.port, signed_in_cookie(self.app, getattr(self.people, who)))

    def floor(self, application: str) -> Server:
        """The same gunicorn on another application, which reads the same database."""
        identifier = data.organisation_id(1)
        named = identifier.hex if self.instance.is_sqlite else str(identifier)
        return Server(self.instance.environ | {"FLOOR_ORGANISATION": named}, application)


@dataclass(frozen=True)
class Servers:
    """Everything that is served while pages and steps are measured."""

    few: Server
    many: Server
    constant: Server
    select: Server


class Bench:
    """One run: what it measures, in order, and the lines of its table."""

    def __init__(self, asked: argparse.Namespace, few: Site, many: Site) -> None:
        self.asked, self.few, self.many = asked, few, many
        self.times: dict[str, Times] = {}
        self.grown: dict[str, Times] = {}
        self.packs: dict[str, Pack] = {}
        self.facts: dict[str, float] = {}

    def run(self) -> None:
        self._cold_starts()
        with (
            Server(self.few.instance.environ) as few,
            Server(self.many.instance.environ) as many,
            self.many.floor(CONSTANT) as constant,
            self.many.floor(SELECT) as select,
        ):
            servers = Servers(few, many, constant, select)
            self._pages(servers)
            self._steps(servers)
            self._packs(servers)
            self._memory(servers)
        self._large_pack()

    def _cold_starts(self) -> None:
        """In turns: from exec to the first answer, three times each."""
        say("Starting and stopping")
        own: list[float] = []
        floor: list[float] = []
        for _ in range(3):
            for times, server in (
                (floor, self.many.floor(CONSTANT)),
                (own, Server(self.many.instance.environ)),
            ):
                with server:
                    times.append(server.started_in)
                    self.facts["processor"] = server.processor_seconds() / server.workers
        self.facts["cold start"] = statistics.median(own)
        self.facts["cold start of the floor"] = statistics.median(floor)

    def _in_turns(self, own: Timed, floor: Timed) -> Times:
        return in_turns(own, floor, self.asked.rounds)

    def _pages(self, servers: Servers) -> None:
        constant = getting(servers.constant, Client(servers.constant.port))
        floor = getting(servers.select, Client(servers.select.port))
        self.times["SELECT"] = self._in_turns(floor, constant)
        for name, (path, who) in PAGES.items():
            say(f"Reading: {name}")
            many = getting(servers.many, self.many.client(servers.many, who), path)
            few = getting(servers.few, self.few.client(servers.few, who), path)
            self.times[name] = self._in_turns(many, floor)
            self.grown[name] = self._in_turns(many, few)

    def _steps(self, servers: Servers) -> None:
        say("Recording progress and adding evidence")
        server, path = servers.many, f"/organisations/{code_of(2)}/recommendations/SEP16-12/progress"
        reads = getting(servers.select, Client(servers.select.port))
        inserts = inserting(servers.select, Client(servers.select.port))
        constant = getting(servers.constant, Client(servers.constant.port))
        self.times["INSERT"] = self._in_turns(inserts, constant)
        form = getting(server, self.many.client(server, "writer"), path)
        self.times["the form of progress"] = self._in_turns(form, reads)
        # A step is timed from its post on; in processor time its form is in it too.
        recorder = Recorder(self.many.client(server, "writer"))
        self.times["recording progress"] = self._in_turns(Timed(recorder.step, server), inserts)
        for what, make in (("text", measures.text_file), ("PDF", measures.pdf_file)):
            adder = Adder(self.many.client(server, "writer"), make)
            self.times[f"adding 100 kB of {what}"] = self._in_turns(Timed(adder.add, server), inserts)

    def _packs(self, servers: Servers) -> None:
        say("Exporting everything")
        self.packs[f"pack of all {self.many.size:,} organisations"] = self._pack(servers.many)

    def _large_pack(self) -> None:
        """From a server of its own, whose memory no other page has enlarged."""
        folder, each = self.many.instance.folder, 10 * MEGABYTE
        wanted = self.asked.pack_megabytes * MEGABYTE
        if not measures.room_for(folder, wanted):
            wanted = min(wanted, 256 * MEGABYTE)
        say(f"Exporting one organisation with {wanted / MEGABYTE:,.0f} MB of evidence")
        data.add_files(self.many.app, self.many.people.author, PACK_TRUST, count=wanted // each, size=each)
        with Server(self.many.instance.environ) as server:
            self.packs[LARGE_PACK] = self._pack(server, code_of(PACK_TRUST))

    def _pack(self, server: Server, *codes: str) -> Pack:
        folder = self.many.instance.folder
        for _ in range(4):
            # What the first pack of a worker imports is not growth.
            take_pack(self.many.client(server, "national"), server, folder, [code_of(4)])
        return take_pack(self.many.client(server, "national"), server, folder, list(codes))

    def _memory(self, servers: Servers) -> None:
        for name, server in (("worker", servers.many), ("constant", servers.constant)):
            found = server.memory()
            for kind in ("Rss", "Pss"):
                self.facts[f"{name} {kind}"] = max(each[kind] for each in found)

    # --- the table ----------------------------------------------------------------------------------------

    def lines(self) -> list[Line]:
        return [*self._page_lines(), *self._step_lines(), *self._pack_lines(), *self._process_lines()]

    def _page_lines(self) -> Iterator[Line]:
        yield self._line("SELECT", "constant")
        for name in PAGES:
            marked = name == "dashboard"
            yield self._line(name, "SELECT", most=20 if marked else None)
            grown = self.grown[name].ratio
            reached = 0.8 <= grown <= 1.2 if marked else None
            at_few = f"× the page at {self.few.size:,} organisations"
            yield Line(
                f"{name}, grown", f"{grown:.2f} ×", at_few, "0.8 to 1.2" if marked else "", reached=reached
            )

    def _step_lines(self) -> Iterator[Line]:
        yield self._line("INSERT", "constant")
        yield self._line("the form of progress", "SELECT")
        for name in ("recording progress", "adding 100 kB of text", "adding 100 kB of PDF"):
            yield self._line(name, "INSERT")

    def _line(self, name: str, floor: str, *, most: float | None = None) -> Line:
        times = self.times[name]
        return Line(
            name if name not in {"SELECT", "INSERT"} else f"floor: {name}",
            f"{times.ratio:.1f} × {floor}",
            f"processor {times.ratio_processor:.1f} ×; p95 {times.ratio_p95:.1f} × p95; {times.p50 * 1000:.1f} ms here",
            "" if most is None else f"≤ {most:.0f} ×",
            reached=None if most is None else times.ratio <= most,
        )

    def _pack_lines(self) -> Iterator[Line]:
        for name, pack in self.packs.items():
            size, rate = pack.size / MEGABYTE, pack.size / pack.seconds / MEGABYTE
            first = f"{rate:,.0f} MB/s here; first byte after {pack.first_byte:.1f} s"
            yield Line(f"{name}, {size:,.0f} MB", f"{pack.ratio:.1f} × cat", first)
            marked = name == LARGE_PACK
            yield Line(
                f"{name}: growth of the workers",
                _mb(pack.growth),
                mark="< 50 MB" if marked else "",
                reached=pack.growth < 50 * MEGABYTE if marked else None,
            )

    def _process_lines(self) -> Iterator[Line]:
        facts = self.facts
        start, floor = facts["cold start"], facts["cold start of the floor"]
        against = f"{start / floor:.1f} × constant; {facts['processor']:.1f} s of processor a worker"
        yield Line("cold start, exec to first page", f"{start:.1f} s", against, "≤ 2 s", reached=start <= 2)
        for kind in ("Rss", "Pss"):
            own, least = facts[f"worker {kind}"], facts[f"constant {kind}"]
            yield Line(
                f"a worker after the run, {kind.upper()}",
                _mb(own),
                f"{own / least:.1f} × constant",
                "≤ 150 MB",
                reached=own <= 150 * MEGABYTE,
            )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _mb(size: float) -> str:
    return f"{size / MEGABYTE:.0f} MB"


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


if __name__ == "__main__":
    main()
