"""Writing the programme: seeding, keeping it, saying where items stand; who may, what is refused, what is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories
from tests.factories import identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.programme import actions, queries
from tracker.programme.loader import ShippedYear, load_programme
from tracker.programme.models import ProgrammeItem
from tracker.programme.rules import ItemFacts, ItemKind, StateFacts, Status, YearFacts
from tracker.web.transactions import writing

PLANNED = StateFacts(Status.PLANNED, owner="Education team", due_on=date(2026, 3, 1))
WORKSHOP = ItemFacts(ItemKind.WORKSHOP, "Workshop 5", happens_on=date(2019, 3, 1), place="Leeds")


def told(type: str) -> list[AuditEvent]:
    query = sa.select(AuditEvent).where(AuditEvent.type == type).order_by(AuditEvent.seq)
    return list(db.session.scalars(query))


def broken(act: object) -> set[str]:
    with pytest.raises(RuleBroken) as caught, writing():
        act()  # type: ignore[operator]
    return {field for field, _words in caught.value.problems}


def add_year(keeper: Identity, code: str = "2018-19") -> None:
    with writing():
        actions.add_year(keeper, YearFacts(code))


def add(keeper: Identity, facts: ItemFacts, parent: str = "") -> ProgrammeItem:
    with writing():
        return actions.add_item(keeper, "2018-19", facts, parent_code=parent)


# --- what is shipped ---------------------------------------------------------------------------------------


def test_reading_the_file_again_changes_nothing() -> None:
    with writing():
        again = actions.seed_programme(load_programme())
    assert (again.added, again.changed, again.kept, again.unchanged) == ((), (), (), 26)
    assert len(queries.list_items()) == 23
    assert len(told("programme.item_added")) == 23 and len(told("programme.year_added")) == 3


def test_what_the_national_lead_changed_stays(keeper: Identity) -> None:
    with writing():
        actions.change_item(keeper, "2016-17-4", ItemFacts(ItemKind.ITEM, "", note="Ours"), version=1)
        actions.change_year(keeper, "2017-18", YearFacts("2017-18", note="Ours too"), version=1)
    with writing():
        again = actions.seed_programme(corrected())
    assert again.kept == ("2016-17-4", "2017-18")
    assert queries.get_item("2016-17-4").note == "Ours" and queries.get_year("2017-18").note == "Ours too"


def test_what_the_national_lead_changed_of_an_item_keeps_no_other_correction_away(keeper: Identity) -> None:
    mine = ItemFacts(ItemKind.ITEM, "", note="Ours", serves=("SEP16-17",))
    with writing():
        actions.change_item(keeper, "2016-17-4", mine, version=1)
    for _read_again in range(2):
        with writing():
            actions.seed_programme(corrected())
    row = queries.get_item("2016-17-4")
    assert (row.note, row.serves, row.version) == ("Ours", ["SEP16-09"], 3)
    with writing():
        again = actions.seed_programme(corrected())
    assert (again.changed, again.kept) == ((), ("2016-17-4",))


def test_another_place_in_the_list_is_told(keeper: Identity) -> None:
    years = load_programme()
    turned = (replace(years[0], items=years[0].items[::-1]), *years[1:])
    with writing():
        assert len(actions.seed_programme(turned).changed) == 4, "the one in the middle stays"
    event = told("programme.item_changed")[0]
    assert json.loads(event.header)["public"]["place_in_list"] == {"old": 5, "new": 1}


def corrected() -> tuple[ShippedYear, ...]:
    """A newer file: two items and a year say something else."""
    years = []
    for year in load_programme():
        items = [
            replace(each, facts=replace(each.facts, serves=("SEP16-09",), note="Corrected"))
            if each.code in {"2015-16-6", "2016-17-4"}
            else each
            for each in year.items
        ]
        years.append(
            replace(
                year, items=tuple(items), note=f"{year.note} More." if year.code == "2017-18" else year.note
            )
        )
    return tuple(years)


def test_a_corrected_file_reaches_what_nobody_has_changed() -> None:
    with writing():
        again = actions.seed_programme(corrected())
    assert (again.changed, again.kept, again.unchanged) == (("2015-16-6", "2016-17-4", "2017-18"), (), 23)
    row = queries.get_item("2015-16-6")
    assert (row.serves, row.note, row.version, row.from_source) == (["SEP16-09"], "Corrected", 2, True)
    assert queries.get_year("2017-18").note.endswith("More.") and not queries.get_year("2017-18").is_confirmed
    (first, _second) = told("programme.item_changed")
    assert first.actor_id is None and len(told("programme.year_changed")) == 1
    with writing():
        assert actions.seed_programme(corrected()).changed == ()


def test_what_is_added_beside_what_the_source_names_stays(keeper: Identity) -> None:
    """An item of ours in a year of the source is none of the file's."""
    with writing():
        ours = actions.add_item(keeper, "2016-17", ItemFacts(ItemKind.ITEM, "Ours"))
    with writing():
        actions.seed_programme(corrected())
    assert queries.get_item(ours.code).version == 1


