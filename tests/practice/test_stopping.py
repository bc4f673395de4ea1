"""The national lead stops showing a practice to others: at once, with a reason that its owner reads."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import factories
from tests.practice.pages import OURS, REC, THEIRS, WHOLE, current, events, post, published, text
from tracker.access.permissions import Role
from tracker.accounts.models import Membership
from tracker.errors import Conflict, NotAllowed, NotFound
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.practice import actions, queries
from tracker.practice.rules import State
from tracker.web.transactions import writing

REASON = "A nurse is named in it"
RECORD = f"{THEIRS}/recommendations/{REC}"


def stopped(national, practice, **fields: str):
    return post(national, f"/practice/{practice}/stop", **{"reason": REASON, **fields})


def test_it_goes_from_everybody_s_sight_and_back_to_its_owner_with_the_reason(
    champion, national, stranger, trust
) -> None:
    practice = published(champion, national)
    assert post(stranger, f"{RECORD}/actions/new?from={practice}", title="One each").status_code == 303
    assert f"/practice/{practice}/stop" in text(national, f"/practice/{practice}")
    assert f"/practice/{practice}/stop" not in text(stranger, f"/practice/{practice}")
    answer = stopped(national, practice)
    assert answer.status_code == 303 and "Others no longer see it" in text(national, answer.location)

    text(stranger, f"/practice/{practice}", 404)
    assert "Nothing is published yet" in text(stranger, "/practice")
    assert "by Northmoor Hospitals (not shown to others at present)" in text(stranger, RECORD)
    own = text(champion, f"{OURS}/practice/{practice}")
    assert f"stopped showing this to others. Why: {REASON}" in own and "Southmoor Hospitals" in own
    history = own.partition(">History</h2>")[2]
    assert "No longer shown to others" in history and "Nia National" in history and REASON in history
    assert REASON in text(champion, f"{OURS}/practice/{practice}/edit")
    assert current().state is State.RETURNED
    assert [each.chain_id for each in events("practice.stopped")] == [trust.id]


def test_it_comes_back_when_it_is_published_again_and_no_sooner(champion, national, stranger) -> None:
    practice = published(champion, national)
    assert stopped(national, practice).status_code == 303
    path = f"{OURS}/practice/{practice}/edit"
    assert post(champion, path, **WHOLE, step="draft").status_code == 303
    own = text(champion, f"{OURS}/practice/{practice}")
    assert f"Why: {REASON}" in own
    assert own.partition(">History</h2>")[2].count("No longer shown to others") == 1
    text(stranger, f"/practice/{practice}", 404)
    assert post(champion, path, **WHOLE, step="send").status_code == 303
    text(stranger, f"/practice/{practice}", 404)
    review = f"/practice/review/{practice}"
    assert post(national, review, decision="return", reason="Still").status_code == 303
    text(stranger, f"/practice/{practice}", 404)
    assert "stopped showing" not in text(champion, f"{OURS}/practice/{practice}")
    assert post(champion, path, **WHOLE, step="send").status_code == 303
    assert post(national, review, decision="publish").status_code == 303
    text(stranger, f"/practice/{practice}")


def test_it_is_stopped_whatever_is_being_changed_in_it(champion, national, stranger) -> None:
    practice = published(champion, national)
    path = f"{OURS}/practice/{practice}/edit"
    changed = {**WHOLE, "what": "Now on the ambulances", "step": "send"}
    assert post(champion, path, **changed).status_code == 303
    assert stopped(national, practice).status_code == 303
    text(stranger, f"/practice/{practice}", 404)
    assert (current().state, current().what) == (State.RETURNED, "Now on the ambulances")
    assert "0 practices wait" in text(national, "/practice/review")


def test_figures_follow_and_the_past_stays(champion, national, trust) -> None:
    from tracker import clock

    shown = {
        "result": "shows_effect", "method": "Audit", "evaluated_on-day": "1", "evaluated_on-month": "9",
        "evaluated_on-year": "2025", "shared_locally_on-day": "1", "shared_locally_on-month": "10",
        "shared_locally_on-year": "2025", "shared_locally_how": "Regional meeting",
    }  # fmt: skip
    practice = published(champion, national, **shown)
    before = clock.now()
    assert stopped(national, practice).status_code == 303
    by = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    then, now = (queries.counts_of(by, [trust.id], moment)[trust.id] for moment in (before, None))
    assert (then.proven, then.both, now.proven, now.both) == (1, 1, 1, 0)
    assert [each.entity_id for each in queries.list_proven(before)] == [practice]
    assert queries.list_proven() == []


def test_a_reason_is_needed_and_names_no_patient(champion, national, stranger) -> None:
    practice = published(champion, national)
    for reason, said in ((" ", "Say why others should no longer see it"), ("943 476 5919", "NHS number")):
        answer = stopped(national, practice, reason=reason)
        assert answer.status_code == 422 and said in answer.get_data(as_text=True)
    text(stranger, f"/practice/{practice}")


def test_who_comes_too_late_is_told_and_keeps_her_words(champion, national, app) -> None:
    practice = published(champion, national)
    second = factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD, name="Otto Other"))
    page = text(second, f"/practice/{practice}/stop")
    data = {"csrf_token": factories.csrf_of(page), "version": "2", "reason": "My own reason"}
    assert post(champion, f"{OURS}/practice/{practice}/withdraw", reason="We stopped").status_code == 303
    late = second.post(f"/practice/{practice}/stop", data=data)
    said = late.get_data(as_text=True)
    assert (
        late.status_code == 409
        and "My own reason" in said
        and "We stopped" in said
        and "Sam Champion" in said
    )
    text(second, f"/practice/{practice}/stop", 404)
    assert events("practice.stopped") == []


def test_another_text_is_looked_at_before_it_is_stopped(champion, national, app) -> None:
    practice = published(champion, national)
    second = factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD, name="Otto Other"))
    page = text(second, f"/practice/{practice}/stop")
    again = {**WHOLE, "what": "Mended", "step": "send"}
    assert post(champion, f"{OURS}/practice/{practice}/edit", **again).status_code == 303
    assert post(national, f"/practice/review/{practice}", decision="publish").status_code == 303
    data = {"csrf_token": factories.csrf_of(page), "version": "2", "reason": "My own reason"}
    late = second.post(f"/practice/{practice}/stop", data=data)
    assert late.status_code == 409 and "My own reason" in late.get_data(as_text=True)
    text(second, f"/practice/{practice}")


def test_a_closed_organisation_s_practice_can_be_stopped_too(champion, national, stranger, trust) -> None:
    practice = published(champion, national)
    with writing():
        row = db.session.scalars(select(Organisation).where(Organisation.id == trust.id)).one()
        row.closed_on = date(2026, 3, 31)
    text(champion, f"{OURS}/practice/{practice}/withdraw", 403)
    assert stopped(national, practice).status_code == 303
    text(stranger, f"/practice/{practice}", 404)


@pytest.fixture
def own_lead(trust):
    """A national lead who is a champion of the trust besides."""
    someone = factories.person(Role.NATIONAL_LEAD)
    with writing():
        db.session.add(
            Membership(
                user_id=someone.id, role=Role.CHAMPION, organisation_id=trust.id, starts_on=date(2020, 1, 1),
                until=None, recorded_at=factories.LONG_AGO,
            )
        )  # fmt: skip
    return someone


def test_nobody_stops_what_is_her_own_and_nobody_else_stops_anything(
    app, champion, national, stranger, person, own_lead
) -> None:
    practice = published(champion, national)
    client = factories.signed_in_client(app, own_lead)
    assert f"/practice/{practice}/stop" not in text(client, f"/practice/{practice}")
    for each in (client, stranger, champion):
        text(each, f"/practice/{practice}/stop", 403)
    refused = {"reason": REASON, "version": 2}
    with pytest.raises(NotAllowed), writing():
        actions.stop_showing(factories.identity_of(own_lead), practice, **refused)
    with pytest.raises(NotFound), writing():
        actions.stop_showing(factories.identity_of(person), practice, **refused)
    lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with pytest.raises(Conflict), writing():
        actions.stop_showing(lead, practice, reason=REASON, version=1)
    assert current().state is State.PUBLISHED
