"""What an import and an addition leave behind: dated rows with their versions, and the audit trail."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.organisations.filed import JANUARY_2021, JULY_2025, import_lines, import_real, line
from tracker import clock
from tracker.audit.models import PLATFORM, AuditEvent, AuditPrivate, ChainHead
from tracker.audit.rules import ChainEvent, Head, verify_chain
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import RuleBroken
from tracker.extensions import db
from tracker.organisations.actions import (
    add_organisation,
    ensure_standing_bodies,
    load_reference,
)
from tracker.organisations.models import (
    Icb,
    IcbSuccession,
    Organisation,
    OrganisationImport,
    OrganisationName,
    OrganisationPlace,
    Region,
    Succession,
)
from tracker.web.transactions import writing

COUNTED = {
    "added": 3, "renamed": 43, "moved": 204, "closed": 29, "reopened": 0, "absent": 8, "returned": 0,
    "redated": 2, "unread": 0, "unchanged": 5, "rejected": 0,
}  # fmt: skip
TABLES = (Organisation, OrganisationName, OrganisationPlace, OrganisationImport, Region, Icb, IcbSuccession)
FIRST, SECOND, THIRD = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)


pytestmark = pytest.mark.usefixtures("app")


def everything() -> list[tuple[Any, ...]]:
    """Every row of organisations, reference data and the trail."""
    db.session.rollback()
    rows: list[tuple[Any, ...]] = []
    for model in (*TABLES, Succession, AuditEvent, ChainHead):
        columns = sorted(each.key for each in model.__mapper__.column_attrs)
        rows += [tuple(getattr(row, key) for key in columns) for row in db.session.scalars(select(model))]
    return sorted(rows, key=repr)


def find(code: str) -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.code == code)).one()


def names(code: str) -> list[tuple[str, date, date | None]]:
    query = select(OrganisationName).where(
        OrganisationName.organisation_id == find(code).id, OrganisationName.superseded_at.is_(None)
    )
    return [
        (row.name, row.valid_from, row.valid_until)
        for row in db.session.scalars(query.order_by(OrganisationName.valid_from))
    ]


def places(code: str) -> list[tuple[str | None, str | None, date, date | None]]:
    query = select(OrganisationPlace).where(
        OrganisationPlace.organisation_id == find(code).id, OrganisationPlace.superseded_at.is_(None)
    )
    return [
        (row.region_code, row.icb_code, row.valid_from, row.valid_until)
        for row in db.session.scalars(query.order_by(OrganisationPlace.valid_from))
    ]


def events(chain_id: UUID) -> list[dict[str, Any]]:
    query = select(AuditEvent.header).where(AuditEvent.chain_id == chain_id).order_by(AuditEvent.seq)
    return [json.loads(header) for header in db.session.scalars(query)]


def standing() -> dict[str, tuple[Any, ...]]:
    """All that is said of every organisation, whatever versions lie under it."""
    return {
        each.code: (
            each.opened_on, each.closed_on, each.absent_since, each.last_seen_on, each.country,
            tuple(names(each.code)), tuple(places(each.code)),
        )
        for each in db.session.scalars(select(Organisation))
    }  # fmt: skip


# Reference data


def test_reference_data_is_loaded_once() -> None:
    with writing():
        assert load_reference() > 0
    before = everything()
    with writing():
        assert load_reference() == 0
    assert everything() == before
    assert db.session.scalar(select(func.count()).select_from(Region)) == 7
    today = select(func.count()).select_from(Icb).where(Icb.region_code.is_not(None))
    assert db.session.scalar(today) == 36
    assert db.session.scalar(select(func.count()).select_from(Succession)) == 34
    assert db.session.get_one(Icb, "QM7").name == "Hertfordshire and West Essex"


def test_reference_data_that_was_altered_is_put_right() -> None:
    with writing():
        load_reference()
    with writing():
        db.session.get_one(Region, "Y56").name = "Londres"
    with writing():
        assert load_reference() == 1
    assert db.session.get_one(Region, "Y56").name == "London"


def test_codes_that_no_list_names_are_kept_without_a_name() -> None:
    import_real(JANUARY_2021)
    assert db.session.get_one(Region, "Y54").name is None
    assert db.session.get_one(Icb, "Q70").name is None
    assert db.session.get_one(Region, "W00").name == "Wales"


# The real files


def test_the_first_file_adds_every_trust() -> None:
    result = import_real(JANUARY_2021)
    assert (result.counts["added"], result.counts["closed"], result.counts["rejected"]) == (241, 2, 0)
    assert find("RJ1").last_seen_on == JANUARY_2021
    assert find("RQF").country == "Wales"


def test_2025_after_2021_changes_what_was_counted_in_the_files() -> None:
    import_real(JANUARY_2021)
    assert import_real(JULY_2025).counts == COUNTED
    assert names("R1A") == [
        ("WORCESTERSHIRE HEALTH AND CARE NHS TRUST", date(2011, 7, 1), JULY_2025),
        ("HEREFORDSHIRE AND WORCESTERSHIRE HEALTH AND CARE NHS TRUST", JULY_2025, None),
    ]
    assert places("R1A") == [
        ("Y55", "Q77", date(2011, 7, 1), JULY_2025),
        ("Y60", "QGH", JULY_2025, None),
    ]
    absent = db.session.scalars(select(Organisation.code).where(Organisation.absent_since == JULY_2025))
    assert len(absent.all()) == 8


@pytest.mark.parametrize("order", [(JANUARY_2021, JULY_2025), (JULY_2025, JANUARY_2021)])
def test_importing_again_changes_nothing_at_all(order: tuple[date, date]) -> None:
    for as_at in order:
        import_real(as_at)
    before = everything()
    for as_at in (*order, *reversed(order)):
        assert import_real(as_at).counts["unchanged"] == 244
    assert everything() == before


def test_2021_after_2025_ends_where_2025_after_2021_does() -> None:
    import_real(JULY_2025)
    later = {code: (*said[:4], said[5][-1][0], said[6][-1][:2]) for code, said in standing().items()}
    import_real(JANUARY_2021)
    backwards = standing()
    after = {
        code: (*backwards[code][:4], backwards[code][5][-1][0], backwards[code][6][-1][:2]) for code in later
    }
    assert after == later
    with writing():
        for model in reversed(TABLES[:4]):
            db.session.query(model).delete()
    import_real(JANUARY_2021)
    import_real(JULY_2025)
    assert standing() == backwards


# Made-up files


def test_an_old_version_of_a_row_is_closed_and_never_changed() -> None:
    import_lines([line("RA1", "OLD")], FIRST)
    before = db.session.scalars(select(OrganisationName)).one()
    recorded_at, organisation_id = before.recorded_at, before.organisation_id
    import_lines([line("RA1", "NEW")], SECOND)
    versions = db.session.scalars(select(OrganisationName).order_by(OrganisationName.id)).all()
    assert len(versions) == 3
    superseded = [row for row in versions if row.superseded_at is not None]
    assert [(row.name, row.valid_until, row.recorded_at) for row in superseded] == [
        ("OLD", None, recorded_at)
    ]
    assert {row.organisation_id for row in versions} == {organisation_id}
    new = {row.recorded_at for row in versions if row.superseded_at is None}
    assert new == {superseded[0].superseded_at}


def test_a_corrected_file_of_the_same_day_replaces_what_it_said() -> None:
    import_lines([line("RA1", "WRNOG")], FIRST)
    import_lines([line("RA1", "RIGHT")], FIRST)
    assert [name for name, *_ in names("RA1")] == ["RIGHT"]
    assert db.session.scalar(select(func.count()).select_from(OrganisationImport)) == 2


def test_a_bad_line_is_named_and_left_out_alone() -> None:
    result = import_lines([line("RA1"), line("RA2", ""), line("RA3")], FIRST)
    assert [(each.line, each.code, each.reason) for each in result.rejected] == [
        (2, "RA2", "the name is empty")
    ]
    assert result.counts["added"] == 2
    assert result.counts["rejected"] == 1


def test_a_file_without_a_readable_line_changes_nothing() -> None:
    import_lines([line("RA1")], FIRST)
    before = everything()
    assert import_lines(["no,file,of,trusts"], SECOND).counts["absent"] == 0
    assert everything() == before


def test_a_trust_goes_missing_returns_closes_and_reopens() -> None:
    import_lines([line("RA1"), line("RA2")], FIRST)
    import_lines([line("RA2")], SECOND)
    assert find("RA1").absent_since == SECOND
    import_lines([line("RA1"), line("RA2", closed="20251231")], THIRD)
    assert (find("RA1").absent_since, find("RA2").closed_on) == (None, date(2025, 12, 31))
    import_lines([line("RA1"), line("RA2")], THIRD + timedelta(1))
    assert find("RA2").closed_on is None
    assert [each["type"] for each in events(find("RA1").id)] == [
        "organisation.added", "organisation.absent", "organisation.returned"
    ]  # fmt: skip
    assert [each["type"] for each in events(find("RA2").id)] == [
        "organisation.added", "organisation.closed", "organisation.returned"
    ]  # fmt: skip


def test_an_opening_date_that_becomes_known_reaches_back_and_is_told() -> None:
    import_lines([line("RA1", opened="")], FIRST)
    assert names("RA1")[0][1] == FIRST
    import_lines([line("RA1")], SECOND)
    assert names("RA1") == [("A TRUST", date(2011, 4, 1), None)]
    assert events(find("RA1").id)[-1]["public"]["from_on"] == {"old": None, "new": "2011-04-01"}


def test_a_file_of_tomorrow_is_refused() -> None:
    with pytest.raises(RuleBroken):
        import_lines([line("RA1")], clock.today() + timedelta(1))
    assert everything() == []


# The trail


def test_each_change_is_told_on_the_chain_of_its_organisation() -> None:
    actor = UUID(int=7)
    import_real(JANUARY_2021, actor)
    import_real(JULY_2025, actor)
    chain = events(find("R1A").id)
    assert [each["type"] for each in chain] == [
        "organisation.added", "organisation.renamed", "organisation.moved"
    ]  # fmt: skip
    assert chain[0]["public"]["kind"] == "nhs_trust"
    assert chain[1]["public"]["name"] == {
        "old": "WORCESTERSHIRE HEALTH AND CARE NHS TRUST",
        "new": "HEREFORDSHIRE AND WORCESTERSHIRE HEALTH AND CARE NHS TRUST",
    }
    assert chain[2]["public"]["region"] == {"old": "Y55", "new": "Y60"}
    assert chain[1]["public"]["source_line"] == 5
    assert {each["actor"] for each in chain} == {str(actor)}
    platform = [each for each in events(PLATFORM) if each["type"] == "organisations.imported"]
    assert [each["group"] for each in platform] == [chain[0]["group"], chain[1]["group"]]
    assert chain[1]["group"] == chain[2]["group"]
    told = platform[1]["public"]
    assert {key: told[key] for key in ("added", "renamed", "moved", "closed", "absent")} == {
        key: COUNTED[key] for key in ("added", "renamed", "moved", "closed", "absent")
    }
    assert told["as_at"] == JULY_2025.isoformat()


def test_a_closure_that_a_succession_explains_names_the_successor() -> None:
    import_real(JANUARY_2021)
    import_real(JULY_2025)
    closed = events(find("RC1").id)[-1]
    assert closed["type"] == "organisation.closed"
    assert (closed["public"]["successor"], closed["public"]["until_on"]) == (["RC9"], "2020-03-31")


def test_every_chain_verifies() -> None:
    import_real(JANUARY_2021)
    import_real(JULY_2025)
    stored: dict[UUID, list[ChainEvent]] = {}
    texts = {
        (row.chain_id, row.seq): (row.salt, (row.body or "").encode())
        for row in db.session.scalars(select(AuditPrivate))
    }
    for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.chain_id, AuditEvent.seq)):
        stored.setdefault(row.chain_id, []).append(
            ChainEvent(
                row.seq, row.header.encode(), row.hash, row.prev, *texts.get((row.chain_id, row.seq), ())
            )
        )
    heads = {row.chain_id: Head(row.seq, row.hash) for row in db.session.scalars(select(ChainHead))}
    assert len(stored) == len(heads) == 245
    results = [verify_chain(chain, head=heads[chain_id]) for chain_id, chain in stored.items()]
    assert [problem for result in results for problem in result.problems] == []
    types = Counter(json.loads(each.header_bytes)["type"] for chain in stored.values() for each in chain)
    assert types["organisation.added"] == 244


# By hand


def add(code: str = "RCEM", name: str = "Royal College", **more: Any) -> Organisation:
    with writing():
        return add_organisation(code, name, OrganisationKind.ROYAL_COLLEGE, **more)


def test_an_organisation_added_by_hand_is_never_missed_by_a_file() -> None:
    add(opened_on=date(2008, 2, 29))
    import_lines([line("RA1")], FIRST)
    import_lines([line("RA1")], SECOND)
    assert (find("RCEM").absent_since, find("RCEM").last_seen_on) == (None, None)
    assert names("RCEM") == [("Royal College", date(2008, 2, 29), None)]
    assert events(find("RCEM").id)[0]["type"] == "organisation.added"


def test_an_organisation_added_by_hand_has_its_place() -> None:
    with writing():
        load_reference()
    add(region_code="Y56", icb_code="QKK")
    assert places("RCEM") == [("Y56", "QKK", clock.today(), None)]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"code": "rcem"}, "code"),
        ({"code": "R"}, "code"),
        ({"code": "TAKEN"}, "code"),
        ({"name": "  "}, "name"),
        ({"name": "A" * 201}, "name"),
        ({"country": "Atlantis"}, "country"),
        ({"region_code": "Y99"}, "region_code"),
        ({"icb_code": "Q99"}, "icb_code"),
        ({"opened_on": date(2999, 1, 1)}, "opened_on"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(asked: dict[str, Any], field: str) -> None:
    add("TAKEN")
    before = everything()
    with pytest.raises(RuleBroken) as broken:
        add(**asked)
    assert [name for name, _message in broken.value.problems] == [field]
    assert everything() == before


def test_a_demonstration_trust_may_not_lie_in_a_real_region() -> None:
    with writing():
        load_reference()
    with pytest.raises(RuleBroken):
        add("X00001", region_code="Y56", demonstration=True)


def test_somebody_answers_recommendations_1_to_8() -> None:
    with writing():
        assert ensure_standing_bodies() == ("HEE",)
    before = everything()
    with writing():
        assert ensure_standing_bodies() == ()
    assert everything() == before
    assert (find("HEE").kind, find("HEE").closed_on) == (OrganisationKind.NATIONAL_BODY, None)


def test_a_body_that_a_file_names_after_all_is_the_same_one() -> None:
    add("RA1", "Added by hand")
    assert import_lines([line("RA1"), line("RA2")], clock.today()).counts["added"] == 1
    assert find("RA1").kind == OrganisationKind.ROYAL_COLLEGE
    assert names("RA1")[-1] == ("A TRUST", clock.today(), None)