# --- keeping it --------------------------------------------------------------------------------------------


def test_the_next_year_with_items_parts_and_an_event(keeper: Identity) -> None:
    add_year(keeper)
    first = add(keeper, ItemFacts(ItemKind.ITEM, "A package for governors", serves=("SEP16-04",)))
    part = add(keeper, WORKSHOP, first.code)
    assert (first.code, part.code, part.label) == ("2018-19-1", "2018-19-1-a", "a")
    assert add(keeper, ItemFacts(ItemKind.ITEM, "Another")).code == "2018-19-2"
    event = told("programme.item_added")[-2]
    assert event.subject_code == "2018-19-1-a"
    assert "Leeds" not in json.dumps(event.header), "what was typed can be taken out later"


def test_a_part_of_an_item_of_the_source_takes_the_next_letter(keeper: Identity) -> None:
    with writing():
        row = actions.add_item(
            keeper, "2016-17", ItemFacts(ItemKind.PART, "Found since"), parent_code="2016-17-1"
        )
    assert (row.code, row.from_source) == ("2016-17-1-c", False)


def test_the_source_s_words_are_never_changed(keeper: Identity) -> None:
    before = queries.get_item("2017-18-2")
    title, text = before.title, before.text
    wanted = ItemFacts(
        ItemKind.ITEM, "Other", text="Other", note="See the ICB", link="https://nhs.example", place="X"
    )
    with writing():
        actions.change_item(keeper, "2017-18-2", wanted, version=1)
    after = queries.get_item("2017-18-2")
    assert (after.title, after.text, after.place, after.kind) == (title, text, "", ItemKind.INDICATOR)
    assert (after.note, after.link, after.version) == ("See the ICB", "https://nhs.example", 2)
    assert [each.version for each in queries.list_item_history("2017-18-2")] == [2, 1]


def test_what_the_source_says_cannot_be_taken_out(keeper: Identity) -> None:
    with pytest.raises(NotAllowed), writing():
        actions.take_out(keeper, "2017-18-2", "Old", version=1)


def test_an_item_is_taken_out_with_its_parts_and_a_reason(keeper: Identity) -> None:
    add_year(keeper)
    first = add(keeper, ItemFacts(ItemKind.ITEM, "A package"))
    add(keeper, WORKSHOP, first.code)
    other = add(keeper, ItemFacts(ItemKind.ITEM, "Another"))
    assert broken(lambda: actions.take_out(keeper, first.code, "", version=1)) == {"reason"}
    with writing():
        gone = actions.take_out(keeper, first.code, "Entered twice", version=1)
    assert [each.code for each in gone] == ["2018-19-1", "2018-19-1-a"]
    assert queries.get_item(other.code).retired_reason == ""
    assert len(told("programme.item_taken_out")) == 2
    with pytest.raises(NotAllowed), writing():
        actions.change_item(keeper, first.code, WORKSHOP, version=2)
    # Its title may be used again, its code never.
    assert add(keeper, ItemFacts(ItemKind.ITEM, "A package")).code == "2018-19-3"


def test_doubles_and_strangers_are_refused(keeper: Identity) -> None:
    add_year(keeper)
    add(keeper, ItemFacts(ItemKind.ITEM, "A package"))
    assert broken(lambda: actions.add_year(keeper, YearFacts("2018-19"))) == {"code"}
    item = ItemFacts(ItemKind.ITEM, "a PACKAGE")
    assert broken(lambda: actions.add_item(keeper, "2018-19", item)) == {"title"}
    item = replace(item, title="New", serves=("SEP16-99",), resource_code="no-such-thing")
    assert broken(lambda: actions.add_item(keeper, "2018-19", item)) == {"serves", "resource_code"}
    item = ItemFacts(ItemKind.ITEM, "New")
    assert broken(lambda: actions.add_item(keeper, "2018-19", item, parent_code="2016-17-1")) == {
        "parent_code"
    }
    too_deep = "2016-17-3-1-b-1"
    assert broken(lambda: actions.add_item(keeper, "2016-17", item, parent_code=too_deep)) == {"parent_code"}
    with pytest.raises(NotFound), writing():
        actions.add_item(keeper, "2031-32", item)


