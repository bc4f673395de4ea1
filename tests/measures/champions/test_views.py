"""The pages of champions over HTTP: the good path, bad input, two editors, a form sent twice, past days."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.measures.champions.conftest import TODAY, Trust
from tracker.access.permissions import Role
from tracker.measures.champions import queries
from tracker.measures.champions.rules import Arrangement, Decision

HOME = "/organisations/X00101/champions"


@pytest.fixture
def champion(app: Flask, trust: Trust) -> FlaskClient:
    return factories.signed_in_client(
        app, factories.person(Role.CHAMPION, trust.organisation, name="Sam Champion")
    )


@pytest.fixture
def lead(app: Flask, trust: Trust) -> FlaskClient:
    return factories.signed_in_client(
        app, factories.person(Role.TRUST_LEAD, trust.organisation, name="Lou Lead")
    )


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def hidden(page: str) -> dict[str, str]:
    form = page.split('<form method="post" novalidate', 1)[1]
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))


def send(client: FlaskClient, path: str, *, follow: bool = False, **fields: object):
    page = client.get(f"{HOME}{path}").get_data(as_text=True)
    return client.post(f"{HOME}{path}", data={**hidden(page), **fields}, follow_redirects=follow)


def text(answer) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def home(client: FlaskClient, query: str = "") -> str:
    return text(client.get(HOME + query))


def decision(**more: object) -> dict[str, object]:
    return {
        **day("considered_on", date(2026, 1, 5)), "forum": "DPG", "decision": "adopt", "reason": "It helps", **more,
    }  # fmt: skip


def person(**more: object) -> dict[str, object]:
    return {"name": "Asha Patel", "profession": "Nurse", **day("starts_on", date(2026, 1, 1)), **more}


def test_an_empty_trust_is_filled_step_by_step(champion: FlaskClient) -> None:
    assert "No figure yet" in home(champion)
    answer = send(champion, "/decision", **decision())
    assert answer.status_code == 303 and answer.location.endswith("/champions/model")
    assert send(champion, "/model", arrangement="each_department").status_code == 303
    wards = "Emergency department\n\n Maternity \nSurgery"
    assert (
        send(champion, "/departments/new", names=wards, **day("from_on", date(2026, 1, 1))).status_code == 303
    )
    page = champion.get(f"{HOME}/people/new").get_data(as_text=True)
    maternity = re.search(r'<option value="([^"]+)"[^>]*>Maternity', page)
    assert maternity
    answer = send(
        champion, "/people/new", follow=True, **person(department=maternity[1], duties=["owns", "monitors"])
    )
    words = text(answer)
    assert "Asha Patel is on the list of champions" in words
    assert "1 of 3" in words and "Departments with a champion in post, out of departments in scope" in words
    assert "Say who the champion for Surgery is" in words and "Name a deputy for Asha Patel" in words
    assert "The figures support: not yet" in words
    found = {"forum": "DPG", "found": "More staff ask for help early"}
    assert "in place" in text(
        send(champion, "/reviews/new", follow=True, **day("reviewed_on", TODAY), **found)
    )


def test_declined_is_an_answer_and_asks_no_more(champion: FlaskClient) -> None:
    answer = send(champion, "/decision", follow=True, **decision(decision="no"))
    assert "Considered and declined" in text(answer)
    assert "Nothing needs you here today" in text(answer) and "People in the role" not in text(answer)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"forum": ""}, "Enter the meeting"),
        ({"decision": ""}, "Choose what was decided"),
        ({"decision": "perhaps"}, "Choose one of the answers listed"),
        ({"reason": " "}, "Say in a sentence why"),
        (day("considered_on", date(2027, 1, 1)), "must be today or in the past"),
        ({"considered_on-month": "13"}, "must be a real date"),
        ({"reason": "Patient 943 476 5919"}, "looks like an NHS number"),
        ({"forum": "x" * 201}, "200 characters or fewer"),
    ],
)
def test_a_decision_that_is_not_right_keeps_what_was_typed(
    champion: FlaskClient, change: dict, message: str
) -> None:
    answer = send(champion, "/decision", **{**decision(reason="A long thought"), **change})
    assert answer.status_code == 422
    assert message in text(answer) and "There is a problem" in text(answer)
    if "reason" not in change:
        assert "A long thought" in text(answer)
    assert "No figure yet" in home(champion)


@pytest.mark.parametrize(
    "fields, message",
    [
        ({}, "Choose how your champions work"),
        ({"arrangement": "rotating"}, "Enter how many months"),
        ({"arrangement": "rotating", "rotation_months": "six"}, "must be a whole number"),
        ({"arrangement": "rotating", "rotation_months": "0"}, "must be 1 or more"),
        ({"arrangement": "lead_and_link", "posts_planned": "-3"}, "must be 1 or more"),
        ({"arrangement": "lead_and_link"}, "how many posts are planned"),
        ({"arrangement": "other", "posts_planned": "4"}, "Say in a sentence how your champions work"),
    ],
)
def test_a_model_that_is_not_right(trust: Trust, champion: FlaskClient, fields: dict, message: str) -> None:
    trust.decide()
    answer = send(champion, "/model", **fields)
    assert answer.status_code == 422 and message in text(answer)


def test_what_belongs_to_another_model_is_left_out(trust: Trust, champion: FlaskClient) -> None:
    trust.decide()
    send(champion, "/model", arrangement="each_department", rotation_months="6", posts_planned="3")
    model = queries.get_register(trust.by, trust.organisation.id).model
    assert model and (model.rotation_months, model.posts_planned) == (None, None)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"name": ""}, "Enter the name of the person"),
        ({"profession": ""}, "Enter the profession"),
        (day("ends_on", date(2025, 12, 31)), "The last day must be on or after the first day"),
        ({"starts_on-year": "26"}, "Year must have 4 numbers"),
        ({"department": "01a20903-3699-7734-aa91-474ce728fd8c"}, "Choose one of the answers listed"),
        ({"department": "nonsense"}, "Choose one of the answers listed"),
        ({"duties": ["sings"]}, "Choose only from the answers listed"),
        ({"deputy_name": "asha patel"}, "The deputy must be somebody else"),
        ({"deputy_profession": "Doctor"}, "Enter the name of the deputy"),
    ],
)
def test_a_person_who_is_not_right(trust: Trust, champion: FlaskClient, change: dict, message: str) -> None:
    trust.decide()
    answer = send(champion, "/people/new", **{**person(title="Link nurse"), **change})
    assert answer.status_code == 422
    assert message in text(answer) and "Link nurse" in text(answer)


def test_two_in_one_post_are_asked_and_then_saved(trust: Trust, champion: FlaskClient) -> None:
    trust.decide()
    ward = trust.departments("Maternity")[0]
    trust.post("Asha Patel", date(2026, 1, 1), date(2026, 11, 29), department_id=ward)
    asked = person(name="Ben Hill", department=str(ward), **day("starts_on", TODAY))
    answer = send(champion, "/people/new", **asked)
    assert answer.status_code == 422
    assert "Asha Patel is in this post too" in text(answer) and "Is this a handover week?" in text(answer)
    assert send(champion, "/people/new", **asked, overlap="handover").status_code == 303


def test_the_department_of_the_address_is_chosen(trust: Trust, champion: FlaskClient) -> None:
    ward = trust.departments("Maternity")[0]
    assert f'value="{ward}" selected' in champion.get(f"{HOME}/people/new?department={ward}").get_data(
        as_text=True
    )
    assert champion.get(f"{HOME}/people/new?department=nonsense").status_code == 200


def test_the_second_of_two_editors_sees_both(trust: Trust, champion: FlaskClient, lead: FlaskClient) -> None:
    trust.decide()
    post = trust.post("Asha Patel", date(2026, 1, 1))
    path = f"/people/{post}"
    mine = hidden(champion.get(HOME + path).get_data(as_text=True))
    assert send(lead, path, **person(title="Lead nurse")).status_code == 303
    typed = {**mine, **person(title="Link nurse", duties=["owns"])}
    answer = champion.post(HOME + path, data=typed)
    assert answer.status_code == 409
    words = text(answer)
    assert "Somebody else saved this first" in words and "Lou Lead saved this" in words
    assert "Lead nurse" in words and "Link nurse" in words
    again = {**hidden(answer.get_data(as_text=True)), **person(title="Link nurse", duties=["owns"])}
    assert champion.post(HOME + path, data=again).status_code == 303
    assert queries.get_post(trust.by, trust.organisation.id, post).title == "Link nurse"


def test_a_form_sent_twice_makes_one_row(trust: Trust, champion: FlaskClient) -> None:
    trust.decide()
    page = hidden(champion.get(f"{HOME}/people/new").get_data(as_text=True))
    answers = [champion.post(f"{HOME}/people/new", data={**page, **person()}) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert len(queries.get_register(trust.by, trust.organisation.id).posts) == 1


def test_what_was_half_typed_is_offered_again(trust: Trust, champion: FlaskClient) -> None:
    path = f"{HOME}/reviews/new"
    token = factories.csrf_of(champion.get(path).get_data(as_text=True))
    kept = {"csrf_token": token, "_path": path, "found": "Half a thought", "forum": "DPG"}
    assert champion.post("/drafts", data=kept).status_code == 204
    assert "Carry on with it" in text(champion.get(path)) and "Half a thought" not in text(champion.get(path))
    assert "Half a thought" in text(champion.get(f"{path}?draft=1"))
    assert (
        send(champion, "/reviews/new", **day("reviewed_on", TODAY), forum="DPG", found="Whole").status_code
        == 303
    )
    assert "Carry on with it" not in text(champion.get(path))


def test_an_entry_made_by_mistake_goes_out(trust: Trust, champion: FlaskClient) -> None:
    trust.decide()
    post = trust.post("Wrong Person", date(2026, 1, 1))
    answer = send(champion, f"/people/{post}", follow=True, **person(name="Wrong Person", mistaken="y"))
    assert "was taken out" in text(answer)
    assert champion.get(f"{HOME}/people/{post}").status_code == 404
    assert "Wrong Person" not in home(champion).split("taken out")[-1]


def test_handing_over_in_one_step_and_what_it_leaves(
    trust: Trust, champion: FlaskClient, lead: FlaskClient
) -> None:
    trust.decide()
    ward = trust.departments("Maternity")[0]
    post = trust.post("Asha Patel", date(2026, 1, 1), department_id=ward)
    page = champion.get(f"{HOME}/hand-over?leaver={post}").get_data(as_text=True)
    assert f'value="{post}:1" checked' in page
    fields = {
        "leaver": f"{post}:1",
        "name": "Ben Hill",
        "profession": "Midwife",
        **day("ends_on", date(2026, 11, 30)),
    }
    answer = send(champion, "/hand-over", follow=True, **fields)
    words = text(answer)
    assert "Handing over to Ben Hill" in words and "first day 1 December 2026" in words
    assert "Invite Ben Hill as a user" in words and "Your trust lead sees both" in words
    assert "/people/invite" not in words, "a champion cannot invite"
    seen = text(lead.get(answer.request.path))
    assert "/people/invite" in seen and "Find this person" in seen
    assert "Invite the next champion as a user" in home(lead) and "End the role" in home(lead)
    assert "Invite the next champion" not in home(champion)
    token = factories.csrf_of(lead.get(answer.request.path).get_data(as_text=True))
    for task in ("invite", "end_role"):
        done = lead.post(f"{answer.request.path}/done", data={"csrf_token": token, "task": task})
        assert done.status_code == 303
    assert "Invite the next champion" not in home(lead)
    assert (
        lead.post(f"{answer.request.path}/done", data={"csrf_token": token, "task": "dance"}).status_code
        == 303
    )


@pytest.mark.parametrize(
    "change, message",
    [
        ({"leaver": ""}, "Choose who leaves"),
        ({"leaver": "nonsense:1"}, "Choose one of the answers listed"),
        ({"name": ""}, "Enter the name of the person"),
        ({"ends_on-day": "", "ends_on-month": "", "ends_on-year": ""}, "Enter the last day"),
        (day("ends_on", date(2025, 1, 1)), "so the last day is later"),
        ({"name": "Asha Patel"}, "somebody else than the one who leaves"),
        (day("starts_on", date(2026, 11, 25)), "Is this a handover week?"),
    ],
)
def test_a_hand_over_that_is_not_right_changes_nothing(
    trust: Trust, champion: FlaskClient, change: dict, message: str
) -> None:
    post = trust.post("Asha Patel", date(2026, 1, 1), title="Lead nurse")
    fields = {
        "leaver": f"{post}:1",
        "name": "Ben Hill",
        "profession": "Midwife",
        **day("ends_on", date(2026, 11, 30)),
    }
    answer = send(champion, "/hand-over", **{**fields, **change})
    assert answer.status_code == 422 and message in text(answer)
    assert queries.get_post(trust.by, trust.organisation.id, post).version == 1


def test_a_hand_over_after_somebody_changed_the_entry(
    trust: Trust, champion: FlaskClient, lead: FlaskClient
) -> None:
    post = trust.post("Asha Patel", date(2026, 1, 1), title="Lead nurse")
    page = hidden(champion.get(f"{HOME}/hand-over").get_data(as_text=True))
    send(lead, f"/people/{post}", **person(title="Another post"))
    fields = {
        "leaver": f"{post}:1",
        "name": "Ben Hill",
        "profession": "Midwife",
        **day("ends_on", date(2026, 11, 30)),
    }
    answer = champion.post(f"{HOME}/hand-over", data={**page, **fields})
    assert answer.status_code == 409 and "Ben Hill" in text(answer)
    body = answer.get_data(as_text=True)
    assert f'value="{post}:2" checked' in body
    again = {**hidden(body), **fields, "leaver": f"{post}:2"}
    assert champion.post(f"{HOME}/hand-over", data=again).status_code == 303


def test_a_past_day_is_shown_as_it_was_and_cannot_be_changed(
    trust: Trust, champion: FlaskClient, set_clock
) -> None:
    set_clock(date(2026, 3, 10))
    trust.decide(Decision.NOT_NOW, on=date(2026, 3, 1))
    set_clock(TODAY)
    trust.decide(Decision.ADOPT, version=1)
    words = home(champion, "?as_at=2026-03-31")
    assert "Position on 31 March 2026, not today" in words and "Considered, not now" in words
    assert "Change the decision" not in words
    assert "No figure yet" in home(champion, "?as_at=2026-03-09")
    for nonsense in ("2027-01-01", "31/03/2026", "%00"):
        assert "Considered and adopted" in home(champion, f"?as_at={nonsense}")


def test_who_sees_names_on_the_pages(app: Flask, trust: Trust) -> None:
    trust.decide()
    trust.arrange(Arrangement.OTHER, posts_planned=5, description="Our way")
    post = trust.post("Asha Patel", date(2026, 1, 1), deputy="Dee Deputy")
    trust.hand_over(post, date(2026, 11, 30), "Ben Hill")
    (handover,) = queries.list_handovers(trust.by, trust.organisation.id)
    pages = ("", f"/hand-overs/{handover.entity_id}", "/hand-over/print", "?q=Asha", "?as_at=2026-11-22")
    for role, where, sees in ((Role.NATIONAL_LEAD, None, True), (Role.AUDITOR, trust.organisation, False)):
        client = factories.signed_in_client(app, factories.person(role, where))
        words = " ".join(home(client, each).replace('value="Asha"', "") for each in pages)
        assert any(name in words for name in ("Asha Patel", "Dee Deputy", "Ben Hill")) is sees, role
        assert "Add a champion" not in words
        trail = text(client.get("/organisations/X00101/history")) + text(client.get("/audit"))
        assert any(name in trail for name in ("Asha Patel", "Dee Deputy", "Ben Hill")) is sees, role


def test_a_long_list_is_paged_and_its_filter_kept(trust: Trust, champion: FlaskClient) -> None:
    trust.decide()
    for number in range(52):
        trust.post(
            f"Person {number:02}", date(2026, 1, 1), title=f"Night link {number}" if number < 51 else "Other"
        )
    words = home(champion, "?q=Night&page=2")
    assert "51 to 51 of 51 people" in words and "q=Night" in words
    assert "Nobody here fits" in home(champion, "?q=zebra")


def test_the_page_to_print_shows_what_is_open_on_every_floor(trust: Trust, champion: FlaskClient) -> None:
    trust.decide()
    trust.post("Asha Patel", date(2026, 1, 1))
    record = "/organisations/X00101/recommendations/SEP16-12"
    page = champion.get(f"{record}/actions/new").get_data(as_text=True)
    action = {**hidden(page), "title": "Find a deputy", **day("due_on", date(2026, 11, 1))}
    assert champion.post(f"{record}/actions/new", data=action).status_code == 303
    new = "/organisations/X00101/evidence/new"
    page = champion.get(new).get_data(as_text=True)
    item = {
        **hidden(page), "title": "Champion rota", "kind": "rota", "link": "https://intranet.example/rota",
        "recommendations": "SEP16-12", **day("dated_on", date(2026, 1, 1)), **day("valid_until", date(2026, 12, 31)),
    }  # fmt: skip
    assert champion.post(new, data=item, content_type="multipart/form-data").status_code == 303
    words = home(champion, "/hand-over/print")
    assert "Find a deputy" in words and "was due 1 November 2026" in words.replace("<strong>", "").replace(
        "</strong>", ""
    )
    assert "Champion rota" in words and "31 December 2026" in words
    assert "Asha Patel, Nurse" in words and "Review whether your champions make a difference" in words
