"""What differs on the first screen by kind of organisation: the cards, the shortcuts, and what else needs somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from tracker import clock
from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.catalogue.rules import OrganisationKind, watched_by
from tracker.dashboard import presenters
from tracker.dashboard.presenters import FigureCard, NeedRow, RankedRow
from tracker.dashboard.rules import Rank
from tracker.dashboard.views.common import measure_link
from tracker.measures import measures
from tracker.measures.queries import Overview, Reading
from tracker.programme import queries as programme
from tracker.programme.queries import ProgrammeNeed

PROVIDERS = {OrganisationKind.NHS_TRUST, OrganisationKind.CARE_PROVIDER}
# Title with the number of its recommendation, fact, the page where it comes from, what to do while there is none.
NATIONAL = (
    ("1. Reach", "sharing.reach", "library.shares", "No trust is on the list yet."),
    ("1. Uptake", "sharing.uptake", "library.usage", "No resource of ours is in the library yet."),
    (
        "6. Evaluated",
        "sharing.evaluated",
        "library.evaluations",
        "No resource of ours is in the library yet.",
    ),
    (
        "7. Proven and promoted",
        "sharing.promoted",
        "library.evaluations",
        "Nothing is proven yet: record an evaluation that shows an effect.",
    ),
    ("8. Funding recorded", "sharing.funded", "library.funding", "No resource is in the library yet."),
    (
        "15. Days until half had our help",
        "sharing.help",
        "practice.help_requests",
        "Nobody has asked for help yet.",
    ),
)
HELP = "sharing.help"
# What stands below a card's own words: what its number leaves out.
BESIDE = {"sharing.promoted": "sharing.differ"}
# What people of each kind come for most, beside adding evidence.
SHORTCUTS: dict[OrganisationKind, tuple[tuple[str, str], ...]] = {
    OrganisationKind.NATIONAL_BODY: (
        ("How much our resources are used", "library.usage"),
        ("Evaluations", "library.evaluations"),
        ("Our own training, checked against NICE", "alignment.index"),
        ("Who funds and develops what", "library.funding"),
        ("New training that we make", "library.developments"),
        ("What we have shared", "library.shares"),
        ("Help that we are asked for", "practice.help_requests"),
        ("Our programme", "programme.states"),
    ),
    OrganisationKind.HEALTH_INNOVATION_NETWORK: (
        ("Say what we have shared with our members", "library.new_share"),
        ("What we have shared", "library.shares"),
        ("Our members", "library.members"),
        ("Our own training resources", "alignment.index"),
        ("New training that we make", "library.developments"),
        ("Our good practice", "practice.index"),
    ),
}
OTHERS = (
    ("Our own training resources", "alignment.index"),
    ("What we have shared", "library.shares"),
    ("New training that we make", "library.developments"),
    ("Our good practice", "practice.index"),
)
PROVIDER_SHORTCUTS = (
    ("SEP16-10", "Update staff trained", "coverage.new"),
    ("SEP16-12", "Hand over to the next champion", "champions.hand_over"),
)


def cards(
    organisation: OrganisationRef, overview: Overview, reading: Reading, titles: Mapping[str, str]
) -> list[FigureCard]:
    """Providers: the headline of each measure. The national body: what its registers hold. Others: every figure."""
    if organisation.kind == OrganisationKind.NATIONAL_BODY:
        return _of_registers(organisation, reading)
    headlines = organisation.kind in PROVIDERS
    return [
        presenters.figure_card(
            title, measure_link(organisation, code), overview.figures[code], reading.series(code)
        )
        for title, code in (_headlines(overview) if headlines else _each(overview, titles))
    ]


def _of_registers(organisation: OrganisationRef, reading: Reading) -> list[FigureCard]:
    facts = reading.facts([*(fact for _title, fact, _endpoint, _none in NATIONAL), *BESIDE.values()])
    return [
        presenters.fact_card(
            title, page(organisation, endpoint), facts.get(fact), none_yet, facts.get(BESIDE.get(fact, ""))
        )
        for title, fact, endpoint, none_yet in NATIONAL
    ]


def _headlines(overview: Overview) -> list[tuple[str, str]]:
    """The first recommendation of each measure that is answered; typed questions have no headline."""
    return [
        (each.title, code)
        for each in measures()
        if not getattr(each, "asks_code", False)
        and (code := next((one for one in each.codes if one in overview.figures), None))
    ]


def _each(overview: Overview, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(f"{int(code[-2:])}. {titles[code]}", code) for code in sorted(overview.figures)]


def shortcuts(organisation: OrganisationRef, overview: Overview) -> list[tuple[str, str]]:
    """What people come for most, beside adding evidence."""
    kind = OrganisationKind(organisation.kind)
    if kind not in PROVIDERS:
        return [(text, page(organisation, endpoint)) for text, endpoint in SHORTCUTS.get(kind, OTHERS)]
    own = [
        (text, page(organisation, endpoint))
        for code, text, endpoint in PROVIDER_SHORTCUTS
        if code in overview.figures and (code != "SEP16-12" or overview.figures[code].exists)
    ]
    return [
        *own,
        ("Say what we have shared", page(organisation, "library.new_share")),
        ("What we have shared before", page(organisation, "library.shares")),
        ("Our good practice", page(organisation, "practice.index")),
    ]


def to_read(organisation: OrganisationRef) -> list[tuple[str, str]]:
    """What those who only look come for: the public pages of the programme do not show a national body’s evidence."""
    if organisation.kind != OrganisationKind.NATIONAL_BODY:
        return []
    return [("Its programme, with the evidence", page(organisation, "programme.states"))]


def page(organisation: OrganisationRef, endpoint: str) -> str:
    """An organisation's own page, or one of the whole service."""
    if endpoint == "library.funding":
        return url_for(endpoint)
    return url_for(endpoint, organisation=organisation.code)


def further_needs(organisation: OrganisationRef, reading: Reading) -> list[RankedRow]:
    """Of the national body: items of its programme that are overdue, and questions that wait for its answer."""
    if organisation.kind != OrganisationKind.NATIONAL_BODY:
        return []
    found = [
        RankedRow(Rank.OVERDUE, each.day, 0, NeedRow(each.text, _need_page(organisation, each), each.note))
        for each in programme.list_needs(the_identity(), organisation.id, clock.today())
    ]
    asked = reading.facts([HELP]).get(HELP)
    if asked is not None and not asked.stands:
        row = NeedRow("Answer what we are asked", page(organisation, "practice.help_requests"), asked.words)
        found.append(RankedRow(Rank.ACTION_OVERDUE, None, 0, row))
    return found


def _need_page(organisation: OrganisationRef, need: ProgrammeNeed) -> str:
    values: dict[str, Any] = {**need.values, "organisation": organisation.code}
    return url_for(need.endpoint, **values)


def seen_by(organisation: OrganisationRef) -> str:
    """Who sees what is saved, at the beginning of a sentence."""
    watching = watched_by(organisation.kind)
    return f"{watching[0].upper()}{watching[1:]} {'see' if watching == 'auditors' else 'sees'}"