def test_a_resource_of_the_library_can_be_named(keeper: Identity) -> None:
    factories.national_resource("a-film")
    add_year(keeper)
    assert (
        add(keeper, ItemFacts(ItemKind.RESOURCE, "A film", resource_code="a-film")).resource_code == "a-film"
    )


def test_a_year_of_the_source_stays_to_be_confirmed(keeper: Identity) -> None:
    with writing():
        actions.change_year(keeper, "2017-18", YearFacts("", is_confirmed=True, note="Ours"), version=1)
    row = queries.get_year("2017-18")
    assert (row.is_confirmed, row.note, row.name) == (False, "Ours", "2017-2018")
    add_year(keeper)
    with writing():
        actions.change_year(keeper, "2018-19", YearFacts("", is_confirmed=False), version=1)
    assert queries.get_year("2018-19").is_confirmed is False


def test_two_who_keep_it(keeper: Identity) -> None:
    for act in (
        lambda: actions.change_year(keeper, "2017-18", YearFacts(""), version=9),
        lambda: actions.change_item(keeper, "2017-18-1", ItemFacts(ItemKind.ITEM, ""), version=9),
    ):
        with pytest.raises(Conflict), writing():
            act()


@pytest.mark.parametrize("role", [Role.CHAMPION, Role.TRUST_LEAD, Role.ADMINISTRATOR])
def test_only_the_national_lead_keeps_it(body: OrganisationRef, role: Role) -> None:
    place = None if role is Role.ADMINISTRATOR else body
    somebody = identity_of(factories.person(role, place))
    item = ItemFacts(ItemKind.ITEM, "Mine")
    for act in (
        lambda: actions.add_year(somebody, YearFacts("2018-19")),
        lambda: actions.change_year(somebody, "2017-18", YearFacts(""), version=1),
        lambda: actions.add_item(somebody, "2017-18", item),
        lambda: actions.change_item(somebody, "2017-18-1", item, version=1),
        lambda: actions.take_out(somebody, "2017-18-1", "Mine", version=1),
    ):
        with pytest.raises(NotAllowed), writing():
            act()


# --- where items stand -------------------------------------------------------------------------------------


def test_versions_of_what_was_said(by: Identity, body: OrganisationRef) -> None:
    done = StateFacts(Status.DONE, done_on=date(2026, 4, 1), summary="Published", starts_on=date(2026, 1, 1))
    with writing():
        actions.record_state(by, body, "2017-18-1", PLANNED, version=0)
    between = clock.now()
    with writing():
        row = actions.record_state(by, body, "2017-18-1", done, version=1)
    assert (row.version, row.status, row.owner) == (2, Status.DONE, "")
    assert [each.status for each in queries.list_state_history("2017-18-1", [body.id])] == [
        Status.DONE,
        Status.PLANNED,
    ]
    assert [each.status for each in queries.list_states([body.id], between)] == [Status.PLANNED]
    assert [each.status for each in queries.list_states([body.id])] == [Status.DONE]
    assert queries.list_states([]) == []
    first, second = told("programme.state_recorded")
    assert (first.chain_id, second.subject_code) == (body.id, "2017-18-1")


def test_two_who_say_where_an_item_stands(by: Identity, body: OrganisationRef) -> None:
    with writing():
        actions.record_state(by, body, "2017-18-1", PLANNED, version=0)
    with pytest.raises(Conflict), writing():
        actions.record_state(by, body, "2017-18-1", PLANNED, version=0)


def test_answers_of_another_status_are_let_go(by: Identity, body: OrganisationRef) -> None:
    facts = replace(PLANNED, done_on=date(2030, 1, 1), reason="Typed before")
    with writing():
        row = actions.record_state(by, body, "2017-18-1", facts, version=0)
    assert (row.done_on, row.reason) == (None, "")


