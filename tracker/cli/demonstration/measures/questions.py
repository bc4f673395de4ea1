"""Answers to the questions over two years: an organisation that finds its way, told by its own actions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.rules import OrganisationKind
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.steps import Who
from tracker.cli.demonstration.timing import moment_of, working_day
from tracker.measures.questions.actions import AnswersInput, answer_questions

GROUP, BOARD = "Deteriorating Patient Group", "Trust board"
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody answered on a day."""

    on: date
    code: str
    wanted: AnswersInput


def tell(kind: str, rng: random.Random, today: date, months: int = 24) -> list[Told]:
    """The answers of one organisation, oldest first; each day is a working day, and the last is not today."""
    tellers: dict[str, Callable[[random.Random, date, int], list[Told]]] = {
        OrganisationKind.NHS_TRUST: _provider,
        OrganisationKind.CARE_PROVIDER: _provider,
        OrganisationKind.NATIONAL_BODY: _national,
        OrganisationKind.HIGHER_EDUCATION: _university,
    }
    if kind not in tellers:
        return []
    told = tellers[kind](rng, today, months)
    if kind == OrganisationKind.NHS_TRUST:
        told += _session(rng, today)
    return sorted(told, key=lambda each: (each.on, each.code))


def play(
    organisation: OrganisationRef,
    kind: str,
    people: Staff,
    rng: random.Random,
    today: date,
    *,
    set_moment: Callable[[datetime], None] | None = None,
    chain: Chain | None = None,
) -> int:
    """Record it all through the real action; how many answers. `set_moment` moves the played clock to each day."""
    chain = chain or audit.open_chain(organisation.id)
    versions: Counter[str] = Counter()
    told = tell(kind, rng, today)
    for turn, each in enumerate(told):
        if set_moment is not None:
            set_moment(moment_of(each.on, turn % 40))
        chain.recorded_at = max(clock.now(), chain.head.at)
        answer_questions(
            people[Who.CHAMPION],
            organisation,
            each.code,
            each.wanted,
            version=versions[each.code],
            chain=chain,
        )
        versions[each.code] += 1
    return len(told)


def _told(on: date, code: str, values: Values, source: str = "") -> Told:
    return Told(on, code, AnswersInput(on, values, source))


def _quarters(today: date, months: int) -> list[date]:
    """A working day in each quarter, oldest first, the last about three weeks ago."""
    last = today - timedelta(days=20)
    return [working_day(clock.months_before(last, back)) for back in range(months - 3, -1, -3)]


def _provider(rng: random.Random, today: date, months: int) -> list[Told]:
    days = _quarters(today, months)
    pace = rng.uniform(0.8, 1.2)
    told: list[Told] = []
    for index, on in enumerate(days):
        far = min(1.0, pace * (index + 1) / len(days))
        told.append(_told(on, "SEP16-13", _methods(far, on), "Education plan"))
        if index % 2:
            told.append(_told(on, "SEP16-14", _watching(far, on)))
            # What is proven later stands in good practice, and is not asked.
            if far < 0.7:
                told.append(_told(on, "SEP16-15", {"proven": "no"}))
            told.append(_told(on, "SEP16-16", _appraisals(rng, far), "Appraisal system, staff records"))
    return told


def _methods(far: float, on: date) -> Values:
    return {
        "refresher": _yes(far > 0.2),
        "required": _yes(far > 0.4),
        "required_for": "Registered nurses, doctors in acute wards, the emergency department",
        "owner": _yes(far > 0.3),
        "owner_who": "Lead nurse for sepsis; a consultant in acute medicine covers",
        "money": "yes" if far > 0.95 else "unknown" if far < 0.5 else "no",
        "review_on": on + timedelta(days=300) if far > 0.25 else None,
    }


def _watching(far: float, on: date) -> Values:
    if far < 0.3:
        return {"watched": "no"}
    latest = on - timedelta(days=24)
    names = [
        "Patients given antibiotics within the time that NICE asks for",
        "Patients seen by a senior in time",
    ]
    rows = [
        {"name": name, "since": clock.months_before(latest, int(30 * far) - 6 * index), "latest": latest}
        for index, name in enumerate(names[: 2 if far > 0.6 else 1])
    ]
    read = {"read_on": on - timedelta(days=30), "read_by": GROUP} if far > 0.5 else {}
    return {"watched": "yes", "indicators": rows, **read}


