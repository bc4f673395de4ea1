"""Accounts, invitations, one-time links and roles: who may do what to whom, and what it does to sessions."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.organisations.filed import import_lines, line
from tracker.access.permissions import Role
from tracker.accounts import actions, queries, rules
from tracker.accounts.models import Membership, OneTimeLink, User
from tracker.accounts.queries import PeopleFilter
from tracker.accounts.rules import Grant
from tracker.errors import NotAllowed, NotFound, RuleBroken
from tracker.extensions import db
from tracker.organisations.models import Succession
from tracker.web.transactions import writing

ADMIN, LEAD, NURSE = "admin@x.example", "lead@northmoor.example", "nurse@northmoor.example"
NEW = "a better one for tomorrow"


@pytest.fixture
def people(world: Any) -> dict[str, UUID]:
    return {
        "admin": world.add(ADMIN, world.grant(Role.ADMINISTRATOR)),
        "lead": world.add(LEAD, world.grant(Role.TRUST_LEAD, "X00101"), name="Lena Lead"),
        "nurse": world.add(NURSE, world.grant(Role.CHAMPION, "X00101"), name="Amara Okafor"),
        "national": world.add("national@x.example", world.grant(Role.NATIONAL_LEAD)),
        "far": world.add("far@southfield.example", world.grant(Role.CHAMPION, "X00102"), name="Farah Far"),
        "auditor": world.add(
            "auditor@x.example", world.grant(Role.AUDITOR, "X00101", date(2027, 3, 31)), name="Ada Auditor"
        ),
    }


def role_of(world: Any, user_id: UUID) -> UUID:
    with world.app.app_context():
        return db.session.scalars(
            select(Membership.entity_id).where(
                Membership.user_id == user_id, Membership.superseded_at.is_(None)
            )
        ).one()


def link_on(page: str) -> str:
    found = re.search(r'value="http://localhost(/link/[^"]+)"', page)
    assert found is not None
    return found[1]


# --- who somebody is --------------------------------------------------------------------------------------


def test_an_identity_holds_what_is_in_force_today(world: Any, people: Any, at: Any) -> None:
    trust = world.trusts["X00101"]
    auditor = world.identity(people["auditor"])
    assert auditor.roles == {trust: frozenset({Role.AUDITOR})} and auditor.codes == {trust: "X00101"}
    assert world.identity(people["national"]).national == {Role.NATIONAL_LEAD}
    at.forward(days=128)
    assert world.identity(people["auditor"]).roles, "the last day counts"
    at.forward(days=1)
    assert not world.identity(people["auditor"]).roles


def test_a_role_does_not_hold_before_its_first_day(app: Flask, world: Any, people: Any, at: Any) -> None:
    tomorrow = date(2026, 11, 24)
    with app.app_context(), writing():
        grant = Grant(Role.NATIONAL_LEAD, starts_on=tomorrow)
        actions.grant_role(None, people["nurse"], grant)
    assert not world.identity(people["nurse"]).national
    at.forward(days=1)
    assert world.identity(people["nurse"]).national


def test_a_successor_reads_its_predecessors_from_the_day(
    app: Flask, world: Any, people: Any, at: Any
) -> None:
    def succeeded(before: str, after: str, on: date) -> None:
        with app.app_context(), writing():
            row = Succession(
                predecessor_code=before,
                successor_code=after,
                predecessor_closed_on=on - timedelta(days=1),
                predecessor_name=before,
                successor_name=after,
                on=on,
                kind="merger",
            )
            db.session.add(row)

    succeeded("X00102", "X00109", date(2026, 11, 1))
    succeeded("X00109", "X00101", date(2026, 11, 24))
    assert world.identity(people["nurse"]).predecessors == frozenset()
    at.forward(days=1)
    assert world.identity(people["nurse"]).predecessors == {world.trusts["X00102"]}
    assert world.identity(people["auditor"]).predecessors == frozenset(), "an auditor's set is a stated one"
    succeeded("X00101", "X00102", date(2026, 11, 2))
    assert world.trusts["X00102"] in world.identity(people["nurse"]).predecessors, "a circle ends"


# --- roles ------------------------------------------------------------------------------------------------


def test_a_withdrawn_role_is_gone_at_the_next_request(world: Any, people: Any, web: Any) -> None:
    nurse, lead = world.signed_in(NURSE), world.signed_in(LEAD)
    assert nurse.get("/organisations/X00101").status_code == 200
    address = f"/people/{people['nurse']}/roles/{role_of(world, people['nurse'])}/withdraw"
    assert web.post(lead, address, reason="Moved to another ward").status_code == 303
    assert nurse.get("/organisations/X00101").location == "/sign-in?next=/organisations/X00101"
    world.signed_in(NURSE).get("/organisations/X00101")
    assert world.events("role.withdrawn") == ["role.withdrawn"]
    assert world.signed_in(NURSE).get("/organisations/X00101").status_code == 404


def test_a_role_keeps_its_versions(app: Flask, world: Any, people: Any, at: Any) -> None:
    entity = role_of(world, people["nurse"])
    at.forward(hours=1)
    with app.app_context(), writing():
        actions.change_role(None, people["nurse"], entity, until=date(2026, 12, 31))
    at.forward(hours=1)
    with app.app_context(), writing():
        actions.withdraw_role(None, people["nurse"], entity)
    with app.app_context():
        rows = db.session.scalars(
            select(Membership).where(Membership.entity_id == entity).order_by(Membership.recorded_at)
        ).all()
    assert [row.until for row in rows] == [None, date(2026, 12, 31)]
    assert rows[0].superseded_at == rows[1].recorded_at and rows[1].superseded_at is not None


def test_what_a_lead_may_not_do(app: Flask, world: Any, people: Any) -> None:
    lead, here, there = world.identity(people["lead"]), world.trusts["X00101"], world.trusts["X00102"]
    auditors = role_of(world, people["auditor"])
    fars = role_of(world, people["far"])
    with app.app_context(), writing():
        for grant in (
            Grant(Role.NATIONAL_LEAD),
            Grant(Role.ADMINISTRATOR),
            Grant(Role.CHAMPION, there),
            Grant(Role.AUDITOR, here, date(2027, 1, 1)),
        ):
            with pytest.raises(NotAllowed):
                actions.grant_role(lead, people["nurse"], grant)
        with pytest.raises(NotFound):
            actions.withdraw_role(lead, people["far"], fars)
        with pytest.raises(NotFound):
            actions.withdraw_role(lead, people["auditor"], auditors)
        with pytest.raises(NotFound):
            actions.give_link(lead, people["national"])
        with pytest.raises(NotAllowed):
            actions.close_account(lead, people["nurse"])


def test_a_role_is_given_once(app: Flask, world: Any, people: Any) -> None:
    with app.app_context(), writing(), pytest.raises(RuleBroken, match="already is a sepsis champion"):
        actions.grant_role(None, people["nurse"], world.grant(Role.CHAMPION, "X00101"))


def test_the_only_administrator_stays(app: Flask, world: Any, people: Any) -> None:
    entity = role_of(world, people["admin"])
    with app.app_context(), writing(), pytest.raises(RuleBroken, match="only administrator"):
        actions.withdraw_role(None, people["admin"], entity)
    world.add("second@x.example", world.grant(Role.ADMINISTRATOR))
    with app.app_context(), writing():
        actions.withdraw_role(None, people["admin"], entity)


def test_an_administrator_gives_several_organisations_at_once(world: Any, people: Any, web: Any) -> None:
    admin = world.signed_in(ADMIN)
    address = f"/people/{people['national']}/roles/new"
    typed = {"role": "auditor", "organisations": "x00101, X00102"}
    answer = web.post(admin, address, **typed)
    assert answer.status_code == 422 and "has an end" in answer.text
    assert 'value="x00101, X00102"' in answer.text, "everything typed stands there again"
    last = {"until-day": "31", "until-month": "3", "until-year": "2027"}
    assert web.post(admin, address, **typed, **last).status_code == 303
    assert set(world.identity(people["national"]).audited) == set(world.trusts.values())


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"role": "champion", "organisations": ""}, "Say which organisation"),
        ({"role": "champion", "organisations": "RX9"}, "No organisation has the code RX9"),
        ({"role": "national-lead", "organisations": "X00101"}, "not tied to an organisation"),
        ({"role": "", "organisations": "X00101"}, "Say what this person&#39;s role is"),
    ],
)
def test_a_role_that_cannot_be_is_explained(
    world: Any, people: Any, web: Any, typed: Any, message: str
) -> None:
    answer = web.post(world.signed_in(ADMIN), f"/people/{people['far']}/roles/new", **typed)
    assert answer.status_code == 422 and message in answer.text
    assert "There is a problem" in answer.text


def test_the_last_day_is_changed_on_its_page(world: Any, people: Any, web: Any) -> None:
    lead = world.signed_in(LEAD)
    address = f"/people/{people['nurse']}/roles/{role_of(world, people['nurse'])}"
    past = {"until-day": "1", "until-month": "1", "until-year": "2026"}
    assert "withdraw it" in web.post(lead, address, **past).text
    assert web.post(lead, address, **{**past, "until-year": "2027"}).status_code == 303
    assert "until 1 January 2027" in lead.get(f"/people/{people['nurse']}").text


# --- the list ---------------------------------------------------------------------------------------------


def names(world: Any, user_id: UUID, **narrowed: str) -> list[str]:
    identity = world.identity(user_id)
    with world.app.app_context():
        return [row.name for row in queries.list_people(identity, PeopleFilter(**narrowed))[0]]


def test_a_lead_sees_the_members_of_her_organisation(world: Any, people: Any) -> None:
    assert names(world, people["lead"]) == ["Amara Okafor", "Lena Lead"]
    assert names(world, people["lead"], organisation="X00102") == []
    lead = world.signed_in(LEAD)
    page = lead.get("/people").text
    assert "Amara Okafor" in page and "Farah Far" not in page and "Ada Auditor" not in page
    for user_id in (people["far"], people["national"], people["auditor"], UUID(int=5)):
        assert lead.get(f"/people/{user_id}").status_code == 404
    assert lead.get(f"/people/{people['nurse']}").status_code == 200


def test_a_lead_sees_only_her_part_of_somebodys_roles(app: Flask, world: Any, people: Any) -> None:
    with app.app_context(), writing():
        actions.grant_role(None, people["nurse"], world.grant(Role.CHAMPION, "X00102"))
    page = world.signed_in(LEAD).get(f"/people/{people['nurse']}").text
    assert "Northmoor" in page and "Southfield" not in page
    assert "An administrator can give a one-time link" in page


def test_the_list_is_narrowed_by_its_address(world: Any, people: Any) -> None:
    admin = people["admin"]
    assert len(names(world, admin)) == 6
    assert names(world, admin, text="okaf") == ["Amara Okafor"]
    assert names(world, admin, text="%") == []
    assert names(world, admin, role="auditor") == ["Ada Auditor"]
    assert names(world, admin, role="champion", organisation="x00102") == ["Farah Far"]
    assert names(world, admin, role="auditor", organisation="X00102") == []
    page = world.signed_in(ADMIN).get("/people?role=auditor&q=ada").text
    assert "Ada Auditor" in page and "Amara" not in page and 'value="ada"' in page


def test_the_list_is_paged(app: Flask, world: Any, people: Any) -> None:
    with app.app_context(), writing():
        for number in range(60):
            actions.create_account(f"p{number:02}@x.example", f"Person {number:02}")
    admin = world.signed_in(ADMIN)
    first, second = admin.get("/people?q=person").text, admin.get("/people?q=person&page=2").text
    assert "1 to 50 of 60 people" in first and "q=person&amp;page=2" in first
    assert "Person 59" in second and "Person 10" not in second


def test_roles_that_end_and_people_without_one(app: Flask, world: Any, people: Any, at: Any) -> None:
    with app.app_context(), writing():
        actions.change_role(None, people["nurse"], role_of(world, people["nurse"]), until=date(2026, 12, 23))
    lead = world.identity(people["lead"])
    with app.app_context():
        assert [(who.name, role.until) for who, role in queries.list_ending(lead)] == [
            ("Amara Okafor", date(2026, 12, 23))
        ]
        assert queries.list_leavers(lead) == []
    assert "Roles that end within 30 days" in world.signed_in(ADMIN).get("/people").text
    at.forward(days=31)
    with app.app_context():
        assert [who.name for who in queries.list_leavers(lead)] == ["Amara Okafor"]
        assert queries.list_ending(lead) == []
    assert names(world, people["admin"], show="leavers") == ["Amara Okafor"]
    assert "1 person has" in world.signed_in(LEAD).get("/people").text


def imported(app: Flask, *lines: str, as_at: date) -> None:
    with app.app_context():
        import_lines(list(lines), as_at)


def test_an_administrator_reads_what_the_last_import_changed(app: Flask, world: Any, people: Any) -> None:
    assert "No file of NHS trusts has been imported" in world.signed_in(ADMIN).get("/people").text
    imported(app, line("RA1"), line("RA2"), as_at=date(2026, 1, 31))
    imported(app, line("RA1", name="ANOTHER TRUST"), line("RA3"), as_at=date(2026, 10, 31))
    page = " ".join(world.signed_in(ADMIN).get("/people").text.split())
    assert "A file was imported on 23 November 2026 and counts from 31 October 2026" in page
    assert "1 added, 1 renamed, 1 no longer in the file." in page
    assert "/audit?type=organisations.imported" in page
    assert "imported" not in world.signed_in(LEAD).get("/people").text


def test_a_role_says_its_organisation_as_people_write_it(app: Flask, world: Any, people: Any) -> None:
    imported(app, line("RA1", name="GUY'S AND ST THOMAS' NHS FOUNDATION TRUST"), as_at=date(2026, 1, 31))
    with app.app_context(), writing():
        trust = queries.find_organisations(["RA1"])["RA1"]
        lead = actions.create_account("l@x.example", "Lou", grants=[Grant(Role.TRUST_LEAD, trust)])
    written = "Guy's and St Thomas' NHS Foundation Trust"
    page = world.signed_in(ADMIN).get(f"/people/{lead}").text
    assert written in page.replace("&#39;", "'")
    with app.app_context():
        assert queries.list_own_organisations(world.identity(lead)) == [(trust, "RA1", written)]


def test_an_invitation_begins_with_the_organisation_in_its_address(world: Any, people: Any, web: Any) -> None:
    page = world.signed_in(ADMIN).get("/people/invite?organisation=x00102").text
    assert 'value="X00102"' in page and "/organisations/add" in page
    page = world.signed_in(ADMIN).get("/people/invite?organisation=%3Cscript%3E").text
    assert "script&gt;" not in page and "&lt;SCRIPT" not in page
    assert "/organisations/add" not in world.signed_in(LEAD).get("/people/invite?organisation=X00102").text


@pytest.mark.parametrize("email", [NURSE, "national@x.example", "auditor@x.example"])
def test_people_are_not_for_everybody(world: Any, people: Any, email: str) -> None:
    client = world.signed_in(email)
    for path in ("/people", "/people/invite", f"/people/{people['nurse']}"):
        assert client.get(path).status_code == 403


# --- inviting ---------------------------------------------------------------------------------------------


def invite(world: Any, web: Any, email: str, by: str = LEAD, **typed: str) -> tuple[Any, Any]:
    client = world.signed_in(by)
    form = {"email": email, "name": "Nia New", "role": "champion", "idempotency_key": "k" * 16, **typed}
    return client, web.post(client, "/people/invite", **form)


def test_an_invitation_works_once(world: Any, people: Any, web: Any) -> None:
    lead, answer = invite(world, web, "Nia@northmoor.example")
    assert answer.status_code == 303
    page = lead.get(answer.location).text
    link = link_on(page)
    assert "shown only now" in page and "Invited, not yet signed in" in page
    assert "/link/" not in lead.get(answer.location).text, "the link is shown once"
    visitor = world.client()
    shown = visitor.get(link)
    assert "Choose your password" in shown.text and shown.headers["Cache-Control"] == "no-store"
    short = web.post(visitor, link, password="short")
    assert short.status_code == 422 and "12 characters or more" in short.text
    assert web.post(visitor, link, password=NEW).location == "/sign-in"
    assert web.sign_in(visitor, "nia@northmoor.example", NEW).status_code == 303
    assert visitor.get("/organisations/X00101").status_code == 200
    again = world.client().get(link)
    assert again.status_code == 410 and "does not work any more" in again.text
    token = web.csrf(world.client(), "/sign-in")
    assert world.client().post(link, data={"csrf_token": token, "password": NEW}).status_code in {400, 410}


def test_only_the_digest_of_a_link_is_kept(app: Flask, world: Any, people: Any, web: Any) -> None:
    lead, answer = invite(world, web, "nia@northmoor.example")
    token = link_on(lead.get(answer.location).text).rsplit("/", 1)[1]
    with app.app_context():
        assert db.session.scalars(select(OneTimeLink.token_hash)).all() == [rules.digest(token)]


def test_an_invitation_lasts_seven_days_and_a_new_password_link_one(
    app: Flask, world: Any, people: Any, web: Any, at: Any
) -> None:
    lead, answer = invite(world, web, "nia@northmoor.example")
    invitation = link_on(lead.get(answer.location).text)
    with app.app_context(), writing():
        reset = "/link/" + actions.give_link(None, people["nurse"])
    at.forward(hours=23, minutes=59)
    assert world.client().get(reset).status_code == 200
    at.forward(minutes=1)
    assert world.client().get(reset).status_code == 410
    at.forward(days=6)
    assert world.client().get(invitation).status_code == 410


def test_an_invitation_sent_twice_makes_one_account(world: Any, people: Any, web: Any) -> None:
    _lead, first = invite(world, web, "nia@northmoor.example")
    _lead, second = invite(world, web, "nia@northmoor.example")
    assert (first.status_code, second.status_code, second.location) == (303, 303, "/people")
    assert world.events("account.invited") == ["account.invited"]


def test_who_has_an_account_gets_the_role_and_no_link(world: Any, people: Any, web: Any) -> None:
    far = world.signed_in("far@southfield.example")
    lead, answer = invite(world, web, "far@southfield.example")
    page = lead.get(answer.location).text
    assert "has an account already" in page and "/link/" not in page.replace('/link"', "")
    assert far.get("/account").status_code == 303, "rights changed, so the session ended"
    assert len(world.identity(people["far"]).roles) == 2


def test_a_lead_cannot_take_over_an_account_that_was_invited_elsewhere(
    app: Flask, world: Any, people: Any, web: Any
) -> None:
    target = world.add("boss@x.example", world.grant(Role.NATIONAL_LEAD), password=False)
    _lead, answer = invite(world, web, "boss@x.example")
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(OneTimeLink)).all() == []
    with app.app_context(), writing(), pytest.raises(NotAllowed):
        actions.give_link(world.identity(people["lead"]), target)


def test_a_link_dies_when_its_giver_may_not_give_it_any_more(app: Flask, world: Any, people: Any) -> None:
    """Given by a lead for her champion, who then becomes a national lead."""
    with app.app_context(), writing():
        link = "/link/" + actions.give_link(world.identity(people["lead"]), people["nurse"])
    assert world.client().get(link).status_code == 200
    with app.app_context(), writing():
        actions.grant_role(None, people["nurse"], Grant(Role.NATIONAL_LEAD))
    assert world.client().get(link).status_code == 410


def test_the_form_shows_only_what_a_lead_may_give(world: Any, people: Any, web: Any) -> None:
    page = world.signed_in(LEAD).get("/people/invite").text
    assert 'value="champion"' in page and 'value="trust-lead"' in page
    assert 'value="auditor"' not in page and 'value="administrator"' not in page
    _lead, answer = invite(world, web, "nia@northmoor.example", role="administrator")
    assert answer.status_code == 422
    assert 'value="nia@northmoor.example"' in answer.text and 'value="Nia New"' in answer.text


def test_an_invitation_half_typed_is_offered_again(world: Any, people: Any, web: Any) -> None:
    lead = world.signed_in(LEAD)
    web.post(lead, "/drafts", page="/account", _path="/people/invite", name="Nia Ne", role="champion")
    page = lead.get("/people/invite").text
    assert 'value="Nia Ne"' in page and "You were called away" in page
    assert "Nia Ne" not in world.signed_in(ADMIN).get("/people/invite").text
    _client, answer = invite(world, web, "nia@northmoor.example")
    assert answer.status_code == 303
    assert "called away" not in lead.get("/people/invite").text


# --- passwords and names ----------------------------------------------------------------------------------


def test_a_forgotten_password(world: Any, people: Any, web: Any) -> None:
    nurse, lead = world.signed_in(NURSE), world.signed_in(LEAD)
    answer = web.post(lead, f"/people/{people['nurse']}/link")
    link = link_on(lead.get(answer.location).text)
    visitor = world.client()
    assert web.post(visitor, link, password=NEW).status_code == 303
    assert nurse.get("/account").status_code == 303, "sessions with the old password are over"
    assert web.sign_in(world.client(), NURSE).status_code == 422
    assert web.sign_in(world.client(), NURSE, NEW).status_code == 303
    assert world.events("account.reset_link", "account.password_set") == [
        "account.reset_link",
        "account.password_set",
    ]


def test_a_new_link_ends_the_waiting_and_the_link_before(
    app: Flask, world: Any, people: Any, web: Any
) -> None:
    for _ in range(rules.FAILURES_AN_ACCOUNT):
        web.sign_in(world.client(), NURSE, "forgotten-altogether")
    with app.app_context(), writing():
        first = actions.give_link(None, people["nurse"])
    with app.app_context(), writing():
        second = actions.give_link(None, people["nurse"])
    assert world.client().get(f"/link/{first}").status_code == 410
    web.post(world.client(), f"/link/{second}", password=NEW)
    assert web.sign_in(world.client(), NURSE, NEW).status_code == 303


def test_changing_the_password_ends_the_other_sessions(world: Any, people: Any, web: Any) -> None:
    here, there = world.signed_in(NURSE), world.signed_in(NURSE)
    typed = {"current": "wrong-wrong-wrong", "password": NEW}
    answer = web.post(here, "/account/password", **typed)
    assert answer.status_code == 422 and "This is not your password" in answer.text
    easy = web.post(here, "/account/password", current=web.password, password="Amara Okafor 1")
    assert easy.status_code == 422 and "your name" in easy.text
    assert web.post(here, "/account/password", current=web.password, password=NEW).status_code == 303
    assert here.get("/account").status_code == 200 and there.get("/account").status_code == 303


def test_guessing_the_password_of_who_is_signed_in_is_throttled(world: Any, people: Any, web: Any) -> None:
    client = world.signed_in(NURSE)
    for _ in range(rules.FAILURES_AN_ACCOUNT):
        web.post(client, "/account/password", current="wrong-wrong-wrong", password=NEW)
    answer = web.post(client, "/account/password", current=web.password, password=NEW)
    assert answer.status_code == 422 and "Too many attempts" in answer.text


def test_the_own_name(world: Any, people: Any, web: Any) -> None:
    client = world.signed_in(NURSE)
    assert web.post(client, "/account/name", name=" ").status_code == 422
    assert web.post(client, "/account/name", name="<script>Amara").status_code == 303
    page = client.get("/account").text
    assert "&lt;script&gt;Amara" in page and "<script>Amara" not in page
    assert world.events("account.changed") == ["account.changed"]


def test_closing_an_account(app: Flask, world: Any, people: Any, web: Any) -> None:
    admin, nurse = world.signed_in(ADMIN), world.signed_in(NURSE)
    assert web.post(admin, f"/people/{people['nurse']}/close", reason="Left").status_code == 303
    assert nurse.get("/account").status_code == 303
    page = admin.get(f"/people/{people['nurse']}").text
    assert "Account closed" in page
    assert (
        web.post(admin, f"/people/{people['nurse']}/reopen", page=f"/people/{people['nurse']}").status_code
        == 303
    )
    world.signed_in(NURSE)
    own = web.post(admin, f"/people/{people['admin']}/close")
    assert own.status_code == 422 and "cannot close your own" in own.text
    assert world.signed_in(LEAD).get(f"/people/{people['nurse']}/close").status_code == 403
    assert web.post(world.signed_in(LEAD), f"/people/{people['nurse']}/close").status_code == 403


def test_every_change_has_its_event(app: Flask, world: Any, people: Any) -> None:
    """And none of them holds a name or an e-mail address in clear."""
    from tracker.audit.models import AuditEvent

    with app.app_context():
        headers = db.session.scalars(select(AuditEvent.header)).all()
        created = db.session.scalars(select(User)).all()
    assert world.events("account.created", "role.granted") == ["account.created", "role.granted"] * len(
        created
    )
    assert not any(user.email in header or user.name in header for user in created for header in headers)


def test_an_account_needs_a_real_person(app: Flask, world: Any, people: Any) -> None:
    with app.app_context(), writing():
        for email, name in (("not an address", "A"), ("a@b.example", " "), ("a@b.example", "x" * 201)):
            with pytest.raises(RuleBroken):
                actions.create_account(email, name)
        with pytest.raises(RuleBroken, match="already"):
            actions.create_account(f" {NURSE.upper()} ", "Another")
    assert timedelta(days=7) == rules.INVITATION_LASTS