def test_evidence_is_one_s_own_and_may_go_out_of_use_later(by: Identity, body: OrganisationRef) -> None:
    other = factories.organisation("X00904", kind=OrganisationKind.NATIONAL_BODY)
    stranger = identity_of(factories.person(Role.CHAMPION, other))
    mine, theirs = file_evidence(by, body), file_evidence(stranger, other)

    def say(*ids: str, version: int) -> None:
        with writing():
            actions.record_state(by, body, "2017-18-1", replace(PLANNED, evidence_ids=ids), version=version)

    assert broken(lambda: say(theirs, version=0)) == {"evidence_ids"}
    say(mine, version=0)
    with writing():
        evidence.withdraw_item(by, body, queries.list_evidence(by, body.id)[0].entity_id, "Old", version=1)
    say(mine, version=1)
    assert [str(each.entity_id) for each in queries.list_evidence(by, body.id, [mine])] == [mine]
    say(version=2)
    assert broken(lambda: say(mine, version=3)) == {"evidence_ids"}


def file_evidence(by: Identity, organisation: OrganisationRef, title: str = "Minutes") -> str:
    wanted = ItemInput(
        title,
        "The board agreed",
        EvidenceKind.MINUTES,
        date(2026, 1, 1),
        None,
        "https://nhs.example/m",
        ("SEP16-01",),
    )
    with writing():
        return str(evidence.add_item(by, organisation, wanted, []).entity_id)


def test_only_a_national_body_s_own_people_say_where_items_stand(
    body: OrganisationRef, keeper: Identity, by: Identity
) -> None:
    trust = factories.organisation("X00905")
    for identity, place in (
        (keeper, body),
        (identity_of(factories.person(Role.AUDITOR, body)), body),
        (identity_of(factories.person(Role.CHAMPION, trust)), body),
        (identity_of(factories.person(Role.CHAMPION, trust)), trust),
        (by, replace(body, is_open=False)),
    ):
        with pytest.raises(NotAllowed), writing():
            actions.record_state(identity, place, "2017-18-1", PLANNED, version=0)
    with pytest.raises(NotFound), writing():
        actions.record_state(by, body, "2031-32-1", PLANNED, version=0)


def test_what_a_recommendation_asks_is_not_asked_twice(by: Identity, body: OrganisationRef) -> None:
    for item in ("2016-17-1-a", "2016-17-2-a", "2016-17-2-b"):
        with pytest.raises(NotAllowed), writing():
            actions.record_state(by, body, item, PLANNED, version=0)


def test_nothing_is_said_of_what_was_taken_out(keeper: Identity, by: Identity, body: OrganisationRef) -> None:
    add_year(keeper)
    add(keeper, ItemFacts(ItemKind.ITEM, "A package"))
    with writing():
        actions.record_state(by, body, "2018-19-1", PLANNED, version=0)
    assert [each.code for each in queries.list_needs(by, body.id, date(2026, 3, 2))] == ["2018-19-1"]
    with writing():
        actions.take_out(keeper, "2018-19-1", "Entered twice", version=1)
    assert queries.list_needs(by, body.id, date(2026, 3, 2)) == []
    with pytest.raises(NotAllowed), writing():
        actions.record_state(by, body, "2018-19-1", PLANNED, version=1)


def test_what_is_overdue_needs_somebody(by: Identity, body: OrganisationRef) -> None:
    for item, facts in (
        ("2017-18-1", PLANNED),
        ("2017-18-2", replace(PLANNED, due_on=date(2026, 2, 1))),
        ("2017-18-3", StateFacts(Status.STOPPED, reason="No money", due_on=date(2026, 2, 1))),
        ("2016-17-4", replace(PLANNED, due_on=None)),
    ):
        with writing():
            actions.record_state(by, body, item, facts, version=0)
    needs = queries.list_needs(by, body.id, date(2026, 3, 2))
    assert [each.code for each in needs] == ["2017-18-2", "2017-18-1"]
    assert needs[1].note == "it was due on 1 March 2026 and is planned"
    assert (needs[1].endpoint, needs[1].values) == ("programme.edit_state", {"item": "2017-18-1"})
    assert [each.code for each in queries.list_needs(by, body.id, date(2026, 3, 1))] == ["2017-18-2"]
    stranger = identity_of(factories.person(Role.CHAMPION, factories.organisation("X00905")))
    assert queries.list_needs(stranger, body.id, date(2026, 3, 2)) == []
    assert queries.find_state(stranger, body.id, "2017-18-1") is None
    assert queries.list_evidence(stranger, body.id) == []