def _appraisals(rng: random.Random, far: float) -> Values:
    forms = {"doctors_form": _yes(far > 0.5), "others_form": _yes(far > 0.35)}
    if far < 0.4:
        return {**forms, "how": "cannot"}
    if far < 0.7:
        return {
            **forms,
            "how": "sample",
            "drawn": "Every hundredth name of the list of staff due an appraisal",
            "sample_doctors": _share(rng, 8, far),
            "sample_others": _share(rng, 32, far),
        }
    return {**forms, "how": "system", "doctors": _share(rng, 412, far), "others": _share(rng, 3180, far)}


def _share(rng: random.Random, due: int, far: float) -> dict[str, int]:
    held = round(due * rng.uniform(0.93, 0.99))
    return {"denominator": due, "between": held, "numerator": min(held, round(due * (0.45 + 0.45 * far)))}


def _session(rng: random.Random, today: date) -> list[Told]:
    """One date on a trust's page, for the national body's package."""
    on = working_day(today - timedelta(days=rng.randrange(30, 200)))
    if rng.random() < 0.3:
        return [_told(on, "SEP16-04", {"held": "no"})]
    return [_told(on, "SEP16-04", {"held": "yes", "held_on": on - timedelta(days=rng.randrange(10, 90))})]


def _national(_rng: random.Random, today: date, months: int) -> list[Told]:
    days = _quarters(today, months)
    first, late, last = days[0], days[-2], days[-1]
    nice = {"nice": "NG253, NG254 and NG255, November 2025", "nice_current": "yes"}
    published = {"published": "yes", "published_on": first + timedelta(days=90)}
    link = {"link": "https://national.example/sepsis"}
    decided = {"on": first, "meeting": "Sepsis programme board", "decision": "adapt"}
    return [
        _told(first, "SEP16-02", {"published": "no"}),
        _told(first, "SEP16-07", {"proven": "no"}),
        _told(last, "SEP16-01", _strategy(last)),
        _told(last, "SEP16-02", {**published, **link, **nice, "board": "Cross-system sepsis programme board",
                                 "board_on": first + timedelta(days=60), "used_by": 14}),
        _told(last, "SEP16-03", {"available": "yes", "available_on": first, **link, "care_staff": "yes",
                                 "settings": ["residential", "nursing"], "partners": "Two networks and a charity",
                                 "keeper": "The e-learning team", **nice, "completions": 2140}),
        _told(last, "SEP16-04", {**published, **link, **nice, "built_from": "Two films and the board briefing"}),
        _told(first, "SEP16-05", {"decision": {**decided, "reason": "Sepsis is part of a wider subject."},
                                  "named_in": "Section 3, acutely deteriorating patients"}),
        _told(late, "SEP16-06", {"decision": {**decided, "reason": "A method that trusts can use themselves."},
                                 "written_on": first + timedelta(days=150)}),
    ]  # fmt: skip


def _strategy(on: date) -> Values:
    return {
        "agreed": "yes", "agreed_on": on - timedelta(days=400), "agreed_by": "Sepsis programme board",
        "review_on": on + timedelta(days=300),
    }  # fmt: skip


def _university(rng: random.Random, today: date, months: int) -> list[Told]:
    """Courses of the academic year that began in the September before."""
    days = _quarters(today, months)[1::4]
    told = []
    for index, on in enumerate(days):
        year = on.year if on.month >= 9 else on.year - 1
        values = {
            "academic_year": f"{year}-{(year + 1) % 100:02}",
            "courses": _courses(rng, index == len(days) - 1),
        }
        told.append(_told(on, "SEP16-21", values, "Module specifications"))
    return told


def _courses(rng: random.Random, late: bool) -> list[dict[str, str]]:
    titles = {
        "nursing": "BSc Nursing (Adult)", "midwifery": "BSc Midwifery", "paramedic": "BSc Paramedic Science",
        "pharmacy": "MPharm Pharmacy", "physiotherapy": "BSc Physiotherapy", "radiography": "BSc Radiography",
    }  # fmt: skip
    rows = []
    for profession, title in titles.items():
        place = rng.choice(
            ("placement", "simulation", "simulation") if late else ("lecture", "placement", "nowhere")
        )
        taught = "no" if place == "nowhere" else "yes"
        row = {
            "title": title,
            "profession": profession,
            "recognise": taught,
            "manage": taught,
            "place": place,
        }
        rows.append(row)
    return rows


def _yes(so: bool) -> str:
    return "yes" if so else "no"
