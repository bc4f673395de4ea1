"""The pages of good practice and of help: written, reviewed, found, used, asked and answered over HTTP."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import select

from tests import factories
from tests.practice.pages import (
    BODY,
    OURS,
    REC,
    THEIRS,
    WHOLE,
    current,
    events,
    evidence_item,
    post,
    practices,
    published,
    sent,
    text,
    upload,
)  # fmt: skip
from tracker.access.permissions import Role
from tracker.accounts.models import Membership
from tracker.database import new_id
from tracker.evidence import actions as evidence
from tracker.extensions import db
from tracker.practice import actions
from tracker.practice.models import HelpAnswer, HelpRequest, PracticeUse
from tracker.practice.rules import PracticeFacts, State
from tracker.progress.models import Action
from tracker.web.transactions import writing


def test_from_a_draft_to_the_list_of_everybody(champion, national, stranger) -> None:
    assert "Think of one thing that works well" in text(champion, f"{OURS}/practice")
    title = {
        "title": "Trolley on every ward",
        "recommendation_code": REC,
        "setting": "hospital",
        "result": "none",
    }
    assert post(champion, f"{OURS}/practice/new", **title, step="draft").status_code == 303
    practice = current().entity_id
    assert "Draft" in text(champion, f"{OURS}/practice")
    assert "Nothing is published yet" in text(stranger, "/practice")

    refused = post(champion, f"{OURS}/practice/{practice}/edit", **title, step="send")
    assert refused.status_code == 422 and "Say what you did" in refused.get_data(as_text=True)
    assert post(champion, f"{OURS}/practice/{practice}/edit", **WHOLE, step="send").status_code == 303
    assert "1 practice waits" in text(national, "/practice/review")

    back = post(national, f"/practice/review/{practice}", decision="return", reason="How many wards?")
    assert back.status_code == 303
    assert "How many wards?" in text(champion, f"{OURS}/practice/{practice}")
    assert "How many wards?" in text(champion, f"{OURS}/practice/{practice}/edit")
    again = {**WHOLE, "what": "We put one on all 12 wards"}
    assert post(champion, f"{OURS}/practice/{practice}/edit", **again, step="send").status_code == 303
    assert post(national, f"/practice/review/{practice}", decision="publish").status_code == 303

    page = text(stranger, f"/practice/{practice}")
    assert "all 12 wards" in page and "Northmoor Hospitals" in page and "Not proven yet" in page
    assert "1 published, 0 proven" in text(champion, f"{OURS}/practice")


def test_a_return_needs_a_reason(champion, national) -> None:
    practice = sent(champion)
    answer = post(national, f"/practice/review/{practice}", decision="return", reason=" ")
    assert answer.status_code == 422 and "Say what has to change" in answer.get_data(as_text=True)
    assert post(national, f"/practice/review/{practice}").status_code == 422


def test_nothing_typed_is_lost(champion) -> None:
    answer = post(
        champion, f"{OURS}/practice/new",
        **{**WHOLE, "what": "Bed 4, 943 476 5919", "evaluated_on-day": "31", "evaluated_on-month": "2",
           "evaluated_on-year": "2026"},
        step="send",
    )  # fmt: skip
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "must be a real date" in page and "Bed 4, 943 476 5919" in page
    answer = post(champion, f"{OURS}/practice/new", **{**WHOLE, "what": "Bed 4, 943 476 5919"}, step="draft")
    assert answer.status_code == 422 and "NHS number" in answer.get_data(as_text=True)
    assert practices() == []


def test_sent_twice_is_one_and_two_editors_see_both(champion, app, trust) -> None:
    page = text(champion, f"{OURS}/practice/new")
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]
    data = {**WHOLE, "csrf_token": factories.csrf_of(page), "idempotency_key": key, "step": "draft"}
    for _time in range(2):
        assert champion.post(f"{OURS}/practice/new", data=data).status_code == 303
    practice = current().entity_id
    assert len(practices()) == 1

    path = f"{OURS}/practice/{practice}/edit"
    colleague = factories.signed_in_client(app, factories.person(Role.TRUST_LEAD, trust, name="Lou Lead"))
    assert post(colleague, path, **{**WHOLE, "what": "Two on each ward"}, step="draft").status_code == 303
    late = champion.post(path, data={**data, "idempotency_key": "f" * 32, "version": "1", "what": "Mine"})
    assert late.status_code == 409
    both = late.get_data(as_text=True)
    assert "Two on each ward" in both and "Mine" in both and "Lou Lead" in both


def test_a_review_of_a_text_that_changed_shows_the_new_one(champion, national) -> None:
    practice = sent(champion)
    post(champion, f"{OURS}/practice/{practice}/edit", **{**WHOLE, "what": "Changed since"}, step="send")
    page = text(national, f"/practice/review/{practice}")
    data = {"csrf_token": factories.csrf_of(page), "version": "1", "decision": "publish"}
    answer = national.post(f"/practice/review/{practice}", data=data)
    assert answer.status_code == 409 and "Changed since" in answer.get_data(as_text=True)


def test_shared_files_are_handed_out_and_no_others(champion, national, stranger, person, trust) -> None:
    shared, kept = evidence_item(person, trust), evidence_item(person, trust, "private.txt")
    practice = sent(champion, evidence_ids=str(shared))
    text(stranger, f"/practice/{practice}/files/{shared}/1", 404)
    post(national, f"/practice/review/{practice}", decision="publish")
    answer = stranger.get(f"/practice/{practice}/files/{shared}/1")
    assert answer.get_data() == b"what audit.txt says"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit.txt"')
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [each.chain_id for each in events("practice.file_downloaded")] == [trust.id]
    for path in (f"{kept}/1", f"{shared}/2", f"{practice}/1"):
        text(stranger, f"/practice/{practice}/files/{path}", 404)
    assert "audit.txt" in text(stranger, f"/practice/{practice}")
    with writing():
        evidence.withdraw_item(factories.identity_of(person), trust, shared, "A name is in it", version=1)
    text(stranger, f"/practice/{practice}/files/{shared}/1", 404)
    assert "audit.txt" not in text(stranger, f"/practice/{practice}")


def test_a_file_that_came_after_the_review_waits_for_the_next(
    champion, national, stranger, person, trust
) -> None:
    shared = evidence_item(person, trust)
    practice = published(champion, national, evidence_ids=str(shared))
    with writing():
        later = upload(person, trust, "later.txt")
        evidence.add_files(factories.identity_of(person), trust, shared, [later], replaces=None)
    text(stranger, f"/practice/{practice}/files/{shared}/2", 404)
    assert "later.txt" not in text(stranger, f"/practice/{practice}")


def test_used_as_a_draft_with_credit_on_both_sides(champion, national, stranger, trust, other) -> None:
    practice = published(champion, national)
    page = text(stranger, f"/practice/{practice}")
    href = re.findall(r'href="([^"]*actions/new\?from=[^"]*)"', page)[0]
    form = text(stranger, href)
    assert "From Northmoor Hospitals: Trolley on every ward" in form
    answer = post(stranger, href, title="From Northmoor Hospitals: Trolley on every ward", owner="Sister")
    assert answer.status_code == 303
    use, action = db.session.scalars(select(PracticeUse)).one(), db.session.scalars(select(Action)).one()
    assert (use.action_id, use.source_organisation_id) == (action.entity_id, trust.id)
    assert {each.chain_id for each in events("practice.used")} == {trust.id, other.id}
    assert "Southmoor Hospitals" in text(champion, f"{OURS}/practice/{practice}")
    assert "Used by 1 organisation" in text(champion, f"{OURS}/practice")
    assert "Used by 1 organisation" in text(national, "/practice")


def test_the_credit_stays_whatever_the_action_is_called(champion, national, stranger) -> None:
    practice = published(champion, national)
    record = f"{THEIRS}/recommendations/{REC}"
    path = f"{record}/actions/new?from={practice}"
    form = text(stranger, path)
    assert "We put one there" in form and "You made an action of it before" not in form
    assert post(stranger, path, title="One on each ward by May").status_code == 303
    action = db.session.scalars(select(Action)).one().entity_id
    credit = f'From <a href="/practice/{practice}">Trolley on every ward</a> by Northmoor Hospitals'
    assert credit in text(stranger, record) and credit in text(stranger, f"{record}/actions/{action}")
    assert "You made an action of it before" in text(stranger, path)
    assert post(champion, f"{OURS}/practice/{practice}/withdraw", reason="Old").status_code == 303
    assert "From Trolley on every ward by Northmoor Hospitals" in text(stranger, record)


def test_published_with_a_change_in_draft_is_found_among_the_published(champion, national) -> None:
    practice = published(champion, national)
    path = f"{OURS}/practice/{practice}/edit"
    assert post(champion, path, **{**WHOLE, "what": "Two of them", "step": "draft"}).status_code == 303
    for state in ("published", "draft"):
        assert "Trolley on every ward" in text(champion, f"{OURS}/practice?state={state}")


def test_all_that_is_wrong_is_said_at_once(champion) -> None:
    page = post(champion, f"{OURS}/practice/new", step="send", what="x" * 4001, contact_role="Dr Smith")
    assert page.status_code == 422
    for words in (
        "The answer to “What did you do?” must be 4,000 characters or fewer", "Give it a title",
        "Choose the recommendation", "Say what changed", "Give a job or a team",
    ):  # fmt: skip
        assert words in page.get_data(as_text=True), words


def test_a_refused_action_keeps_where_it_came_from(champion, national, stranger) -> None:
    practice = published(champion, national)
    path = f"{THEIRS}/recommendations/{REC}/actions/new"
    answer = post(stranger, f"{path}?from={practice}", title="")
    assert answer.status_code == 422 and "Northmoor Hospitals" in answer.get_data(as_text=True)
    assert f'name="source" value="{practice}"' in answer.get_data(as_text=True)
    text(stranger, f"{path}?from={new_id()}", 404)
    text(stranger, f"{path}?from=nonsense", 404)


def test_the_list_is_searched_and_says_when_it_is_empty(champion, national, stranger) -> None:
    published(champion, national)
    assert "1 practice" in text(stranger, "/practice?q=trolley&recommendation=SEP16-12&setting=hospital")
    assert "No practice is like this" in text(stranger, "/practice?proven=1")
    assert "No practice is like this" in text(stranger, "/practice?q=%25")
    assert "Trolley" in text(stranger, "/practice?setting=nowhere&recommendation=X&page=7")


def test_taken_out_of_use_is_gone_for_others(champion, national, stranger) -> None:
    practice = published(champion, national)
    path = f"{OURS}/practice/{practice}/withdraw"
    assert post(champion, path, reason="").status_code == 422
    assert post(champion, path, reason="We do it another way").status_code == 303
    text(stranger, f"/practice/{practice}", 404)
    assert "We do it another way" in text(champion, f"{OURS}/practice/{practice}")
    assert current().state is State.WITHDRAWN


def test_a_lead_of_the_country_does_not_review_what_is_her_own(app, champion, trust) -> None:
    practice = sent(champion)
    someone = factories.person(Role.NATIONAL_LEAD)
    with writing():
        db.session.add(
            Membership(
                user_id=someone.id, role=Role.CHAMPION, organisation_id=trust.id, starts_on=date(2020, 1, 1),
                until=None, recorded_at=factories.LONG_AGO,
            )
        )  # fmt: skip
    client = factories.signed_in_client(app, someone)
    page = text(client, f"/practice/review/{practice}")
    assert "somebody else has to review this" in page and 'value="publish"' not in page
    data = {"csrf_token": page.split('name="csrf-token" content="')[1].split('"')[0], "decision": "publish"}
    assert client.post(f"/practice/review/{practice}", data={**data, "version": "1"}).status_code == 403


def test_help_is_asked_answered_and_counted(champion, member, stranger, national) -> None:
    assert post(champion, f"{OURS}/help-requests/new", recommendation_code=REC).status_code == 422
    asked = {"recommendation_code": REC, "question": "How do we evaluate it?", "practice_id": ""}
    assert post(champion, f"{OURS}/help-requests/new", **asked).status_code == 303
    question = db.session.scalars(select(HelpRequest)).one().entity_id
    assert "1 question, 1 waiting for an answer" in text(champion, f"{OURS}/help-requests")
    assert "How do we evaluate it?" not in text(stranger, f"{THEIRS}/help-requests")

    page = text(member, f"{BODY}/help-requests")
    assert "1 question: 0 answered, 1 open" in page and "Northmoor Hospitals" in page
    answer = {"answer": "Count before and after"}
    assert post(member, f"{BODY}/help-requests/{question}/answer", **answer).status_code == 303
    assert "Count before and after" in text(champion, f"{OURS}/help-requests")
    assert "1 question: 1 answered, 0 open" in text(member, f"{BODY}/help-requests?show=answered")
    assert "No question is like this" in text(member, f"{BODY}/help-requests?show=open")
    text(champion, f"{OURS}/help-requests/{question}/answer", 404)
    text(member, f"{BODY}/help-requests/new", 403)
    assert "How do we evaluate it?" in text(national, f"{BODY}/help-requests")
    text(national, f"{BODY}/help-requests/{question}/answer", 403)


def test_two_who_answer_see_both(app, champion, member) -> None:
    asked = {"recommendation_code": REC, "question": "How?", "practice_id": ""}
    post(champion, f"{OURS}/help-requests/new", **asked)
    question = db.session.scalars(select(HelpRequest)).one().entity_id
    path = f"{BODY}/help-requests/{question}/answer"
    post(member, path, answer="First words")
    data = {"csrf_token": factories.csrf_of(text(member, path)), "version": "0", "answer": "Second words"}
    late = member.post(path, data=data)
    assert late.status_code == 409 and "First words" in late.get_data(as_text=True)
    assert len(db.session.scalars(select(HelpAnswer)).all()) == 1


def test_a_question_is_taken_back(champion, member) -> None:
    asked = {"recommendation_code": REC, "question": "How?", "practice_id": ""}
    post(champion, f"{OURS}/help-requests/new", **asked)
    question = db.session.scalars(select(HelpRequest)).one().entity_id
    path = f"{OURS}/help-requests/{question}/take-back"
    assert post(champion, path, reason="").status_code == 422
    assert post(champion, path, reason="We found out").status_code == 303
    assert "Taken back: We found out" in text(champion, f"{OURS}/help-requests")
    assert "Nobody has asked for help" in text(member, f"{BODY}/help-requests")


def test_a_closed_organisation_is_read_only(app) -> None:
    factories.catalogue()
    closed = factories.organisation("X00105", "Gone Hospitals", closed_on=date(2024, 3, 31))
    client = factories.signed_in_client(app, factories.person(Role.CHAMPION, closed))
    assert "has closed" in text(client, "/organisations/X00105/practice")
    text(client, "/organisations/X00105/practice/new", 403)
    text(client, "/organisations/X00105/help-requests/new", 403)


def test_evidence_of_another_trust_is_not_on_offer(champion, person, trust, other) -> None:
    theirs = evidence_item(factories.person(Role.CHAMPION, other), other)
    answer = post(champion, f"{OURS}/practice/new", **WHOLE, evidence_ids=str(theirs), step="draft")
    assert answer.status_code == 422
    assert practices() == []


def test_pages_ask_as_often_for_many_as_for_few(app, trust, person) -> None:
    from tests.house.test_queries_counted import counted

    by, reviewer = factories.identity_of(person), factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    national = factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD))
    client = factories.signed_in_client(app, person)

    def add(numbers: range) -> None:
        for number in numbers:
            facts = PracticeFacts(
                f"Practice {number}", REC, what="W", effect="E", effect_measure="M", contact_role="C"
            )
            with writing():
                row = actions.add_practice(by, trust, facts, send=True)
                if number % 2:
                    actions.publish_practice(reviewer, row.entity_id, version=1)

    def asks() -> list[int]:
        found = []
        for browser, path in (
            (client, f"{OURS}/practice"),
            (client, "/practice"),
            (national, "/practice/review"),
        ):
            text(browser, path)
            with counted(db.engine) as statements:
                text(browser, path)
            found.append(len(statements))
        return found

    add(range(3))
    few = asks()
    add(range(3, 12))
    assert asks() == few


def test_the_list_of_everybody_leads_who_records_to_her_own(
    app, champion, national, person, trust, other
) -> None:
    page = text(champion, "/practice")
    assert "Write down a practice" in page and f'href="{OURS}/practice/new"' in page
    assert f'href="{OURS}/practice"' in page and f"{THEIRS}/practice" not in page
    assert "Write down a practice" not in text(national, "/practice")
    auditor = factories.signed_in_client(app, factories.person(Role.AUDITOR, trust))
    assert "Write down a practice" not in text(auditor, "/practice")


def test_who_records_for_several_has_a_line_for_each(app, champion, person, trust, other) -> None:
    gone = factories.organisation("X00105", "Gone Hospitals", closed_on=date(2024, 3, 31))
    with writing():
        for place in (other, gone):
            db.session.add(
                Membership(
                    user_id=person.id, role=Role.TRUST_LEAD, organisation_id=place.id, starts_on=date(2020, 1, 1),
                    until=None, recorded_at=factories.LONG_AGO,
                )
            )  # fmt: skip
    page = text(champion, "/practice")
    for name, address in (("Northmoor Hospitals", OURS), ("Southmoor Hospitals", THEIRS)):
        assert (
            name in page and f'href="{address}/practice/new"' in page and f'href="{address}/practice"' in page
        )
    assert "Gone Hospitals" not in page
