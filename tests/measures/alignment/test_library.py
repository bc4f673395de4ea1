"""Training on a list as a resource of the national library: linked by code, whoever owns it, whatever it is called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import identity_of
from tests.measures.alignment.test_views import send, training
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import RuleBroken
from tracker.extensions import db
from tracker.library import actions, queries
from tracker.library.loader import load_guidelines, load_national
from tracker.library.rules import (
    Endorsement,
    Format,
    NationalKind,
    Patients,
    ResourceFacts,
    Setting,
    Source,
    StaffGroup,
    versions_needed,
)
from tracker.measures.alignment import actions as alignment
from tracker.measures.alignment import queries as lists
from tracker.measures.alignment.rules import Result
from tracker.web.transactions import writing

GUIDE = "careworkers-guide"
BODY, COLLEGE = OrganisationKind.NATIONAL_BODY, OrganisationKind.ROYAL_COLLEGE
FACTS = ResourceFacts(
    "Our guide", Format.ONLINE, Source.OWN, frozenset({StaffGroup.EVERYBODY}), Setting.CARE_HOME, Patients.ALL,
    is_online=True, national_code=GUIDE,
)  # fmt: skip


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@dataclass
class Owner:
    """An organisation with a list, and who keeps it."""

    name: str
    kind: OrganisationKind = BODY
    place: OrganisationRef = field(init=False)

    def __post_init__(self) -> None:
        self.place = factories.organisation(name=self.name, kind=self.kind)
        self.by = identity_of(factories.person(Role.CHAMPION, self.place))

    def lists(self, **changes: object) -> UUID:
        with writing():
            return actions.add_resource(self.by, self.place, replace(FACTS, **changes)).entity_id  # type: ignore[arg-type]

    def checks(self, resource: UUID, result: Result = Result.ALIGNED, *, version: int = 0) -> None:
        on = clock.today()
        with writing():
            needed = versions_needed(queries.list_versions(), Patients.ALL, on)
            alignment.assess(
                self.by, self.place, resource, result=result, assessed_on=on, assessor="", versions=needed, note="",
                version=version,
            )  # fmt: skip

    def found(self, result: Result = Result.ALIGNED, **changes: object) -> UUID:
        resource = self.lists(**changes)
        self.checks(resource, result)
        return resource


@pytest.fixture(autouse=True)
def library(app: Flask) -> None:
    factories.catalogue()
    factories.national_library()
    with writing():
        actions.seed_guidelines(load_guidelines())


def say(code: str = GUIDE, **changes: object) -> None:
    """What the national lead changes of a resource; whose it is stays recorded."""
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    row = queries.get_national_resource(code)
    facts = next(each.facts for each in load_national().entries if each.code == code)
    stated = {"title": row.title, "owner_id": row.owner_id, **changes}
    with writing():
        actions.change_national(lead, code, replace(facts, **stated), version=row.version)  # type: ignore[arg-type]


def rename(title: str) -> None:
    say(title=title)


def everywhere(client: FlaskClient) -> list[bool]:
    """Whether the guide is said to be checked: its page, the gaps, the list, the file and the frame."""
    wanted = "staff=care&setting=care_home"
    return [
        "Up to date with NICE? Up to date with NICE" in words(client.get(f"/resources/{GUIDE}").text),
        "(1 resource)" in words(client.get(f"/resources/gaps?{wanted}&show=covered").text),
        *(
            "Checked: up to date with NICE" in client.get(f"/training{end}?{wanted}").get_data(as_text=True)
            for end in ("", ".csv", "/embed")
        ),
    ]


# --- by code, not by title --------------------------------------------------------------------------------


def test_a_corrected_title_keeps_the_check_everywhere(client: FlaskClient) -> None:
    assert everywhere(client) == [False] * 5
    Owner("National body").found(title="A guide for carers")
    assert everywhere(client) == [True] * 5
    rename("Sepsis: a care worker’s guide")
    assert everywhere(client) == [True] * 5


def test_what_is_not_linked_is_still_found_by_its_title_in_other_signs(client: FlaskClient) -> None:
    Owner("National body").found(title="SEPSIS: A  careworker's guide", national_code=None)
    assert everywhere(client) == [True] * 5


def test_a_trusts_national_training_inherits_by_code_and_without_one_by_title(client: FlaskClient) -> None:
    Owner("National body").found(title="A guide for carers")
    trust = Owner("Northmoor", OrganisationKind.NHS_TRUST)
    used = {"source": Source.NATIONAL}
    by_code = trust.lists(title="The guide", **used)
    by_title = trust.lists(title="Sepsis: A careworker's guide", national_code=None, **used)
    by_theirs = trust.lists(title="A guide for  carers", national_code=None, **used)
    other = trust.lists(title="A guide", national_code=None, **used)
    rename("Another title")
    inherited = lists.list_inherited(None)
    rows = {row.entity_id: row for row in queries.list_resources(trust.by, trust.place.id)}
    found = {
        key: [each.owner for each in inherited.of(row.title, row.national_code)] for key, row in rows.items()
    }
    # A title that the library bore before is still known by those who typed it then.
    theirs = ["National body"]
    assert found == {by_code: theirs, by_title: theirs, by_theirs: theirs, other: []}


def test_of_two_with_one_title_the_one_in_use_is_meant() -> None:
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    game = next(each.facts for each in load_national().entries if each.code == "sepsis-game")
    with writing():
        actions.retire_national(lead, "sepsis-game", on=clock.today(), reason="Replaced", version=1)
        newer = actions.add_national(lead, game).code
    Owner("National body").found(title="The Sepsis Game", national_code=None)
    inherited = lists.list_inherited(None)
    assert len(inherited.of("The Sepsis Game", newer)) == 1
    assert inherited.of("The Sepsis Game", "sepsis-game") == ()


def test_a_past_day_knows_the_link_the_title_and_the_check_of_that_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stand(day: date) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    today = clock.today()
    first, second = today + timedelta(days=1), today + timedelta(days=5)
    stand(first)
    body = Owner("National body")
    own = body.found(title="Sepsis: A careworker's guide", national_code=None)
    stand(second)
    with writing():
        row = queries.get_resource(body.by, body.place.id, own)
        facts = replace(FACTS, title="Something else", national_code="sepsis-savvy")
        actions.change_resource(body.by, body.place, own, facts, version=row.version)
    title = queries.get_national_resource(GUIDE).title
    then, now = lists.list_inherited(None, clock.end_of_day(first)), lists.list_inherited(None)
    assert len(then.of(title, GUIDE)) == 1 and then.of("x", "sepsis-savvy") == ()
    assert now.of(title, GUIDE) == () and len(now.of("x", "sepsis-savvy")) == 1
    assert lists.list_inherited(None, clock.end_of_day(today)).of(title, GUIDE) == ()


# --- whose it is ------------------------------------------------------------------------------------------


def test_who_calls_it_its_own_says_nothing_until_the_national_lead_records_it(client: FlaskClient) -> None:
    body, university = Owner("National body"), Owner("University of X", OrganisationKind.HIGHER_EDUCATION)
    theirs = university.found()
    assert everywhere(client) == [False] * 5
    assert "University of X" not in client.get(f"/resources/{GUIDE}").text
    body.found()
    university.checks(theirs, Result.NOT, version=1)
    assert everywhere(client) == [True] * 5
    page = words(client.get(f"/resources/{GUIDE}").text)
    assert "National body recorded this for everybody after a check on" in page
    assert "Whose resource it is has not been recorded. " in page and "As its owner" not in page
    say(owner_id=university.place.id)
    assert everywhere(client) == [False] * 5
    page = words(client.get(f"/resources/{GUIDE}").text)
    assert "Not up to date As its owner, University of X, recorded" in page
    assert "Owner in this service University of X" in page and "National body recorded" not in page
    say(owner_id=None)
    assert everywhere(client) == [True] * 5


def test_what_the_national_body_made_is_its_own_whoever_claims_it(client: FlaskClient) -> None:
    game = "think-sepsis-primary-care"
    assert queries.get_national_resource(game).endorsement is Endorsement.MADE
    Owner("A college", COLLEGE).found(Result.NOT, national_code=game)
    assert "No owner has recorded" in words(client.get(f"/resources/{game}").text)
    Owner("National body").found(national_code=game)
    page = words(client.get(f"/resources/{game}").text)
    assert "Up to date with NICE As its owner, National body, recorded" in page
    with pytest.raises(RuleBroken, match="it is its owner: leave this empty") as broken:
        say(game, owner_id=Owner("Another", COLLEGE).place.id)
    assert [name for name, _words in broken.value.problems] == ["owner_id"]


def test_only_an_organisation_can_be_an_owner() -> None:
    with pytest.raises(RuleBroken, match="Choose one of the organisations listed"):
        say(owner_id=uuid4())


def test_whose_it_is_is_told_to_the_trail_and_kept_with_every_state() -> None:
    college = Owner("A college", COLLEGE)
    before = clock.now()
    say(owner_id=college.place.id)
    say(owner_id=None)
    query = select(AuditEvent.header).where(AuditEvent.type == "national_resource.changed")
    told = [
        json.loads(each)["public"]["owned_by"] for each in db.session.scalars(query.order_by(AuditEvent.seq))
    ]
    code = college.place.code
    assert told == [{"old": None, "new": code}, {"old": code, "new": None}]
    states = [each.owner_id for each in queries.list_national_history(GUIDE)]
    assert states == [None, college.place.id, None]
    assert queries.list_known(before).ownership[GUIDE].owner_id is None


def test_the_shipped_file_leaves_whose_it_is_alone() -> None:
    college = Owner("A college", COLLEGE)
    say(owner_id=college.place.id)
    with writing():
        seeded = actions.seed_national(load_national().entries)
    assert (seeded.changed, seeded.kept) == ((), ())
    assert queries.get_national_resource(GUIDE).owner_id == college.place.id


def test_the_own_list_says_that_nobody_has_confirmed_it(
    signed_in: Callable[[Owner], FlaskClient],
) -> None:
    college = Owner("College of Care", COLLEGE)
    own = college.found()
    champion = signed_in(college)
    asks = "you are not yet confirmed as the owner: ask the national team"
    pages = (home(college), f"{home(college)}/{own}")
    assert [asks in words(champion.get(page).text) for page in pages] == [True, True]
    say(owner_id=college.place.id)
    assert [asks in words(champion.get(page).text) for page in pages] == [False, False]
    other = college.found(title="Ours alone", national_code=None)
    assert asks not in words(champion.get(f"{home(college)}/{other}").text)


def test_the_national_lead_sees_who_claims_it_and_chooses(app: Flask, client: FlaskClient) -> None:
    lead = factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD))
    path = f"/resources/{GUIDE}/edit"
    assert 'id="claims"' not in lead.get(path).text
    college, university = Owner("A college", COLLEGE), Owner("University", OrganisationKind.HIGHER_EDUCATION)
    college.found(Result.PARTLY)
    university.lists()
    page = lead.get(path).text
    said = words(page.split('id="claims"', 1)[1].split("</div>", 1)[0])
    assert re.search(
        r"A college \(demonstration\): partly up to date, for everybody after a check on \d", said
    )
    assert "University (demonstration): not checked yet" in said
    assert f'<option value="{college.place.id}"' in page
    fields = {
        "title": "Sepsis: A careworker’s guide", "kind": "resource", "format": "e_learning", "level": "not_stated",
        "endorsement": "endorsed", "staff": "care", "settings": "care_home", "patients": "all", "also_patients": "all",
    }  # fmt: skip
    assert send(lead, path, **fields, owner_id="nonsense").status_code == 422
    assert send(lead, path, **fields, owner_id=str(college.place.id)).status_code == 303
    assert f'<option value="{college.place.id}" selected' in lead.get(path).text
    assert "As its owner, A college, recorded" in words(client.get(f"/resources/{GUIDE}").text)
    assert "Changed: " in words(lead.get(f"/resources/{GUIDE}").text)
    assert "whose it is" in words(lead.get(f"/resources/{GUIDE}").text)


def test_a_trust_that_is_recorded_as_the_owner_lists_it_as_its_own(client: FlaskClient) -> None:
    trust = Owner("Northmoor", OrganisationKind.NHS_TRUST)
    say(owner_id=trust.place.id)
    trust.found()
    assert "As its owner, Northmoor, recorded" in words(client.get(f"/resources/{GUIDE}").text)


def test_the_recorded_owner_s_check_is_inherited_under_its_name(client: FlaskClient) -> None:
    college = Owner("College of Care", COLLEGE)
    say(owner_id=college.place.id)
    own = college.lists()
    page = words(client.get(f"/resources/{GUIDE}").text)
    assert "No owner has recorded a check against NICE here." in page
    college.checks(own)
    page = words(client.get(f"/resources/{GUIDE}").text)
    assert "As its owner, College of Care, recorded for everybody after a check on" in page
    assert everywhere(client) == [True] * 5


def test_without_a_link_nobody_but_the_national_body_is_taken_for_an_owner(client: FlaskClient) -> None:
    Owner("College of Care", COLLEGE).found(title="Sepsis: A careworker’s guide", national_code=None)
    assert everywhere(client) == [False] * 5


def test_national_bodies_who_differ_are_named_and_the_more_cautious_counts(client: FlaskClient) -> None:
    other = Owner("Another body")
    theirs = other.found(Result.PARTLY)
    Owner("National body").found()
    page = words(client.get(f"/resources/{GUIDE}").text)
    assert "Partly up to date 2 organisations list it as their own and have checked it." in page
    assert "They did not find the same: the more cautious counts." in page
    assert page.index("Another body: Partly up to date") < page.index(
        "National body: Up to date with NICE, for everybody"
    )
    assert everywhere(client) == [False] * 5
    trust = Owner("Northmoor", OrganisationKind.NHS_TRUST)
    trust.lists(source=Source.NATIONAL)
    reader = factories.signed_in_client(client.application, factories.person(Role.CHAMPION, trust.place))
    listed = words(reader.get(f"/organisations/{trust.place.code}/alignment").text)
    assert re.search(
        r"Partly up to date National: checked .* by Another body and .* by National body\. They differ",
        listed,
    )
    other.checks(theirs, version=1)
    page = words(client.get(f"/resources/{GUIDE}").text)
    assert "Up to date with NICE 2 organisations" in page and "did not find the same" not in page


def test_an_owner_who_has_not_checked_or_no_longer_lists_it_does_not_count(client: FlaskClient) -> None:
    Owner("National body").found()
    Owner("Another body").lists()
    gone = Owner("A third body")
    own = gone.found(Result.NOT)
    assert everywhere(client) == [False] * 5
    with writing():
        actions.withdraw_resource(gone.by, gone.place, own, on=clock.today(), reason="Sold", version=1)
    assert everywhere(client) == [True] * 5


def test_those_who_give_care_own_what_was_developed_locally_and_nothing_else(client: FlaskClient) -> None:
    trust = Owner("Bournemouth", OrganisationKind.NHS_TRUST)
    with pytest.raises(RuleBroken, match="made by others") as broken:
        trust.lists()
    assert [name for name, _words in broken.value.problems] == ["national_code"]
    film = "war-on-sepsis-film-1"
    trust.found(national_code=film)
    assert "No owner has recorded" in words(client.get(f"/resources/{film}").text)
    say(film, owner_id=trust.place.id)
    assert "As its owner, Bournemouth, recorded" in words(client.get(f"/resources/{film}").text)


def test_what_cannot_be_linked_is_said() -> None:
    body = Owner("National body")
    for code in ("there-is-none", "hee-sepsis-page"):
        with pytest.raises(RuleBroken, match="Choose one of the resources listed"):
            body.lists(national_code=code)
    body.lists()
    with pytest.raises(RuleBroken, match="“Our guide” on your list is this one already"):
        body.lists(title="Another name for it")


def test_a_retired_one_is_not_chosen_anew_and_stays_where_it_was() -> None:
    body, lead = Owner("National body"), identity_of(factories.person(Role.NATIONAL_LEAD))
    own = body.lists()
    with writing():
        actions.retire_national(lead, GUIDE, on=clock.today(), reason="Replaced", version=1)
    with writing():
        actions.change_resource(body.by, body.place, own, replace(FACTS, owner="The team"), version=1)
    with pytest.raises(RuleBroken, match="This one is retired"):
        Owner("A college", COLLEGE).lists()


def test_the_link_is_told_to_the_trail() -> None:
    Owner("National body").lists()
    (header,) = db.session.scalars(select(AuditEvent.header).where(AuditEvent.type == "resource.added"))
    assert json.loads(header)["public"]["national_code"]["new"] == GUIDE


# --- on the pages -----------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Owner], FlaskClient]:
    return lambda owner: factories.signed_in_client(app, factories.person(Role.CHAMPION, owner.place))


def chosen(html: str) -> list[str]:
    return re.findall(r'<option value="([a-z0-9-]+)" selected', html)


def home(owner: Owner) -> str:
    return f"/organisations/{owner.place.code}/alignment"


def test_the_form_offers_the_library_and_keeps_what_was_chosen(
    signed_in: Callable[[Owner], FlaskClient], client: FlaskClient
) -> None:
    college = Owner("College of Care", COLLEGE)
    say(owner_id=college.place.id)
    champion = signed_in(college)
    empty = champion.get(f"{home(college)}/new").text
    offered = re.findall(r'<option value="([a-z0-9-]+)"', empty)
    resources = {each.code for each in load_national().entries if each.facts.kind is NationalKind.RESOURCE}
    assert resources <= set(offered) and "hee-sepsis-page" not in offered
    assert "Is it one of the national library? (optional)" in words(empty)
    answer = send(
        champion, f"{home(college)}/new", **training(title="Carers", national_code=GUIDE, patients="all")
    )
    assert answer.status_code == 303
    assert "As its owner, College of Care, recorded" in words(client.get(f"/resources/{GUIDE}").text)
    (row,) = queries.list_resources(college.by, college.place.id)
    own = f"{home(college)}/{row.entity_id}"
    assert "In the national library Sepsis: A careworker’s guide" in words(champion.get(own).text)
    assert GUIDE in chosen(champion.get(f"{own}/edit").text)
    changed = training(title="Carers", patients="all", national_code="", version="1")
    assert send(champion, f"{own}/edit", **changed).status_code == 303
    assert queries.get_resource(college.by, college.place.id, row.entity_id).national_code is None


def test_nonsense_and_what_is_others_are_said_at_the_field(signed_in: Callable[[Owner], FlaskClient]) -> None:
    trust = Owner("Northmoor", OrganisationKind.NHS_TRUST)
    champion = signed_in(trust)
    path = f"{home(trust)}/new"
    wrong = send(champion, path, **training(national_code="nonsense"))
    assert wrong.status_code == 422 and "Choose one of the answers listed" in words(wrong.text)
    refused = send(champion, path, **training(national_code=GUIDE))
    assert refused.status_code == 422 and "made by others" in words(refused.text)
    assert GUIDE in chosen(refused.text)


def test_a_title_of_the_library_that_is_not_linked_is_told(signed_in: Callable[[Owner], FlaskClient]) -> None:
    college = Owner("College of Care", COLLEGE)
    own = college.lists(title="Sepsis: A careworker's guide", national_code=None)
    page = words(signed_in(college).get(f"{home(college)}/{own}").text)
    assert "Not linked. One with the same title is there: Sepsis: A careworker’s guide" in page


def test_two_who_change_it_see_which_was_chosen(signed_in: Callable[[Owner], FlaskClient]) -> None:
    college = Owner("College of Care", COLLEGE)
    own, champion = college.lists(), signed_in(Owner("x"))
    champion = signed_in(college)
    path = f"{home(college)}/{own}/edit"
    first = training(title="Our guide", national_code="sepsis-savvy", version="1")
    assert send(champion, path, **first).status_code == 303
    second = send(champion, path, **{**first, "national_code": "sepsis-game"})
    assert second.status_code == 409
    assert "Project Transform: “Sepsis Savvy” The Sepsis Game" in words(second.text)


def test_the_national_body_is_led_to_its_own_list(signed_in: Callable[[Owner], FlaskClient]) -> None:
    body = Owner("National body")
    page = signed_in(body).get(f"/organisations/{body.place.code}").text
    assert re.search(rf'href="{home(body)}"[^>]*>\s*Our own training, checked against NICE', page)


def rows_of(client: FlaskClient, owner: Owner, csv: str) -> TestResponse:
    """A file sent, and its preview sent back as it is."""
    path = f"{home(owner)}/import"
    token = factories.csrf_of(client.get(path).text)
    file = (BytesIO(csv.encode()), "list.csv")
    return client.post(
        path, data={"csrf_token": token, "file": file, "idempotency_key": "a" * 32},
        content_type="multipart/form-data",
    )  # fmt: skip


def test_rows_of_a_file_are_linked_by_their_title_and_say_so(
    signed_in: Callable[[Owner], FlaskClient],
) -> None:
    trust = Owner("Northmoor", OrganisationKind.NHS_TRUST)
    trust.lists(title="Our savvy film", national_code="sepsis-savvy", source=Source.NATIONAL)
    champion = signed_in(trust)
    csv = (
        "Title,Whose,Who it is for,Patients\n"
        "Sepsis: A careworker's guide,National,Everybody,Everybody\n"
        "The Sepsis Game,Our own,Everybody,Everybody\n"
        'Project Transform: "Sepsis Savvy",National,Everybody,Everybody\n'
        "Our own talk,Our own,Everybody,Adults\n"
    )
    preview = rows_of(champion, trust, csv)
    page = words(preview.text)
    assert "Linked to “Sepsis: A careworker’s guide” in the national library" in page
    assert (
        "“The Sepsis Game” is in the national library too: if it is that one, answer “National” to “Whose”"
        in page
    )
    form = preview.text.split('<form method="post" novalidate', 1)[1]
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form)
    }
    fields |= {
        name: unescape(value)
        for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL)
        for value in re.findall(r'value="([^"]*)" selected', options)
    }
    fields = {name: value for name, value in fields.items() if not name.endswith("-out")}
    assert champion.post(f"{home(trust)}/import", data=fields).status_code == 303
    found = {row.title: row.national_code for row in queries.list_resources(trust.by, trust.place.id)}
    assert found == {
        "Our savvy film": "sepsis-savvy", "Sepsis: A careworker's guide": GUIDE, "The Sepsis Game": None,
        'Project Transform: "Sepsis Savvy"': None, "Our own talk": None,
    }  # fmt: skip
