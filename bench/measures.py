"""What is timed: pages, steps and packs, each in turns with its floor, so that a busy machine slows both alike."""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bench.data import code_of
from bench.instance import Client, Server, hidden_fields, memory_of
from tracker import clock

MEGABYTE = 1_000_000
# A measure ends after its rounds or its seconds, whichever comes first, but never before FEWEST rounds.
ROUNDS, SECONDS, FEWEST, WARM_UP = 120, 12.0, 12, 6


@dataclass(frozen=True)
class Times:
    """Seconds of one thing and of its floor, taken in turns."""

    own: list[float]
    floor: list[float]
    # Processor seconds for each request, of the tracker's workers and of the floor's.
    own_processor: float = 0.0
    floor_processor: float = 0.0

    @property
    def p50(self) -> float:
        return statistics.median(self.own)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.own, n=20, method="inclusive")[18]

    @property
    def floor_p50(self) -> float:
        return statistics.median(self.floor)

    @property
    def ratio(self) -> float:
        return self.p50 / self.floor_p50

    @property
    def ratio_processor(self) -> float:
        return self.own_processor / self.floor_processor

    @property
    def ratio_p95(self) -> float:
        """The 95th percentile against the floor's own."""
        return self.p95 / statistics.quantiles(self.floor, n=20, method="inclusive")[18]


@dataclass(frozen=True)
class Timed:
    """Something that can be timed, and the server that does its work."""

    ask: Callable[[], float]
    server: Server


def in_turns(own: Timed, floor: Timed, rounds: int = ROUNDS) -> Times:
    """Floor, own, floor, own … after a few of each that do not count."""
    for _ in range(WARM_UP):
        floor.ask()
        own.ask()
    times, until = Times([], []), time.perf_counter() + SECONDS
    before = own.server.processor_seconds(), floor.server.processor_seconds()
    while len(times.own) < rounds and (len(times.own) < FEWEST or time.perf_counter() < until):
        times.floor.append(floor.ask())
        times.own.append(own.ask())
    after = own.server.processor_seconds(), floor.server.processor_seconds()
    each = [(end - start) / len(times.own) for start, end in zip(before, after, strict=True)]
    return replace(times, own_processor=each[0], floor_processor=each[1])


def getting(server: Server, client: Client, path: str = "/") -> Timed:
    """A GET that must be answered with 200."""

    def ask() -> float:
        answer = client.get(path)
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status} {answer.text[:500]}")
        return answer.seconds

    return Timed(ask, server)


def inserting(server: Server, client: Client) -> Timed:
    return Timed(lambda: client.post("/", []).seconds, server)


# --- steps ------------------------------------------------------------------------------------------------


@dataclass
class Recorder:
    """A champion who records progress: opens the form and posts it; the post alone is timed."""

    client: Client
    trust: str = code_of(2)
    number: int = 0

    def step(self) -> float:
        self.number += 1
        path = f"/organisations/{self.trust}/recommendations/SEP16-{9 + self.number % 10:02}/progress"
        page = self.client.get(path)
        due = clock.today() + timedelta(days=100 + self.number)
        answer = self.client.post(
            path,
            [
                *hidden_fields(page.text),
                ("delivery", "in_progress"),
                ("confidence", "on_track"),
                ("due_on-day", str(due.day)),
                ("due_on-month", str(due.month)),
                ("due_on-year", str(due.year)),
                (
                    "summary",
                    f"Step {self.number}: the rota is written and two of three wards have a champion.",
                ),
                ("reason", "The person who held the role has left."),
            ],
        )
        if answer.status != 303:
            raise RuntimeError(f"POST {path}: {answer.status} {answer.text[-3000:]}")
        return answer.seconds


