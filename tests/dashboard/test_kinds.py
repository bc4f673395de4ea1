"""The first screen of those who are no provider: the national body, a university, a college, a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.dashboard.test_views import text_of
from tests.measures import national_story
from tests.measures.story import AFTER, place
from tests.summary.makers import make_world, months_ago
from tracker.access.permissions import Role
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.library.rules import EvaluationResult

SignIn = Callable[[object], FlaskClient]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def page_of(sign_in: SignIn, kind: OrganisationKind) -> str:
    factories.catalogue()
    organisation = factories.organisation("X00930", "Somebody", kind=kind)
    client = sign_in(factories.person(Role.CHAMPION, organisation))
    answer = client.get("/organisations/X00930")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def cards(page: str) -> list[str]:
    return [words(each) for each in re.findall(r'class="app-figure__title">(.*?)</h3>', page)]


def test_the_national_body_sees_what_its_registers_hold(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    body = place(monkeypatch, OrganisationKind.NATIONAL_BODY)
    national_story.play(body)
    body.stand(AFTER)
    someone = factories.person(Role.CHAMPION, body.organisation)
    page = sign_in(someone).get("/organisations/X00901").get_data(as_text=True)
    assert cards(page) == [
        "1. Reach", "1. Uptake", "6. Evaluated", "7. Proven and promoted", "8. Funding recorded",
        "15. Days until half had our help",
    ]  # fmt: skip
    read = words(page)
    assert "Reach 3 of 3 Trusts open in England have a recorded share" in read
    assert "Proven and promoted 1 of 2 Resources and practices" in read
    assert "Days until half had our help 12 Asked 2 times" in read
    assert "Answer what we are asked" in read
    assert "Auditors see what you save" in read and "national team sees" not in read
    for each in ("usage", "evaluations", "developments", "shares", "help-requests", "programme"):
        assert f'href="/organisations/X00901/{each}"' in page, each
    for each in ("X00911", "X00912", "X00913"):
        assert each not in page


def test_the_card_of_what_is_proven_names_where_findings_differ(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    body = place(monkeypatch, OrganisationKind.NATIONAL_BODY)
    story = national_story.play(body)
    someone = factories.person(Role.CHAMPION, body.organisation)
    story.evaluate(AFTER, story.game, EvaluationResult.NO_EFFECT, story.north)
    body.stand(AFTER)
    read = words(sign_in(someone).get("/organisations/X00901").get_data(as_text=True))
    assert "took it up. 1 more where findings differ, not counted as proven: A game." in read
    story.evaluate(AFTER, story.film, EvaluationResult.UNCLEAR, story.north)
    body.stand(AFTER)
    read = words(sign_in(someone).get("/organisations/X00901").get_data(as_text=True))
    assert "an effect. 2 more where findings differ, not counted as proven: A film, A game." in read


def test_the_national_body_is_held_to_the_figures_as_a_trust_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    """Of the film and the game one was promoted everywhere: 7 is not in place, whatever was declared."""
    body = place(monkeypatch, OrganisationKind.NATIONAL_BODY)
    national_story.play(body)
    make_world().record(body.organisation, 7, Delivery.DELIVERED, on=AFTER)
    reader = factories.person(Role.NATIONAL_LEAD)
    someone = factories.person(Role.CHAMPION, body.organisation)
    body.stand(AFTER)
    home = "/organisations/X00901"
    page = sign_in(someone).get(home).get_data(as_text=True)
    (row,) = [
        each
        for each in re.findall(r'class="app-tasks__row">(.*?)</li>', page, re.DOTALL)
        if ">7</span>" in each
    ]
    assert "Figures: not yet" in words(row)
    record = f"{home}/recommendations/SEP16-07"
    assert "You said: in place. The figures support: not yet" in text_of(sign_in(someone), record)
    theirs = text_of(sign_in(reader), record)
    assert "HEE said: in place. The figures support: not yet" in theirs and "You said" not in theirs


def test_a_national_body_with_empty_registers_is_told_what_to_do(app: Flask, sign_in: SignIn) -> None:
    page = page_of(sign_in, OrganisationKind.NATIONAL_BODY)
    assert len(cards(page)) == 6
    assert "Nobody has asked for help yet." in words(page)


@pytest.mark.parametrize(
    "kind, numbers",
    [
        (OrganisationKind.HIGHER_EDUCATION, ["19.", "20.", "21."]),
        (OrganisationKind.ROYAL_COLLEGE, ["19.", "20."]),
        (OrganisationKind.HEALTH_INNOVATION_NETWORK, ["19.", "20."]),
        (OrganisationKind.OTHER, ["19.", "20."]),
    ],
)
def test_others_see_a_card_for_each_recommendation_and_no_word_of_trusts(
    app: Flask, sign_in: SignIn, kind: OrganisationKind, numbers: list[str]
) -> None:
    page = page_of(sign_in, kind)
    assert [each.split()[0] for each in cards(page)] == numbers
    main = words(page[page.index("<main") : page.index("</main>")]).lower()
    assert not re.search(r"\b(trust|trusts|ward|wards)\b", main)
    assert "our own training resources" in main


def test_a_network_is_offered_its_members(app: Flask, sign_in: SignIn) -> None:
    page = page_of(sign_in, OrganisationKind.HEALTH_INNOVATION_NETWORK)
    assert 'href="/organisations/X00930/members"' in page
    assert 'href="/organisations/X00930/shares/new"' in page


# Where somebody of each kind writes: none of it may be made for a trust.
WRITTEN = (
    "/recommendations/{r}", "/recommendations/{r}/progress", "/recommendations/{r}/actions/new", "/agree",
    "/evidence", "/evidence/new", "/shares", "/shares/new", "/developments", "/developments/new", "/alignment/new",
    "/account",
)  # fmt: skip
OF_A_TRUST = re.compile(
    r"\b(trust lead|your trust|our trust|trusts?|wards?|Deteriorating Patient Group|Chief nurse|Lead nurse)\b",
    re.IGNORECASE,
)
# What is said of others: where students learn, and whom a national body reaches.
OF_OTHERS = re.compile(r"\(placement, ward or simulation\)|open trusts( in England)?")
LEADS = [
    (OrganisationKind.NATIONAL_BODY, "SEP16-01", "your lead and auditors", "Sepsis programme board"),
    (
        OrganisationKind.HIGHER_EDUCATION,
        "SEP16-21",
        "your lead and the national team",
        "Curriculum committee",
    ),
    (OrganisationKind.ROYAL_COLLEGE, "SEP16-19", "your lead and the national team", "Education committee"),
    (
        OrganisationKind.HEALTH_INNOVATION_NETWORK,
        "SEP16-19",
        "your lead and the national team",
        "Steering group",
    ),
    (
        OrganisationKind.CARE_PROVIDER,
        "SEP16-10",
        "your lead and the national team",
        "Clinical governance meeting",
    ),
    (
        OrganisationKind.NHS_TRUST,
        "SEP16-10",
        "your trust lead and the national team",
        "Deteriorating Patient Group",
    ),
]


@pytest.mark.parametrize("kind, recommendation, readers, meeting", LEADS)
def test_what_is_written_speaks_to_the_kind_that_writes_it(
    app: Flask, sign_in: SignIn, kind: OrganisationKind, recommendation: str, readers: str, meeting: str
) -> None:
    world = make_world()
    organisation = factories.organisation("X00930", "Somebody", kind=kind)
    world.record(organisation, int(recommendation[-2:]), Delivery.DELIVERED)
    world.evidence(organisation, int(recommendation[-2:]), on=months_ago(1))
    client = sign_in(factories.person(Role.TRUST_LEAD, organisation))
    read = {path: main_of(client, path.format(r=recommendation)) for path in WRITTEN}
    for path in ("/recommendations/{r}/progress", "/evidence/new"):
        assert f"What you save is seen by {readers} at once." in read[path]
    for path in ("/recommendations/{r}/progress", "/agree"):
        assert f"For example {meeting}" in read[path]
    is_trust = kind is OrganisationKind.NHS_TRUST
    assert ("Trust lead, Somebody" in read["/account"], "Lead, Somebody" in read["/account"]) == (
        is_trust,
        not is_trust,
    )
    if not is_trust:
        found = {path: OF_A_TRUST.search(OF_OTHERS.sub("", text)) for path, text in read.items()}
        assert {path: hit.group() for path, hit in found.items() if hit} == {}


def main_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path if path == "/account" else f"/organisations/X00930{path}")
    assert answer.status_code == 200, path
    return words(answer.text[answer.text.index("<main") : answer.text.index("</main>")])


def test_a_network_s_sharing_speaks_of_its_members(app: Flask, sign_in: SignIn) -> None:
    page_of(sign_in, OrganisationKind.HEALTH_INNOVATION_NETWORK)
    page = main_of(sign_in(factories.person(Role.CHAMPION, factories.find_ref("X00930"))), "/members/new")
    assert "take all trusts of a board or region in one step" in page and "trust lead" not in page.lower()


@pytest.mark.parametrize(
    "kind",
    [
        OrganisationKind.HEALTH_INNOVATION_NETWORK,
        OrganisationKind.HIGHER_EDUCATION,
        OrganisationKind.ROYAL_COLLEGE,
    ],
)
def test_the_first_screen_leads_to_our_good_practice(
    app: Flask, sign_in: SignIn, kind: OrganisationKind
) -> None:
    page = page_of(sign_in, kind)
    assert re.search(r'href="/organisations/X00930/practice"[^>]*>\s*Our good practice', page)
