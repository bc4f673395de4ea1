"""The pages of questions over HTTP, with a real database."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent, AuditPrivate
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.measures.questions.models import Answers

TODAY = date.today()


@pytest.fixture
def trust(app: Flask):
    factories.catalogue()
    return factories.organisation("X00101", "Northmoor University Hospitals")


@pytest.fixture
def champion(app: Flask, trust):
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, trust, name="Sam Champion"))


@pytest.fixture
def national(app: Flask, trust):
    return factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD, name="Nat Lead"))


def address(code: str = "SEP16-13", organisation: str = "X00101") -> str:
    return f"/organisations/{organisation}/questions/{code}"


def of_date(name: str, day: date) -> dict[str, object]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def fresh(client, at: str) -> dict[str, object]:
    page = client.get(at).get_data(as_text=True)
    names = ("csrf_token", "version", "idempotency_key")
    return {name: hidden(page, name) for name in names}


def answer(client, fields: dict[str, object], code: str = "SEP16-13", **more):
    at = address(code, more.pop("organisation", "X00101"))
    about = more.pop("about", TODAY)
    data = {**fresh(client, at), **of_date("about_on", about), **fields, **more}
    return client.post(at, data=data)


def methods(**more: object) -> dict[str, object]:
    """Four of the five methods."""
    return {
        "q-refresher": "yes",
        "q-required": "yes",
        "q-required_for": "Registered nurses, doctors",
        "q-owner": "yes",
        "q-owner_who": "Lead nurse for sepsis; deputy matron",
        "q-money": "unknown",
        **of_date("q-review_on", TODAY + timedelta(days=90)),
        **more,
    }


def rows() -> list[Answers]:
    db.session.rollback()
    return list(db.session.scalars(select(Answers).order_by(Answers.version)))


def test_four_of_five_methods_are_shown_as_a_count(champion) -> None:
    assert answer(champion, methods()).status_code == 303
    (row,) = rows()
    assert row.answers["money"] == "unknown"
    page = champion.get(address()).get_data(as_text=True)
    assert "4 of 5 methods" in page and "%" not in page.split("<main")[1]
    assert "there is no money beyond this financial year" in page
    listed = champion.get("/organisations/X00101/questions").get_data(as_text=True)
    assert "4 of 5 methods" in listed and "Not answered yet" in listed


def test_what_is_missing_is_said_by_its_field_and_nothing_typed_is_lost(champion) -> None:
    answered = answer(
        champion, methods(**{"q-required": "yes", "q-required_for": "", "source": "Policy of May"})
    )
    page = answered.get_data(as_text=True)
    assert answered.status_code == 422
    assert 'href="#q-required_for"' in page and "Answer the question: Which groups?" in page
    assert "Policy of May" in page and "Lead nurse for sepsis; deputy matron" in page
    assert rows() == []


def test_what_is_not_asked_cannot_be_wrong(champion) -> None:
    fields = {
        "q-doctors_form": "yes",
        "q-others_form": "no",
        "q-how": "cannot",
        "q-doctors-denominator": "many",
    }
    assert answer(champion, fields, "SEP16-16").status_code == 303
    assert rows()[0].answers == {"doctors_form": "yes", "others_form": "no", "how": "cannot"}
    assert "Cannot be counted" in champion.get(address("SEP16-16")).get_data(as_text=True)


def test_more_than_there_are_is_refused(champion) -> None:
    fields = {
        "q-doctors_form": "yes", "q-others_form": "yes", "q-how": "system",
        "q-doctors-denominator": "40", "q-doctors-between": "41", "q-doctors-numerator": "20",
        "q-others-denominator": "400", "q-others-between": "390", "q-others-numerator": "x",
    }  # fmt: skip
    answered = answer(champion, fields, "SEP16-16")
    page = answered.get_data(as_text=True)
    assert answered.status_code == 422
    assert "This cannot be more than 40, the number above it." in page
    assert "Give a whole number, like 120" in page
    assert 'value="x"' in page


def test_the_same_day_twice_is_a_new_version(champion) -> None:
    answer(champion, methods())
    answer(champion, methods(**{"q-money": "yes"}))
    first, second = rows()
    assert first.entity_id == second.entity_id
    assert first.superseded_at == second.recorded_at and second.superseded_at is None
    assert "5 of 5 methods" in champion.get(address()).get_data(as_text=True)
    old = champion.get(f"{address()}?version=1").get_data(as_text=True)
    assert "and replaced since" in old and "We do not know" in old


def test_another_day_stands_beside_and_the_latest_counts(champion) -> None:
    answer(champion, methods(**{"q-money": "yes"}))
    answer(champion, methods(**{"q-money": "no"}), about=TODAY - timedelta(days=200))
    assert [row.superseded_at for row in rows()] == [None, None]
    assert "5 of 5 methods" in champion.get(address()).get_data(as_text=True)


def test_a_day_ahead_is_refused(champion) -> None:
    answered = answer(champion, methods(), about=TODAY + timedelta(days=1))
    assert answered.status_code == 422
    assert "must be today or in the past" in answered.get_data(as_text=True)


def test_the_second_of_two_editors_sees_both(app, trust, champion) -> None:
    other = factories.signed_in_client(app, factories.person(Role.TRUST_LEAD, trust, name="Lou Lead"))
    data = {**fresh(champion, address()), **of_date("about_on", TODAY), **methods(**{"q-money": "no"})}
    answer(other, methods(**{"q-money": "yes"}))
    conflict = champion.post(address(), data=data)
    page = conflict.get_data(as_text=True)
    assert conflict.status_code == 409
    assert "Lou Lead answered on" in page and "Is there money for it after 31 March?" in page
    again = {**data, "version": hidden(page, "version"), "idempotency_key": hidden(page, "idempotency_key")}
    assert champion.post(address(), data=again).status_code == 303
    assert [row.answers["money"] for row in rows()] == ["yes", "no"]


def test_a_form_sent_twice_is_saved_once(champion) -> None:
    data = {**fresh(champion, address()), **of_date("about_on", TODAY), **methods()}
    assert champion.post(address(), data=data).status_code == 303
    assert champion.post(address(), data=data).status_code == 303
    assert len(rows()) == 1


def test_an_nhs_number_is_refused_where_it_was_typed(champion) -> None:
    answered = answer(champion, methods(**{"q-owner_who": "Ask about 943 476 5919"}))
    assert answered.status_code == 422
    assert "looks like an NHS number" in answered.get_data(as_text=True)
    assert rows() == []


def test_who_reads_sees_the_answers_and_no_form(champion, national) -> None:
    answer(champion, methods())
    page = national.get(address()).get_data(as_text=True)
    assert "Registered nurses, doctors" in page and 'name="q-money"' not in page
    assert national.post(address(), data={"q-money": "yes"}).status_code == 403


def test_a_past_position_says_so(champion) -> None:
    answer(champion, methods())
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    page = champion.get(f"{address()}?as_at={yesterday}").get_data(as_text=True)
    assert "not today." in page and "No figure yet" in page
    assert "Not answered yet" in champion.get(f"/organisations/X00101/questions?as_at={yesterday}").get_data(
        as_text=True
    )


def test_the_form_says_who_sees_it(app: Flask, champion) -> None:
    assert "What you save is seen by your trust lead and the national team at once." in champion.get(
        address()
    ).get_data(as_text=True)
    body = factories.organisation("X00102", kind=OrganisationKind.NATIONAL_BODY)
    member = factories.signed_in_client(app, factories.person(Role.CHAMPION, body))
    page = member.get(address("SEP16-06", "X00102")).get_data(as_text=True)
    assert "What you save is seen by your lead and auditors at once." in page


def test_the_kind_decides_what_is_asked(app, trust, champion) -> None:
    assert champion.get(address("SEP16-12")).status_code == 404
    assert champion.get(address("SEP16-21")).status_code == 404
    page = champion.get(address("SEP16-04")).get_data(as_text=True)
    assert "board or executive team held a session" in page and "Has the package been published?" not in page


def test_a_university_answers_by_course(app, trust) -> None:
    place = factories.organisation("X00201", "Fellside University", kind=OrganisationKind.HIGHER_EDUCATION)
    client = factories.signed_in_client(app, factories.person(Role.CHAMPION, place))
    fields = {"q-academic_year": "2026-27"}
    for index, (title, where) in enumerate((("BSc Nursing", "placement"), ("BSc Midwifery", "lecture"))):
        fields |= {
            f"q-courses-{index}-title": title, f"q-courses-{index}-profession": ("nursing", "midwifery")[index],
            f"q-courses-{index}-recognise": "yes", f"q-courses-{index}-manage": "yes",
            f"q-courses-{index}-place": where,
        }  # fmt: skip
    assert answer(client, fields, "SEP16-21", organisation="X00201").status_code == 303
    page = client.get(address("SEP16-21", "X00201")).get_data(as_text=True)
    assert "1 of 2" in page and "Not all courses teach" in page
    wrong = answer(client, fields | {"q-courses-1-place": ""}, "SEP16-21", organisation="X00201")
    assert wrong.status_code == 422 and "Course 2: Where?" in wrong.get_data(as_text=True)


def test_a_closed_organisation_is_read_only(app, trust) -> None:
    closed = factories.organisation("X00301", "Old Trust", closed_on=TODAY - timedelta(days=30))
    client = factories.signed_in_client(app, factories.person(Role.CHAMPION, closed))
    page = client.get(address(organisation="X00301")).get_data(as_text=True)
    assert 'name="q-money"' not in page
    token = factories.csrf_of(client.get("/account/name").get_data(as_text=True))
    assert client.post(address(organisation="X00301"), data={"csrf_token": token}).status_code == 403


def test_the_trail_says_what_was_answered_and_hides_how(champion) -> None:
    answer(champion, methods())
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.type == "questions.answered")).one()
    assert "deputy matron" not in event.header and '"owner_who"' in event.header
    private = db.session.scalars(select(AuditPrivate).where(AuditPrivate.seq == event.seq)).all()
    assert any("deputy matron" in each.body for each in private)
    history = champion.get("/organisations/X00101/history").get_data(as_text=True)
    assert "answered the questions on" in history and "deputy matron" in history
