"""Real organisations imported after `flask demo load`: what is invented stays with the demonstration, on every list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.worker import settings_for
from tracker import clock, create_app
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.accounts.models import User
from tracker.cli.demonstration import names
from tracker.errors import NotFound, RuleBroken
from tracker.exports import actions as packs
from tracker.exports.queries import cut_of, list_codes
from tracker.exports.queries.ledger_controls import count_ledgers
from tracker.exports.queries.ledgers import library_rows
from tracker.exports.rules import COLUMNS
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.queries import counts, get_national_resource
from tracker.library.rules import (
    Audience,
    Counted,
    DevelopmentFacts,
    EvaluationFacts,
    FundingFacts,
    Learner,
    Patients,
    Reach,
    Setting,
    Stage,
    UsageFacts,
)
from tracker.organisations.queries import find_ref
from tracker.organisations.readers import ODS
from tracker.practice import actions as practice
from tracker.practice.models import Practice
from tracker.practice.rules import PracticeFacts, State
from tracker.programme.actions import record_state
from tracker.programme.rules import StateFacts, Status
from tracker.progress import actions as progress
from tracker.progress.actions import ActionInput
from tracker.web.navigation import ALL_INVENTED, SOME_INVENTED
from tracker.web.transactions import writing

TRUST, NEIGHBOUR, HEE = "RJ1", "RRV", "HEE"
INVENTED_TRUST, INVENTED_BODY = "X00101", names.NATIONAL_BODY
# The demonstration counts its use, has an evaluation of it, and says who pays for it.
PACKAGE, PLAIN = "think-sepsis-primary-care", "elfh-08-09"
ITEM, SILENT = "2016-17-4", "2017-18-2"
BODY = "Demonstration National Body"
ASKED = "demonstration=1"


@dataclass
class Beside:
    """The instance, and who looks at it."""

    app: Flask
    visitor: FlaskClient
    champion: FlaskClient
    of_demonstration: FlaskClient
    national: FlaskClient

    def readers(self) -> list[FlaskClient]:
        """Those to whom only real ones are shown unless they ask."""
        return [self.visitor, self.champion, self.national]


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.split("<main", 1)[1])).split())


def place(code: str) -> OrganisationRef:
    found = find_ref(code)
    assert found is not None
    return found


def somebody(role: Role, *codes: str) -> Identity:
    return factories.identity_of(factories.person(role, [place(code) for code in codes] or None))


@pytest.fixture(scope="module")
def loaded(
    fresh_database: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The demonstration, then two trusts of the NHS's own file, and with them the national body."""
    folder = tmp_path_factory.mktemp("beside")
    file = folder / "etr.csv"
    lines = (ODS / "etr-2025-07.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if line[1:4] in (TRUST, NEIGHBOUR)), encoding="utf-8")
    app = create_app(settings_for(folder, fresh_database(folder)))
    with app.app_context():
        run = app.test_cli_runner().invoke
        for words in (
            ["demo", "load", "--organisations", "3"],
            ["organisations", "import", str(file), "--as-at", "2025-07-01"],
        ):
            result = run(args=words)
            assert result.exit_code == 0, result.output
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def beside(loaded: Flask) -> Beside:
    """Nothing real is recorded yet."""
    demo = db.session.scalars(select(User).where(User.email == "champion@demo.example")).one()
    return Beside(
        loaded,
        loaded.test_client(),
        factories.signed_in_client(loaded, factories.person(Role.CHAMPION, place(TRUST))),
        factories.signed_in_client(loaded, factories.Person(demo.id, demo.email, demo.name)),
        factories.signed_in_client(loaded, factories.person(Role.NATIONAL_LEAD)),
    )


@pytest.fixture(scope="module")
def told(beside: Beside) -> Beside:
    """What real organisations recorded of the same things."""
    today, body, trust = clock.today(), somebody(Role.CHAMPION, HEE), somebody(Role.CHAMPION, TRUST)
    package = get_national_resource(PACKAGE).entity_id
    nurses = Audience(frozenset({Learner.NURSING}), frozenset({Setting.HOSPITAL}), Patients.ADULTS)
    with writing():
        library.add_usage(body, place(HEE), UsageFacts(
            package, Counted.COMPLETIONS, 17, date(2026, 1, 1), date(2026, 3, 31), "A real report", today,
        ))  # fmt: skip
        library.add_evaluation(body, place(HEE), EvaluationFacts(package, "A real method"))
        library.add_development(trust, place(TRUST), DevelopmentFacts(
            "A real course", "About sepsis", Reach.LOCAL, Stage.PLANNED, today - timedelta(days=1), nurses,
        ))  # fmt: skip
        record_state(
            body, place(HEE), ITEM, StateFacts(Status.PLANNED, "A real team", due_on=today), version=0
        )
    published(trust, place(TRUST), "A real trolley")
    return beside


def sent(who: Identity, where: OrganisationRef, title: str) -> Practice:
    facts = PracticeFacts(
        title, "SEP16-12", Setting.HOSPITAL, what="We put one there", effect="It is found faster",
        effect_measure="Minutes", contact_role="Sepsis team",
    )  # fmt: skip
    with writing():
        return practice.add_practice(who, where, facts, send=True)


def published(who: Identity, where: OrganisationRef, title: str) -> Practice:
    row = sent(who, where, title)
    with writing():
        return practice.publish_practice(somebody(Role.NATIONAL_LEAD), row.entity_id, version=1)


def invented_practice() -> Practice:
    query = select(Practice).where(
        Practice.organisation_id == place(INVENTED_TRUST).id,
        Practice.state == State.PUBLISHED,
        Practice.superseded_at.is_(None),
    )
    return db.session.scalars(query.limit(1)).one()


class TestBeforeAnythingRealIsRecorded:
    """What is invented stands in for nothing: an empty list says that it is empty."""

    def test_use_and_evaluations_of_a_resource(self, beside: Beside) -> None:
        for client in beside.readers():
            page = read(client, f"/resources/{PACKAGE}")
            assert BODY not in page
            assert "Nobody has recorded yet how much it is used" in page
            assert "Nobody has recorded an evaluation of it yet" in page
        assert f"Read by {BODY}" in read(beside.of_demonstration, f"/resources/{PACKAGE}")

    def test_new_training(self, beside: Beside) -> None:
        for client in beside.readers():
            page = read(client, "/resources/funding")
            assert "No organisation has told of new training yet" in page
            assert "Ward simulation kit" not in page
        assert "Ward simulation kit" in read(beside.of_demonstration, "/resources/funding")

    def test_who_pays_is_not_recorded_when_an_invented_body_is_said_to(self, beside: Beside) -> None:
        for client in beside.readers():
            assert BODY not in read(client, "/resources/funding")
            assert "funder and developer recorded for 0 of" in read(client, "/resources/funding")
            assert BODY not in read(client, f"/resources/{PLAIN}")
        assert BODY in read(beside.of_demonstration, f"/resources/{PLAIN}")
        assert BODY in read(beside.of_demonstration, "/resources/funding")
        day = clock.today()
        assert counts.count_funded(day, demonstration=False).numerator == 0
        assert counts.count_checked(day, months=12, demonstration=False).recent == 0
        assert counts.count_funded(day, demonstration=True).numerator == 4
        assert counts.count_checked(day, months=12, demonstration=True).recent == 4

    def test_good_practice(self, beside: Beside) -> None:
        assert "Nothing is published yet" in read(beside.champion, "/practice")
        assert "Nothing is published yet" in read(beside.national, "/practice")
        assert "Nothing is published yet" not in read(beside.of_demonstration, "/practice")

    def test_where_items_of_the_programme_stand(self, beside: Beside) -> None:
        for client in beside.readers():
            page = read(client, "/programme")
            assert BODY not in page and "nobody has said where any item stands" in page
            assert "Nothing has been said of it here" in read(client, f"/programme/{SILENT}")
        assert f"As {BODY} says it" in read(beside.of_demonstration, "/programme")

    def test_checks_against_nice(self, beside: Beside) -> None:
        """Of a resource, in the table of gaps and beside suggested training."""
        checked = "Checked: "
        for client in beside.readers():
            assert "No owner has recorded a check" in read(client, f"/resources/{PACKAGE}")
            assert checked not in read(client, "/training?staff=nursing")
        assert checked in read(beside.of_demonstration, "/training?staff=nursing")
        assert "No owner has recorded a check" not in read(beside.of_demonstration, f"/resources/{PACKAGE}")
        assert read(beside.visitor, "/resources/gaps") != read(beside.of_demonstration, "/resources/gaps")

    def test_every_page_says_which_are_invented(self, beside: Beside) -> None:
        for path in ("/", "/resources", "/programme", "/no-such-page"):
            text = beside.visitor.get(path).text
            assert SOME_INVENTED in text and ALL_INVENTED not in text
        for path in ("/summary", "/dissemination", f"/dissemination?{ASKED}"):
            assert SOME_INVENTED in beside.national.get(path).text


class TestBesideOneAnother:
    """Who asks for the invented ones gets them alone, is told so, and finds the way back."""

    def test_use_and_evaluations_of_a_resource(self, told: Beside) -> None:
        path = f"/resources/{PACKAGE}"
        for client in told.readers():
            page = read(client, path)
            assert "17 completions" in page and "A real method" in page and BODY not in page
            assert "1 count." in page and "1 evaluation," in page
        assert "Show invented organisations instead" in read(told.visitor, path)
        asked = read(told.visitor, f"{path}?{ASKED}")
        assert "These organisations are invented" in asked and f"Read by {BODY}" in asked
        assert "17 completions" not in asked and "A real method" not in asked

    def test_who_belongs_to_one_world_cannot_ask_for_the_other(self, told: Beside) -> None:
        path = f"/resources/{PACKAGE}"
        assert BODY not in read(told.champion, f"{path}?{ASKED}")
        assert "Show invented organisations instead" not in read(told.champion, path)
        page = read(told.of_demonstration, path)
        assert "17 completions" not in page and "Show real ones" not in page

    def test_new_training(self, told: Beside) -> None:
        for client in told.readers():
            page = read(client, "/resources/funding")
            assert "A real course" in page and "Ward simulation kit" not in page
        asked = read(told.visitor, f"/resources/funding?{ASKED}")
        assert "A real course" not in asked and "Ward simulation kit" in asked and BODY in asked
        assert "These organisations are invented" in asked
        assert "A real course" not in read(told.of_demonstration, "/resources/funding")

    def test_who_pays_counts_once_the_national_lead_has_put_it_right(self, told: Beside) -> None:
        row = get_national_resource(PLAIN)
        said = FundingFacts("A real fund", "A real studio", "", clock.today())
        with writing():
            library.record_funding(somebody(Role.NATIONAL_LEAD), PLAIN, said, version=row.version)
        assert "A real fund" in read(told.visitor, f"/resources/{PLAIN}")
        assert counts.count_funded(clock.today(), demonstration=False).numerator == 1

    def test_good_practice(self, told: Beside) -> None:
        title = invented_practice().title
        for client in (told.champion, told.national):
            page = read(client, "/practice")
            assert "A real trolley" in page and "1 practice on" in page and title not in page
        page = read(told.of_demonstration, f"/practice?q={title.split()[0]}")
        assert title in page and "A real trolley" not in page
        asked = read(told.national, f"/practice?{ASKED}")
        assert (
            title in asked and "A real trolley" not in asked and "These organisations are invented" in asked
        )

    def test_a_practice_by_its_own_address(self, told: Beside) -> None:
        row = invented_practice()
        path = f"/practice/{row.entity_id}"
        assert told.champion.get(path).status_code == 404
        assert "These organisations are invented" in read(told.national, path)
        assert "These organisations are invented" not in read(told.of_demonstration, path)
        draft = f"/organisations/{TRUST}/recommendations/SEP16-12/actions/new?from={row.entity_id}"
        assert told.champion.get(draft).status_code == 404

    def test_a_practice_is_used_in_its_own_world_alone(self, told: Beside) -> None:
        """Also by somebody who belongs to both."""
        both, wanted = (
            somebody(Role.CHAMPION, TRUST, INVENTED_TRUST),
            ActionInput("Do it too", "", None, None),
        )
        practice_id = invented_practice().entity_id
        with pytest.raises(NotFound), writing():
            progress.add_action(both, place(TRUST), "SEP16-12", wanted, source=practice_id)

    def test_the_queue_of_the_national_lead(self, told: Beside) -> None:
        sent(somebody(Role.CHAMPION, NEIGHBOUR), place(NEIGHBOUR), "A real one that waits")
        invented = sent(
            somebody(Role.CHAMPION, INVENTED_TRUST), place(INVENTED_TRUST), "An invented one that waits"
        )
        page, asked = (
            read(told.national, "/practice/review"),
            read(told.national, f"/practice/review?{ASKED}"),
        )
        assert "A real one that waits" in page and "An invented one" not in page
        assert "An invented one that waits" in asked and "A real one" not in asked
        assert "These organisations are invented" in read(
            told.national, f"/practice/review/{invented.entity_id}"
        )
        assert "Good practice to review: 1 waiting" in read(told.national, "/summary")
        assert f"/practice/review?{ASKED}" in told.national.get(f"/summary?{ASKED}").text

    def test_where_items_of_the_programme_stand(self, told: Beside) -> None:
        for client in told.readers():
            for page in (read(client, "/programme"), read(client, f"/programme/{ITEM}")):
                assert "A real team" in page and "Sepsis programme team" not in page and BODY not in page
        for path in ("/programme", f"/programme/{ITEM}"):
            asked = read(told.visitor, f"{path}?{ASKED}")
            assert (
                "A real team" not in asked and BODY in asked and "These organisations are invented" in asked
            )
            assert "A real team" not in read(told.of_demonstration, path)
        assert f"/programme/{ITEM}?{ASKED}" in told.visitor.get(f"/programme?{ASKED}").text

    def test_lists_of_organisations(self, told: Beside) -> None:
        page = read(told.national, "/organisations?state=open")
        asked = read(told.national, f"/organisations?state=open&{ASKED}")
        assert TRUST in page and INVENTED_TRUST not in page
        assert INVENTED_TRUST in asked and TRUST not in asked
        assert "East of England" in page and "East of England" not in asked


class TestPacks:
    """Its totals are figures: real organisations and invented ones are never in one."""

    def test_everything_is_everything_real(self, told: Beside) -> None:
        assert set(list_codes(None, demonstration=False)) == {TRUST, NEIGHBOUR, HEE}
        assert INVENTED_TRUST in list_codes(None, demonstration=True)
        today = clock.today()
        day = f"as_at-day={today.day}&as_at-month={today.month}&as_at-year={today.year}"
        preview = read(told.national, f"/exports/preview?who=all&{day}")
        assert TRUST in preview and INVENTED_TRUST not in preview
        asked = read(told.national, f"/exports/preview?who=all&{day}&{ASKED}")
        assert INVENTED_TRUST in asked and TRUST not in asked

    def test_both_are_refused(self, told: Beside) -> None:
        with pytest.raises(RuleBroken, match="no pack holds both"), writing():
            packs.request_export(None, [TRUST, INVENTED_TRUST], ["SEP16-12"], clock.today())

    def test_the_library_names_nobody_invented_in_a_real_one(self, told: Beside) -> None:
        assert (self.funders(TRUST) & {BODY}, self.funders(INVENTED_TRUST) & {BODY}) == (set(), {BODY})

    def funders(self, code: str) -> set[object]:
        """Who pays, and the total of control.csv held against the rows."""
        with writing():
            cut = cut_of(packs.request_export(None, [code], ["SEP16-12"], clock.today()))
        rows = [dict(zip(COLUMNS["library.csv"], row, strict=True)) for row in library_rows(cut)]
        of_library = [row for row in rows if row["kind"] == "resource" and row["resource_kind"] == "resource"]
        both = [row for row in of_library if row["funder"] and row["developer"]]
        assert count_ledgers(cut)["resources_with_funder_and_developer"] == len(both)
        return {row["funder"] for row in of_library}
