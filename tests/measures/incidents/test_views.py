"""The pages of the register over HTTP: good paths, each kind of bad input, conflicts, repeats, past days, outsiders."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import csrf_of, signed_in_client
from tests.measures.incidents.makers import CANARY, Register
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.accounts import queries as accounts
from tracker.extensions import db
from tracker.measures.incidents.models import Incident, Nil
from tracker.measures.incidents.rules import add_months, cohort, last_day

HERE = "/organisations/X00901/incidents"
FIRST, LAST = cohort(clock.today(), 14, 2)
MONTH = add_months(LAST, -2)


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00901", "Northmoor Hospitals")


@pytest.fixture
def champion(trust: OrganisationRef) -> factories.Person:
    return factories.person(Role.CHAMPION, trust, name="Asha Patel")


@pytest.fixture
def hers(app: Flask, champion: factories.Person) -> FlaskClient:
    return signed_in_client(app, champion)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, trust: OrganisationRef, champion: factories.Person) -> Register:
    made = Register(monkeypatch, factories.identity_of(champion), trust)
    made.stand(clock.today())
    return made


def dated(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def in_month(name: str, month: date) -> dict[str, str]:
    return {f"{name}-month": str(month.month), f"{name}-year": str(month.year)}


FACTS = {
    "reference": "2026-0147", **in_month("month", MONTH), "department": "Emergency department",
    "framework": "psirf", "response": "after_action", "theme": "antibiotics",
    "learning": "Give antibiotics within the hour, and say who does it.",
}  # fmt: skip
LOOP = {
    "learning": "Give antibiotics within the hour.",
    **dated("people_on", last_day(MONTH)), **dated("department_on", last_day(MONTH)),
    "resource": "own", "resource_title": "Sepsis six slides",
    "training": "no_change", "no_change_because": "The module says so already",
    **dated("closed_on", clock.today()),
}  # fmt: skip
NONE = {
    **in_month("first", FIRST), **in_month("last", LAST), "confirmed_by": "Patient safety team",
    "confirmed_name": "Jo Lowe", **dated("confirmed_on", clock.today()),
}  # fmt: skip


def send(client: FlaskClient, path: str, fields: dict[str, str], **changes: str) -> TestResponse:
    """Post a form as its page made it, with these answers."""
    page = client.get(path).get_data(as_text=True)
    hidden = {
        name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("version", "idempotency_key")
    }
    return client.post(path, data={"csrf_token": csrf_of(page), **hidden, **fields, **changes})


def words(answer: TestResponse) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def the_only() -> Incident:
    query = select(Incident).where(Incident.superseded_at.is_(None))
    return db.session.scalars(query).one()


# --- good paths -------------------------------------------------------------------------------------------


def test_an_empty_register_says_what_to_do_and_no_figure(hers: FlaskClient, trust: OrganisationRef) -> None:
    page = words(hers.get(HERE))
    assert "No figure yet" in page and "0 %" not in page
    assert "nobody has confirmed that there were none" in page
    assert "Record that there were none" in page and "Add an incident" in page


def test_from_the_incident_to_the_closed_loop(hers: FlaskClient, trust: OrganisationRef) -> None:
    answer = send(hers, f"{HERE}/new", FACTS)
    assert answer.status_code == 303
    item = answer.location
    page = words(hers.get(item))
    assert "Incident 2026-0147" in page and "The people involved: not yet" in page
    assert "0 of 1" in words(hers.get(HERE))
    part = {
        name: value for name, value in LOOP.items() if not name.startswith(("closed_on", "training", "no_"))
    }
    assert send(hers, f"{item}/loop", part).status_code == 303
    assert "Next: training" in words(hers.get(HERE))
    assert send(hers, f"{item}/loop", LOOP).status_code == 303
    page = words(hers.get(HERE))
    assert "1 of 1" in page and "Learning shared and training changed" in page and "100 %" not in page
    assert "The figures support “in place”" in page
    history = words(hers.get(item))
    assert "Closed</strong>" in history and "Learning material: Our own" in history
    assert the_only().version == 3


def test_national_material_fills_its_own_box(hers: FlaskClient, trust: OrganisationRef) -> None:
    item = send(hers, f"{HERE}/new", FACTS).location
    answer = send(hers, f"{item}/loop", LOOP, resource="national", national_title="", resource_title="")
    assert "Enter the name of the learning material" in words(answer)
    assert 'href="#national_title"' in words(answer)
    send(hers, f"{item}/loop", LOOP, resource="national", national_title="THINK SEPSIS", resource_title="x")
    assert (the_only().resource_title, the_only().resource) == ("THINK SEPSIS", "national")
    assert 'name="national_title" type="text" value="THINK SEPSIS"' in words(hers.get(f"{item}/loop"))


def test_details_are_changed_and_the_incident_taken_out(hers: FlaskClient, trust: OrganisationRef) -> None:
    item = send(hers, f"{HERE}/new", FACTS).location
    send(hers, f"{item}/edit", FACTS, theme="tests")
    assert the_only().theme == "tests"
    assert "Say in a few words why" in words(send(hers, f"{item}/remove", {"reason": ""}))
    assert send(hers, f"{item}/remove", {"reason": "It was entered twice"}).status_code == 303
    page = words(hers.get(item))
    assert "Taken out of the register" in page and "It was entered twice" in page
    assert "Change details" not in page and hers.get(f"{item}/loop").status_code == 404
    assert "No figure yet" in words(hers.get(HERE))


def test_none_is_confirmed_and_taken_back(hers: FlaskClient, trust: OrganisationRef) -> None:
    form = words(hers.get(f"{HERE}/none"))
    assert f'name="first-year" type="text" value="{FIRST.year}"' in form, (
        "the months of the figure are filled in"
    )
    assert send(hers, f"{HERE}/none", NONE).status_code == 303
    page = words(hers.get(HERE))
    assert "None, confirmed by the patient safety team on" in page and "100 %" not in page
    assert "Patient safety team, Jo Lowe" in page
    nil = db.session.scalars(select(Nil.entity_id)).one()
    assert send(hers, f"{HERE}/none/{nil}/take-back", {"reason": "One was found"}).status_code == 303
    assert "No figure yet" in words(hers.get(HERE))


def test_an_incident_found_later_contradicts_the_confirmation(
    hers: FlaskClient, trust: OrganisationRef
) -> None:
    send(hers, f"{HERE}/none", NONE)
    send(hers, f"{HERE}/new", FACTS)
    page = words(hers.get(HERE))
    assert "Take back “none”, or put the month right" in page and "0 of 1" in page


# --- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, field, message",
    [
        ({"reference": ""}, "reference", "Enter the reference"),
        ({"reference": "x" * 61}, "reference", "60 characters or fewer"),
        ({"month-month": ""}, "month-month", "Month reported must include a month"),
        ({"month-month": "13"}, "month-month", "must be a real month"),
        ({"month-year": "26"}, "month-year", "Year must have 4 numbers"),
        ({"month-year": "2090"}, "month-month", "must be this month or in the past"),
        ({"department": " "}, "department", "Enter the department"),
        ({"framework": ""}, "framework", "Choose the framework"),
        ({"framework": "nonsense"}, "framework", "Choose one of the answers listed"),
        ({"response": ""}, "response", "Choose the kind of review"),
        ({"theme": ""}, "theme", "Choose what it was mostly about"),
        ({"learning": "x" * 1001}, "learning", "1,000 characters or fewer"),
        ({"learning": "NHS number 943 476 5919"}, "learning", "looks like an NHS number"),
    ],
)
def test_bad_facts_are_refused_with_everything_kept(
    hers: FlaskClient, trust: OrganisationRef, changes: dict[str, str], field: str, message: str
) -> None:
    answer = send(hers, f"{HERE}/new", FACTS, **changes)
    page = words(answer)
    assert answer.status_code == 422 and "There is a problem" in page
    assert message in page and f'href="#{field}"' in page
    if "department" not in changes:
        assert 'value="Emergency department"' in page
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


def test_a_wrong_alarm_has_a_way_on(hers: FlaskClient, trust: OrganisationRef) -> None:
    text = "Say it to Baby Brown’s nurse"
    assert 'name="looked"' not in words(hers.get(f"{HERE}/new"))
    answer = send(hers, f"{HERE}/new", FACTS, learning=text)
    page = words(answer)
    assert answer.status_code == 422 and 'name="looked"' in page and "looks like somebody’s name" in page
    asking = re.search(r'name="looked_at" value="([0-9a-f]{16})"', page)
    assert asking
    stated = {"looked": "y", "looked_at": asking[1]}
    # A tick holds of what was asked about, and of nothing that is typed after it.
    other = send(hers, f"{HERE}/new", FACTS, learning="Mrs Green, K123456, was not seen", **stated)
    assert other.status_code == 422 and "looks like a hospital number" in words(other)
    assert not re.search(r'name="looked"[^>]* checked', words(other))
    assert send(hers, f"{HERE}/new", FACTS, learning=text, **stated).status_code == 303
    assert the_only().text_checked


def test_a_tick_in_the_loop_holds_of_what_was_asked_about(hers: FlaskClient, trust: OrganisationRef) -> None:
    assert send(hers, f"{HERE}/new", FACTS).status_code == 303
    path, typed = f"{HERE}/{the_only().entity_id}/loop", {**LOOP, "no_change_because": "Mr Brown says so"}
    asking = re.search(r'name="looked_at" value="([0-9a-f]{16})"', words(send(hers, path, typed)))
    assert asking
    stated = {"looked": "y", "looked_at": asking[1]}
    assert send(hers, path, {**typed, "learning": "Mrs Green, K123456"}, **stated).status_code == 422
    # What nobody could be told from may be mended meanwhile, and the tick stays where a day is wrong.
    wrong = words(send(hers, path, {**typed, "closed_on-day": "31", "closed_on-month": "2"}, **stated))
    assert re.search(r'name="looked"[^>]* checked', wrong)
    assert send(hers, path, {**typed, "resource_title": "Seven slides"}, **stated).status_code == 303


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"people_on-day": "31", "people_on-month": "2"}, "The people involved heard on must be a real date"),
        ({"department_on-day": ""}, "Their department heard on must include a day"),
        ({"people_on-year": "2090"}, "must be today or in the past"),
        ({"people_on-year": "2001"}, "must not be before"),
        ({"learning": ""}, "Say in a few words what was learnt"),
        ({"resource": ""}, "say which learning material was used"),
        ({"resource_title": ""}, "Enter the name of the learning material"),
        ({"training": ""}, "say whether training was changed"),
        ({"no_change_because": ""}, "Say why no change was needed"),
        ({"training": "changed"}, "Enter the date of the change"),
        ({"no_change_because": "Mrs Smith, 82"}, "looks like somebody’s name"),
    ],
)
def test_bad_steps_are_refused_with_everything_kept(
    hers: FlaskClient, trust: OrganisationRef, changes: dict[str, str], message: str
) -> None:
    item = send(hers, f"{HERE}/new", FACTS).location
    answer = send(hers, f"{item}/loop", LOOP, **changes)
    assert answer.status_code == 422 and message in words(answer)
    if "resource_title" not in changes:
        assert "Sepsis six slides" in words(answer)
    assert the_only().version == 1


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"first-month": ""}, "From must include a month"),
        ({"last-year": "2090"}, "must be this month or in the past"),
        ({"first-year": "2015"}, "36 months at most"),
        ({"confirmed_by": ""}, "Enter the role or team"),
        ({"confirmed_on-year": "2024"}, "It must have been confirmed after the end of"),
        ({"confirmed_on-day": ""}, "Confirmed on must include a day"),
    ],
)
def test_bad_confirmations_are_refused(
    hers: FlaskClient, trust: OrganisationRef, changes: dict[str, str], message: str
) -> None:
    answer = send(hers, f"{HERE}/none", NONE, **changes)
    assert answer.status_code == 422 and message in words(answer)


def test_none_is_refused_where_the_register_says_otherwise(hers: FlaskClient, trust: OrganisationRef) -> None:
    send(hers, f"{HERE}/new", FACTS)
    answer = send(hers, f"{HERE}/none", NONE)
    assert answer.status_code == 422 and "The register holds 1 incident" in words(answer)


# --- two editors, twice the same, called away ---------------------------------------------------------------


@pytest.mark.parametrize("page, fields", [("edit", FACTS), ("loop", LOOP)])
def test_the_second_editor_sees_both_texts(
    hers: FlaskClient, trust: OrganisationRef, page: str, fields: dict[str, str]
) -> None:
    item = send(hers, f"{HERE}/new", FACTS).location
    send(hers, f"{item}/{page}", fields)
    answer = send(hers, f"{item}/{page}", fields, version="1", learning="Ask for help early")
    text = words(answer)
    assert answer.status_code == 409 and "Somebody else saved this first" in text
    assert "Ask for help early" in text and "within the hour" in text and "Asha Patel saved this" in text
    assert 'name="version" value="2"' in text
    assert the_only().version == 2
    assert send(hers, f"{item}/remove", {"reason": "Twice"}, version="1").status_code == 409


def test_the_same_post_twice_makes_one_incident(hers: FlaskClient, trust: OrganisationRef) -> None:
    first = send(hers, f"{HERE}/new", FACTS, idempotency_key="a" * 32)
    again = send(hers, f"{HERE}/new", FACTS, idempotency_key="a" * 32)
    assert (first.status_code, again.status_code) == (303, 303) and first.location == again.location
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 1
    for _each in range(2):
        assert send(hers, f"{first.location}/loop", LOOP, idempotency_key="b" * 32).status_code == 303
    assert the_only().version == 2


def test_what_was_typed_is_kept_when_somebody_is_called_away(
    hers: FlaskClient, champion: factories.Person, trust: OrganisationRef
) -> None:
    token = csrf_of(hers.get(f"{HERE}/new").get_data(as_text=True))
    typed = {"csrf_token": token, "_path": f"{HERE}/new", "department": "Ward 9", **in_month("month", MONTH)}
    assert hers.post("/drafts", data=typed).status_code == 204
    assert "Carry on with it" in words(hers.get(f"{HERE}/new"))
    page = words(hers.get(f"{HERE}/new?draft=1"))
    assert 'value="Ward 9"' in page and f'value="{MONTH.year}"' in page
    send(hers, f"{HERE}/new", FACTS)
    assert accounts.find_draft(factories.identity_of(champion), f"{HERE}/new") is None


# --- a past day, filters, pages -----------------------------------------------------------------------------


def test_a_past_day_is_shown_as_it_stood(hers: FlaskClient, register: Register) -> None:
    entered, learnt = add_months(MONTH, 1), add_months(MONTH, 2)
    item = register.add(MONTH, on=entered)
    register.share(item, MONTH, on=learnt.replace(day=20))
    register.stand(clock.today())
    register.monkeypatch.undo()
    then = learnt.replace(day=19)
    page = words(hers.get(f"{HERE}?as_at={then.isoformat()}"))
    assert f"Position on {then.day} {then:%B %Y}, not today." in page
    assert "Next: share the learning" in page and "Add an incident" not in page
    assert "Learning material used" in words(hers.get(HERE))
    assert "We could not read that day" in words(hers.get(f"{HERE}?as_at=nonsense"))
    assert "We could not read that day" in words(hers.get(f"{HERE}?as_at=2090-01-01"))


def test_the_list_is_narrowed_and_paged_and_the_address_keeps_it(
    hers: FlaskClient, register: Register
) -> None:
    for _each in range(51):
        register.add(MONTH)
    register.add(MONTH, department="Ward 7")
    register.monkeypatch.undo()
    page = words(hers.get(HERE))
    assert "1 to 50 of 52 incidents" in page
    page = words(hers.get(f"{HERE}?state=open&department={CANARY}+ward&page=2"))
    assert "51 to 51 of 51 incidents" in page and "state=open" in page
    assert "1 to 1 of 1 incidents" in words(hers.get(f"{HERE}?department=Ward+7"))
    assert "Nothing here fits" in words(hers.get(f"{HERE}?state=closed"))
    assert "1 to 50 of 52" in words(hers.get(f"{HERE}?department=unknown&theme=unknown&year=x&page=x"))


# --- people from outside ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.NATIONAL_LEAD, Role.AUDITOR])
def test_outside_the_trust_there_are_counts_and_no_word_of_a_row(
    app: Flask, register: Register, trust: OrganisationRef, role: Role
) -> None:
    item = register.learnt(MONTH)
    nil = register.none(date(2020, 1, 1), date(2020, 12, 1), on=clock.today())
    register.monkeypatch.undo()
    place = trust if role is Role.AUDITOR else None
    outsider = signed_in_client(app, factories.person(role, place))
    page = words(outsider.get(HERE))
    assert "Fewer than 5 incidents: the number stays in the trust" in page and "1 of 1" not in page
    assert "the list of incidents never leaves the trust" in page
    paths = [
        HERE, f"{HERE}/{item}", f"{HERE}/{item}/edit", f"{HERE}/{item}/loop", f"{HERE}/{item}/remove",
        f"{HERE}/none/{nil}/take-back", f"{HERE}?department={CANARY}", "/organisations/X00901",
        "/organisations/X00901/history", "/organisations/X00901/recommendations/SEP16-18", "/audit", "/summary",
        "/summary.csv",
    ]  # fmt: skip
    for path in paths:
        answer = outsider.get(path, follow_redirects=True)
        text = answer.get_data(as_text=True).replace(f"department={CANARY}", "")
        assert CANARY not in text and str(item) not in text.replace(path, ""), path
        assert answer.status_code in {200, 403, 404}, path
    assert outsider.get(f"{HERE}/{item}").status_code == 404


def test_outside_the_trust_five_and_more_are_seen(app: Flask, register: Register) -> None:
    for _each in range(6):
        register.learnt(MONTH)
    register.monkeypatch.undo()
    national = signed_in_client(app, factories.person(Role.NATIONAL_LEAD))
    page = words(national.get(HERE))
    assert "6 of 6, 100 %" in page and "Reached their department" in page
    assert "Open for more than 6 months" not in page


def test_a_closed_trust_can_be_read_and_not_written(app: Flask) -> None:
    factories.catalogue()
    closed = factories.organisation("X00901", closed_on=date(2024, 3, 31))
    client = signed_in_client(app, factories.person(Role.CHAMPION, closed))
    page = words(client.get(HERE))
    assert "This organisation has closed" in page and "Add an incident" not in page
    assert client.get(f"{HERE}/new").status_code == 403