@dataclass
class Adder:
    """A champion who adds a file of evidence; the form is opened before the clock starts."""

    client: Client
    make: Callable[[int], tuple[str, bytes]]
    trust: str = code_of(2)
    number: int = 0

    def add(self) -> float:
        self.number += 1
        path, today = f"/organisations/{self.trust}/evidence/new", clock.today()
        page = self.client.get(path)
        name, content = self.make(self.number)
        fields = [
            *hidden_fields(page.text),
            ("title", f"Evidence {self.number}"),
            ("kind", "policy"),
            ("recommendations", "SEP16-12"),
            ("dated_on-day", str(today.day)),
            ("dated_on-month", str(today.month)),
            ("dated_on-year", str(today.year)),
        ]
        answer = self.client.post_files(path, fields, [("files", name, content)])
        if answer.status != 303:
            raise RuntimeError(f"POST {path}: {answer.status} {answer.text[-3000:]}")
        return answer.seconds


WORDS = (
    "sepsis",
    "champion",
    "ward",
    "training",
    "rota",
    "review",
    "escalation",
    "screening",
    "antibiotics",
    "lactate",
    "nurse",
    "doctor",
    "handover",
)


def text_file(number: int) -> tuple[str, bytes]:
    """100 kB of words, never a number that could be a patient's."""
    choose = random.Random(number)
    words = " ".join(choose.choices(WORDS, k=13_000))
    return f"minutes {number}.txt", words.encode()[:100_000]


def pdf_file(number: int) -> tuple[str, bytes]:
    """100 kB of PDF, some pages of text."""
    from fpdf import FPDF

    document = FPDF()
    document.set_compression(False)
    document.set_font("Helvetica", size=9)
    document.add_page()
    document.multi_cell(0, 4, text_file(number)[1].decode()[:60_000])
    content = bytes(document.output())
    return f"policy {number}.pdf", content + b"\n%" + b"x" * max(0, 100_000 - len(content))


# --- packs ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pack:
    """One evidence pack taken: its size, the time to its first byte and in all, and `cat` of the same bytes."""

    size: int
    first_byte: float
    seconds: float
    cat_seconds: float
    growth: int
    asked_seconds: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.cat_seconds


def take_pack(client: Client, server: Server, folder: Path, codes: list[str]) -> Pack:
    """Ask for a pack of some organisations or of all, take it, and copy the same bytes with `cat`."""
    today = clock.today()
    who = "chosen" if codes else "all"
    asked = f"who={who}&as_at-day={today.day}&as_at-month={today.month}&as_at-year={today.year}"
    asked += "".join(f"&organisations={code}" for code in codes)
    page = client.get(f"/exports/preview?{asked}")
    if page.status != 200:
        raise RuntimeError(f"preview: {page.status} {page.text[-3000:]}")
    saved = client.post("/exports", hidden_fields(page.text))
    if saved.status != 303:
        raise RuntimeError(f"POST /exports: {saved.status} {saved.text[-3000:]}")
    before, watch = sum(each["Rss"] for each in server.memory()), _Watch(server)
    into = folder / "pack.zip"
    with watch:
        size, first, seconds = client.stream(saved.headers["Location"].removesuffix("/ready"), into)
    begun = time.perf_counter()
    with (folder / "copy.zip").open("wb") as copy:
        subprocess.run(["cat", str(into)], stdout=copy, check=True)
    cat_seconds = time.perf_counter() - begun
    for name in ("pack.zip", "copy.zip"):
        (folder / name).unlink()
    return Pack(size, first, seconds, cat_seconds, max(0, watch.peak - before), page.seconds + saved.seconds)


class _Watch:
    """The largest memory of all workers together, looked at every 20 ms."""

    def __init__(self, server: Server) -> None:
        self.peak, self._workers, self._over = 0, server.worker_ids(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.02):
            self.peak = max(self.peak, sum(memory_of(each)["Rss"] for each in self._workers))


def room_for(folder: Path, size: int) -> bool:
    """Whether the files, the pack and its copy fit, with as much again to spare."""
    return shutil.disk_usage(folder).free > 6 * size
