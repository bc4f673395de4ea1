"""The pages of training and guidelines over HTTP: good paths, bad input, two editors, a form sent twice, past days."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.library import queries as library
from tracker.library.actions import seed_guidelines
from tracker.library.loader import load_guidelines
from tracker.measures.alignment import queries
from tracker.measures.alignment.measure import MEASURE
from tracker.measures.base import At
from tracker.web.formats import day as shown_day
from tracker.web.transactions import writing

HOME = "/organisations/X00101/alignment"


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    with writing():
        seed_guidelines(load_guidelines())
    return factories.organisation("X00101", "Northmoor Hospitals")


@pytest.fixture
def champion(app: Flask, trust: OrganisationRef) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))


@pytest.fixture
def national(app: Flask, trust: OrganisationRef) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD))


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    page = client.get(path).get_data(as_text=True)
    form = page.split('<form method="post" novalidate', 1)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))
    return client.post(path, data={**hidden, **fields})


def text(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def training(**more: object) -> dict[str, object]:
    return {
        "title": "Sepsis for new starters", "source": "own", "format": "session", "staff_groups": ["03", "07"],
        "setting": "hospital", "patients": "adults", "result": "aligned", **more,
    }  # fmt: skip


def add(client: FlaskClient, **more: object) -> str:
    """The address of the resource that was added."""
    answer = send(client, f"{HOME}/new", **training(**more))
    assert answer.status_code == 303, text(answer)
    found = re.findall(rf'href="({HOME}/[0-9a-f-]{{36}})"', client.get(HOME).get_data(as_text=True))
    return str(found[0])


def test_an_empty_list_says_what_to_do(champion: FlaskClient) -> None:
    page = text(champion.get(HOME))
    assert "No figure yet" in page
    assert "No training is on the list yet." in page


@pytest.mark.parametrize(
    "kind, said",
    [
        (OrganisationKind.CARE_PROVIDER, "what your staff use to learn about sepsis"),
        (
            OrganisationKind.HIGHER_EDUCATION,
            "education on sepsis that you publish or teach, for students or staff",
        ),
        (
            OrganisationKind.ROYAL_COLLEGE,
            "education on sepsis that you publish or teach, for students or staff",
        ),
    ],
)
def test_who_gives_no_care_lists_what_it_teaches(
    app: Flask, trust: OrganisationRef, kind: OrganisationKind, said: str
) -> None:
    place = factories.organisation("X00202", "Another", kind=kind)
    client = factories.signed_in_client(app, factories.person(Role.CHAMPION, place))
    home = f"/organisations/{place.code}/alignment"
    assert f"Add {said}: courses" in text(client.get(home))
    assert f"{said[:1].upper()}{said[1:]}. About 2 minutes." in text(client.get(f"{home}/new"))


def test_training_is_added_and_checked_in_one_form(champion: FlaskClient, trust: OrganisationRef) -> None:
    add(champion)
    page = text(champion.get(HOME))
    assert "1 of 1" in page
    assert "Up to date with NICE" in page
    (assessment,) = queries.list_assessments(
        factories.identity_of(factories.person(Role.CHAMPION, trust)), trust.id, _only(trust)
    )
    references = {str(each.entity_id): each.reference for each in library.list_guidelines()}
    assert [references[each] for each in assessment.versions] == ["NG253"]


def test_what_is_not_checked_is_not_up_to_date(champion: FlaskClient) -> None:
    add(champion, result="unchecked")
    page = text(champion.get(HOME))
    assert "0 of 1" in page
    assert "Check “Sepsis for new starters” against NICE" in page


def test_national_training_is_listed_apart(champion: FlaskClient) -> None:
    add(champion, source="national", result="aligned")
    page = text(champion.get(HOME))
    assert "Uses only national training" in page
    assert "National: no owner has recorded a check here" in page


def test_national_training_inherits_its_owners_check(
    app: Flask, champion: FlaskClient, trust: OrganisationRef
) -> None:
    body = factories.organisation("X0HEE", "National body", kind=OrganisationKind.NATIONAL_BODY)
    owner = factories.signed_in_client(app, factories.person(Role.CHAMPION, body))
    home = "/organisations/X0HEE/alignment"
    assert send(owner, f"{home}/new", **training(title="Think sepsis")).status_code == 303
    add(champion, title="THINK SEPSIS", source="national")
    page = text(champion.get(HOME))
    assert "Up to date with NICE National: checked" in page
    assert re.search(r"National: checked [^.]* by National body", page)
    assert "Uses only national training" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Enter the title of the training"),
        ({"patients": ""}, "Choose which patients it is about"),
        ({"staff_groups": []}, "Choose who it is for"),
        ({"staff_groups": ["99"]}, "answers listed"),
        ({"link": "intranet/sepsis"}, "The link must begin with https:// or http://"),
        ({"owner": "For 943 476 5919"}, "NHS number"),
        ({"discussed": "not_possible"}, "Say why talking it through is not possible"),
        (day("updated_on", date(2999, 1, 1)), "The date it was last changed must be today or in the past"),
        ({"discussed_by": "minus three"}, "must be a whole number"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_nothing_is_lost(
    champion: FlaskClient, wrong: dict[str, object], said: str
) -> None:
    answer = send(champion, f"{HOME}/new", **{**training(not_possible_because="", resistance="y"), **wrong})
    assert answer.status_code == 422
    assert said in text(answer)
    if "title" not in wrong:
        assert 'value="Sepsis for new starters"' in answer.get_data(as_text=True)


def test_a_check_is_recorded_and_the_last_one_kept(champion: FlaskClient) -> None:
    address = add(champion)
    versions = [str(each.entity_id) for each in library.list_guidelines() if each.reference == "NG253"]
    answer = send(
        champion, f"{address}/assess", result="partly", versions=versions, **day("assessed_on", clock.today()),
        assessor="Practice educator", note="Page 3",
    )  # fmt: skip
    assert answer.status_code == 303
    page = text(champion.get(address))
    assert page.index("Partly") < page.rindex("Up to date with NICE")
    assert "by Practice educator" in page
    assert "0 of 1" in text(champion.get(HOME))


def test_a_check_without_an_answer(champion: FlaskClient) -> None:
    address = add(champion)
    answer = send(champion, f"{address}/assess", versions=[], **day("assessed_on", clock.today()))
    assert answer.status_code == 422
    page = text(answer)
    assert "Choose what you found" in page
    assert "Choose the guideline that it was checked against" in page


def test_two_who_change_training_at_once(champion: FlaskClient) -> None:
    address = add(champion)
    assert send(champion, f"{address}/edit", **training(version="1", owner="Education")).status_code == 303
    second = send(champion, f"{address}/edit", **training(version="1", owner="Practice"))
    assert second.status_code == 409
    assert 'value="Practice"' in second.get_data(as_text=True)
    assert "Somebody else saved this first" in text(second)
    assert "Where the two differ" in text(second)


def test_a_form_sent_twice_adds_one(champion: FlaskClient, trust: OrganisationRef) -> None:
    key = {"idempotency_key": "0" * 32}
    first = send(champion, f"{HOME}/new", **training(**key))
    second = send(champion, f"{HOME}/new", **training(**key))
    assert (first.status_code, second.status_code) == (303, 303)
    assert _only(trust)


def test_training_is_taken_out_of_use(champion: FlaskClient) -> None:
    address = add(champion)
    answer = send(champion, f"{address}/withdraw", **day("withdrawn_on", clock.today()), reason="Replaced")
    assert answer.status_code == 303
    page = text(champion.get(HOME))
    assert "Out of use" in page
    assert "No figure yet" in page
    assert "Check against NICE" not in text(champion.get(address))


def test_the_list_is_filtered_in_the_address(champion: FlaskClient) -> None:
    add(champion)
    add(champion, title="Film", source="national", is_online="y", discussed="teaching")
    assert "Film" not in text(champion.get(f"{HOME}?show=own")).split("Our list of training")[1]
    assert "new starters" not in text(champion.get(f"{HOME}?q=film")).split("Our list of training")[1]
    assert "No training on the list is like this" in text(champion.get(f"{HOME}?q=nothing"))


def test_a_past_day_shows_what_was_recorded_then(champion: FlaskClient) -> None:
    add(champion)
    yesterday = clock.today() - timedelta(days=1)
    page = text(champion.get(f"{HOME}?as_at={yesterday.isoformat()}"))
    assert "not today" in page
    assert "No figure yet" in page
    assert "Add training" not in page


def test_the_register_is_read_by_all_and_kept_by_the_national_lead(
    champion: FlaskClient, national: FlaskClient
) -> None:
    page = text(champion.get("/guidelines"))
    assert "NG253" in page and "In force" in page and "To be confirmed" in page
    assert champion.get("/guidelines/new").status_code == 403
    assert national.get("/guidelines/new").status_code == 200


def test_a_new_version_is_previewed_before_it_is_saved(champion: FlaskClient, national: FlaskClient) -> None:
    add(champion)
    typed = {
        "reference": "NG253", "title": "Suspected sepsis, next edition", "kind": "guideline",
        "populations": ["16_or_over"], **day("issued_on", clock.today()),
        **day("recheck_by", clock.today() + timedelta(days=90)),
    }  # fmt: skip
    preview = send(national, "/guidelines/new", **typed)
    assert preview.status_code == 200
    assert "1 training resource in 1 of 1 organisations with a list turns to “check again by" in text(preview)
    assert len(library.list_guidelines()) == 6
    saved = send(national, "/guidelines/new", **typed, confirmed="yes")
    assert saved.status_code == 303
    page = text(champion.get(HOME))
    assert "1 of 1" in page
    assert "check again NICE has changed: by" in page


def test_the_day_to_check_again_is_that_of_the_guideline_which_is_not_followed(
    champion: FlaskClient, national: FlaskClient
) -> None:
    """Training for everybody follows what stands of children, whose own day is nearer: it is not the one to keep."""
    today = clock.today()
    nearer, later = today + timedelta(days=30), today + timedelta(days=200)
    for reference, populations, issued_on, by in (
        ("NG254", "under_16", today - timedelta(days=5), nearer),
        ("NG253", "16_or_over", today, later),
    ):
        typed = {
            "reference": reference, "title": "The next edition", "kind": "guideline", "populations": [populations],
            **day("issued_on", issued_on), **day("recheck_by", by), "confirmed": "yes",
        }  # fmt: skip
        if reference == "NG253":
            add(champion, title="For everybody", patients="all")
            preview = text(send(national, "/guidelines/new", **{**typed, "confirmed": ""}))
            assert f"turns to “check again by {shown_day(later)}”" in preview
        assert send(national, "/guidelines/new", **typed).status_code == 303
    page = text(champion.get(HOME))
    assert f"check again NICE has changed: by {shown_day(later)}" in page
    assert f"1 to be checked again by {shown_day(later)}" in page and shown_day(nearer) not in page


def test_two_versions_behind_says_so_and_not_that_a_day_has_passed(
    champion: FlaskClient, national: FlaskClient
) -> None:
    add(champion)
    said = "it follows a version older than the one before"
    for days in (20, 10):
        typed = {
            "reference": "NG253", "title": "A next edition", "kind": "guideline", "populations": ["16_or_over"],
            **day("issued_on", clock.today() - timedelta(days=days)),
            **day("recheck_by", clock.today() + timedelta(days=90)),
        }  # fmt: skip
        preview = text(send(national, "/guidelines/new", **typed))
        assert (f"counts as not up to date at once, because {said}" in preview) is (days == 10)
        assert "has passed" not in preview
        assert send(national, "/guidelines/new", **typed, confirmed="yes").status_code == 303
    page = text(champion.get(HOME))
    assert "I" + said[1:] in page and f"NICE has changed; {said}" in page
    assert "NICE has changed; the" not in page and "The day to check again by has passed" not in page


def test_the_same_version_twice(national: FlaskClient) -> None:
    answer = send(
        national, "/guidelines/new", reference="NG253", title="Again", kind="guideline",
        populations=["16_or_over"], **day("issued_on", date(2025, 11, 19)),
    )  # fmt: skip
    assert answer.status_code == 422
    assert "NG253 of that date is in the register already" in text(answer)


def test_the_date_to_be_confirmed_is_confirmed(national: FlaskClient) -> None:
    row = next(each for each in library.list_guidelines() if each.reference == "NG255")
    address = f"/guidelines/{row.entity_id}"
    typed = {
        "reference": "NG255", "title": row.title, "kind": "guideline", "populations": ["pregnant"],
        **day("issued_on", date(2025, 11, 20)), "confirmed": "yes",
    }  # fmt: skip
    assert send(national, address, **typed).status_code == 303
    assert "Earlier states of this version" in text(national.get(address))


def test_figures_needs_and_rows_agree(champion: FlaskClient, trust: OrganisationRef) -> None:
    add(champion)
    add(champion, title="Second", result="unchecked", is_online="y")
    identity = factories.identity_of(factories.person(Role.CHAMPION, trust))
    today = clock.today()
    figure = MEASURE.figures(identity, "SEP16-09", [trust.id], At(today))[trust.id]
    assert (figure.numerator, figure.denominator) == (1, 2)
    assert [each.note for each in MEASURE.needs(identity, trust.id, today)] == ["never checked against NICE"]
    rows = list(MEASURE.rows([trust.id], At(today, clock.now())))
    assert sorted(each.figure for each in rows) == ["assessment", "resource", "resource"]
    series = MEASURE.series(identity, "SEP16-09", trust.id, today)
    assert len(series) == 8
    assert [each.exists for each in series] == [False] * 7 + [True]


def test_the_number_of_queries_does_not_grow(
    app: Flask, champion: FlaskClient, trust: OrganisationRef
) -> None:
    add(champion)
    identity = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    ids = [trust.id, *(factories.organisation().id for _ in range(9))]
    db.session.rollback()
    with _counted() as one:
        MEASURE.figures(identity, "SEP16-09", ids[:1], At(clock.today()))
    with _counted() as many:
        MEASURE.figures(identity, "SEP16-09", ids, At(clock.today()))
    assert len(one) == len(many) <= 4


def _only(trust: OrganisationRef):  # type: ignore[no-untyped-def]
    identity = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    (row,) = library.list_resources(identity, trust.id)
    return row.entity_id


def _counted():  # type: ignore[no-untyped-def]
    from tests.house.test_queries_counted import counted

    return counted(db.engine)


def test_the_national_lead_is_led_to_the_register_and_so_is_whoever_looks_at_a_list(
    national: FlaskClient, champion: FlaskClient
) -> None:
    assert 'href="/guidelines"' in national.get("/account").get_data(as_text=True)
    assert 'href="/guidelines"' not in champion.get("/account").get_data(as_text=True)
    assert 'href="/guidelines"' in champion.get(HOME).get_data(as_text=True)


def test_what_was_half_typed_is_offered_and_can_be_discarded(
    champion: FlaskClient, trust: OrganisationRef
) -> None:
    path = f"{HOME}/new"
    token = factories.csrf_of(champion.get(path).get_data(as_text=True))
    champion.post("/drafts", data={"csrf_token": token, "_path": path, "title": "Half a title"})
    offered = champion.get(path).get_data(as_text=True)
    assert "We kept what you had typed here" in offered and "Discard what was typed" in offered
    assert 'value="Half a title"' not in offered
    assert 'value="Half a title"' in champion.get(f"{path}?draft=1").get_data(as_text=True)


def test_a_day_to_check_again_that_has_passed_is_said_before_it_is_saved(
    champion: FlaskClient, national: FlaskClient
) -> None:
    add(champion)
    fields = {
        "reference": "NG900", "title": "A newer one", "kind": "guideline", "populations": ["16_or_over"],
        **day("issued_on", clock.today() - timedelta(days=60)),
        **day("recheck_by", clock.today() - timedelta(days=1)),
    }  # fmt: skip
    preview = text(send(national, "/guidelines/new", **fields))
    assert "1 training resource counts as not up to date at once" in preview
    assert "the day to check again by has passed" in preview
