"""The national page as it is fetched: who may, what it says, what its links keep, and the CSV beside it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.summary.makers import World, months_ago
from tracker import clock
from tracker.access.permissions import Role
from tracker.assurance.rules import Outcome
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.extensions import db
from tracker.summary.rules import default_since
from tracker.web.formats import day as long_day

ADDRESSES = ("/summary", "/summary/answered", "/summary.csv")
SignIn = Callable[[object], FlaskClient]


def words(html: str) -> str:
    """A page as it is read: no tags, single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def fetch(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def table(client: FlaskClient, address: str = "/summary.csv") -> list[dict[str, str]]:
    text = client.get(address).get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def events(type: str) -> list[dict[str, object]]:
    db.session.rollback()
    query = sa.select(AuditEvent.header).where(AuditEvent.type == type)
    return [json.loads(header) for header in db.session.scalars(query)]


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_a_national_lead_and_an_auditor_may_look(
    world: World, sign_in: SignIn, client: FlaskClient, address: str
) -> None:
    trust = factories.organisation()
    assert client.get(address).status_code == 303
    expected = {Role.CHAMPION: 403, Role.TRUST_LEAD: 403, Role.AUDITOR: 200}
    for role, status in expected.items():
        assert sign_in(factories.person(role, trust)).get(address).status_code == status, role
    assert sign_in(factories.person(Role.ADMINISTRATOR)).get(address).status_code == 403
    assert sign_in(world.lead).get(address).status_code == 200


def test_an_empty_tracker_is_said_in_words(world: World, lead: FlaskClient) -> None:
    page = words(fetch(lead, "/summary"))
    assert f"England, position now, {long_day(clock.today())}" in page
    assert "0 NHS trusts open. Recorded by trusts, not signed off." in page
    assert "%" not in page


def test_answered_in_four_parts_each_leads_to_names(world: World, lead: FlaskClient) -> None:
    fresh, old, part, silent = (factories.organisation(f"X0000{n}", f"Trust {n}") for n in range(1, 5))
    world.record_all(fresh, Delivery.DELIVERED, on=months_ago(1))
    world.record_all(old, Delivery.DELIVERED, on=months_ago(1))
    world.record(old, 18, Delivery.DELIVERED, on=months_ago(13))
    world.record(part, 9)
    page = fetch(lead, "/summary")
    for state, organisation in (("confirmed", fresh), ("part", part), ("nothing", silent)):
        assert f'/summary/answered?state={state}"' in page
        names = words(fetch(lead, f"/summary/answered?state={state}"))
        assert organisation.name in names
        assert [n for n in range(1, 5) if f"Trust {n}" in names] == [int(organisation.name[-1])]
    assert "1 of 4 nothing recorded" in words(page)


def test_older_is_apart_even_when_all_is_answered(world: World, lead: FlaskClient) -> None:
    trust = factories.organisation("X00001")
    for number in range(9, 18):
        world.record(trust, number)
    world.record(trust, 18, on=months_ago(13))
    page = words(fetch(lead, "/summary"))
    assert "0 of 1 confirmed within 12 months" in page
    assert "1 of 1 older than that" in page
    assert "had confirmed within the last 12 months where they stand on all 10 recommendations" in page


def test_names_are_listed_with_the_longest_silence_first(world: World, lead: FlaskClient) -> None:
    for number, months in ((1, 2), (2, 9), (3, 5)):
        world.record(factories.organisation(f"X0000{number}", f"Trust {number}"), 9, on=months_ago(months))
    names = words(fetch(lead, "/summary/answered?state=part"))
    assert names.index("Trust 2") < names.index("Trust 3") < names.index("Trust 1")


def test_a_past_day_carries_its_band_and_reproduces_itself(world: World, lead: FlaskClient) -> None:
    trust = factories.organisation("X00001")
    world.record(trust, 9, Delivery.IN_PROGRESS, on=months_ago(4))
    day = months_ago(2)
    address = f"/summary?as_at={day.isoformat()}"
    before = words(fetch(lead, address))
    assert f"Position on {long_day(day)}, not today" in before
    assert f"England, position at the end of {long_day(day)}" in before
    world.record(trust, 9, Delivery.DELIVERED)
    world.record(trust, 10, Delivery.DELIVERED)
    assert words(fetch(lead, address)) == before
    assert "not today" not in words(fetch(lead, "/summary"))
    boxes = f"/summary?as_at-day={day.day}&as_at-month={day.month}&as_at-year={day.year}"
    assert f"Position on {long_day(day)}, not today" in words(fetch(lead, boxes))


@pytest.mark.parametrize(
    "query,message",
    [
        ("as_at=nonsense", "Position on must be a real date"),
        ("as_at=31-2-2026", "Position on must be a real date"),
        ("as_at=2999-01-01", "Position on must be today or in the past"),
        ("as_at=1999-01-01", "Position on must be November 2016 or later"),
        ("since=nonsense", "Compare with must be a real date"),
        ("as_at=2026-01-31&since=2026-01-31", "Compare with a day before"),
        ("region=nowhere", "Choose one of the answers listed"),
        ("kind=nonsense", "Choose one of the answers listed"),
        ("delivery=nonsense", "Choose one of the answers listed"),
    ],
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_nonsense_is_refused_beside_its_field_and_nothing_is_lost(
    world: World, lead: FlaskClient, address: str, query: str, message: str
) -> None:
    answer = lead.get(f"{address}?{query}&q=elmsley")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert message in page and 'value="elmsley"' in page
    typed = dict(pair.split("=") for pair in query.split("&"))
    for name in ("as_at", "since"):
        assert name not in typed or f'value="{typed[name]}"' in page


def test_the_filters_stay_in_every_link_and_in_both_forms(world: World, lead: FlaskClient) -> None:
    for number in range(60):
        factories.organisation(f"X{number:05}", f"Elmsley {number:02}", region="Y1")
    factories.organisation("X99999", "Elsewhere", region="Y2")
    with_region(world)
    day = months_ago(1).isoformat()
    page = fetch(lead, f"/summary?region=Y1&as_at={day}&q=elmsley&delivery=nothing")
    assert "60 NHS trusts open" in words(page) and "Elsewhere" not in page
    plain = {"/summary"}  # the navigation, and "Clear"
    now = re.search(r'href="([^"]+)">Show the position now', page)
    assert now and "region=Y1" in now.group(1)
    for link in set(re.findall(r'href="(/summary[^"]*)"', page)) - plain - {now.group(1)}:
        assert "region=Y1" in link and f"as_at={day}" in link, link
    assert re.search(r'href="[^"]*page=2[^"]*#organisations"', page)
    assert '<input type="hidden" name="q" value="elmsley">' in page
    assert f'<input type="hidden" name="as_at" value="{day}">' in page
    assert "Elmsley 59" in fetch(lead, f"/summary?region=Y1&as_at={day}&q=elmsley&page=2")


def with_region(_world: World) -> None:
    from tracker.organisations.models import Region
    from tracker.web.transactions import writing

    with writing():
        db.session.add_all(
            [Region(code=code, name=f"Region {code}", demonstration=True) for code in ("Y1", "Y2")]
        )


def test_what_is_listed_never_shrinks_a_figure(world: World, lead: FlaskClient) -> None:
    first, second = factories.organisation("X00001", "Elmsley"), factories.organisation("X00002", "Larkfield")
    world.record(first, 9, Delivery.DELIVERED)
    world.record(second, 9, Delivery.IN_PROGRESS)
    page = fetch(lead, "/summary?delivery=delivered")
    assert "1 of 2" in words(page)
    assert ">Elmsley</a>" in page and ">Larkfield</a>" not in page
    assert "Listed: 1 trust with at least one recommendation “In place, not yet agreed”" in words(page)
    assert "The figures above stay over all 2." in words(page)


def test_the_table_says_each_position_in_words_and_leads_to_the_trust(
    world: World, lead: FlaskClient
) -> None:
    trust = factories.organisation("X00001", "Elmsley <b>&</b>", region="Y1")
    world.record(trust, 9, Delivery.DELIVERED, on=months_ago(13))
    page = fetch(lead, "/summary")
    assert '<a href="/organisations/X00001">Elmsley &lt;b&gt;&amp;&lt;/b&gt;</a>' in page
    assert (
        f"In place, no evidence yet, last confirmed {long_day(months_ago(13))}, over 12 months before" in page
    )


def test_an_auditor_sees_hers_only(world: World, sign_in: SignIn) -> None:
    hers, other = factories.organisation("X00001", "Elmsley"), factories.organisation("X00002", "Larkfield")
    for trust in (hers, other):
        world.record(trust, 9, Delivery.DELIVERED)
    client = sign_in(factories.person(Role.AUDITOR, hers))
    for address in ADDRESSES:
        answer = client.get(f"{address}?state=part").get_data(as_text=True)
        assert "Elmsley" in answer and "Larkfield" not in answer
    page = words(fetch(client, "/summary"))
    assert "The organisations you audit in England, position now" in page
    assert "1 NHS trust open" in page


def test_real_and_invented_organisations_never_share_a_figure(world: World, lead: FlaskClient) -> None:
    factories.organisation("X00001")
    assert "Only invented organisations are counted here" in fetch(lead, "/summary")
    factories.organisation("RJ1", demonstration=False)
    factories.organisation("RJ2", demonstration=False)
    page = fetch(lead, "/summary")
    assert "2 NHS trusts open" in page and 'href="/summary?demonstration=1"' in page
    page = fetch(lead, "/summary?demonstration=1")
    assert "1 NHS trust open" in page and "Show the real organisations" in page
    assert '<input type="hidden" name="demonstration" value="1">' in page


def test_hee_answers_for_its_own_and_others_are_counted(world: World, lead: FlaskClient) -> None:
    body = factories.organisation("X00001", "National body", kind=OrganisationKind.NATIONAL_BODY)
    college = factories.organisation("X00002", kind=OrganisationKind.ROYAL_COLLEGE)
    welsh = factories.organisation("X00003", kind=OrganisationKind.ROYAL_COLLEGE, country="Wales")
    world.record(body, 1, Delivery.IN_PROGRESS)
    for each in (college, welsh):
        world.record(each, 19, Delivery.DELIVERED)
    page = words(fetch(lead, "/summary"))
    assert "Health Education England’s own, 1 to 8" in page
    assert re.search(r"19 [^0-9]+1 organisation answered 1 say it is in place", page)
    assert "Other stakeholders, 19 to 21" in page


def test_cautions_say_what_would_mislead(world: World, lead: FlaskClient) -> None:
    first, second = factories.organisation("X00001"), factories.organisation("X00002")
    world.record(first, 9, Delivery.DELIVERED, on=months_ago(14))
    entry = world.record(second, 9, Delivery.NOT_APPLICABLE, reason="None")
    world.finding(second, 9, entry, Outcome.REASON_ACCEPTED)
    page = words(fetch(lead, "/summary"))
    assert "18 of 19 answers are missing" in page
    assert "1 answer was last confirmed more than 12 months before" in page
    assert "0 stay in the figures, 1 left them" in page
    assert "0 of 1 claims were tested" in page


def test_every_sentence_has_an_address_of_its_own_that_keeps_the_day(world: World, lead: FlaskClient) -> None:
    factories.organisation("X00001")
    page = fetch(lead, "/summary?q=anything")
    today = clock.today().isoformat()
    links = re.findall(r'href="([^"]+)">Permanent address<', page)
    assert len(links) == 13 == len(set(links))
    for link in links:
        address, _, anchor = link.partition("#")
        assert address == f"http://localhost/summary?as_at={today}"
        assert f'id="{anchor}"' in page


def test_the_sheet_holds_the_main_figures_and_no_list(world: World, lead: FlaskClient) -> None:
    factories.organisation("X00001", "Elmsley")
    page = fetch(lead, "/summary?sheet=1")
    assert "data-print" in page and "Elmsley" not in page
    assert "Before you use these figures" in page


def test_the_csv_is_what_is_on_the_screen(world: World, lead: FlaskClient) -> None:
    first, second, third = (factories.organisation(f"X0000{n}", f"Trust {n}", region="Y1") for n in (1, 2, 3))
    world.record_all(first, Delivery.DELIVERED)
    world.record(second, 9, Delivery.ASSURED, on=months_ago(14))
    world.evidence(second, 9, on=months_ago(15))
    entry = world.record(third, 9, Delivery.NOT_APPLICABLE, reason="None")
    world.finding(third, 9, entry, Outcome.REASON_ACCEPTED)
    rows = table(lead)
    assert len(rows) == 30
    nine = [row for row in rows if row["recommendation"] == "SEP16-09"]
    in_place = [row for row in nine if row["in_place"] == "yes" and row["counted"] == "yes"]
    assert f"{len(in_place)} of {sum(row['counted'] == 'yes' for row in nine)}" == "2 of 2"
    assert "2 of 2" in words(fetch(lead, "/summary"))
    by_code = {row["organisation"]: row for row in nine}
    assert by_code["X00002"]["position"] == "In place, evidence checked and agreed"
    assert by_code["X00002"]["answered"] == "older"
    assert by_code["X00002"]["evidence_in_date"] == "1"
    assert by_code["X00001"]["confirmed_on"] == by_code["X00001"]["as_at"] == clock.today().isoformat()
    assert {row["position"] for row in rows if row["organisation"] == "X00002"} >= {"Nothing recorded"}
    assert {row["organisation"] for row in table(lead, "/summary.csv?delivery=assured")} == {"X00002"}
    assert {row["organisation"] for row in table(lead, "/summary.csv?q=trust+3")} == {"X00003"}
    assert all(
        row["position"] == "Nothing recorded" for row in table(lead, f"/summary.csv?as_at={months_ago(24)}")
    )


def test_the_csv_opens_in_excel_and_runs_no_formula(world: World, lead: FlaskClient) -> None:
    factories.organisation("X00001", "=HYPERLINK(1)")
    factories.organisation("X00002", "＠full width")
    answer = lead.get("/summary.csv")
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert answer.mimetype == "text/csv"
    assert f'filename="summary-{clock.today()}.csv"' in answer.headers["Content-Disposition"]
    assert {row["organisation_name"] for row in table(lead)} == {"'=HYPERLINK(1)", "'＠full width"}


def test_an_export_is_an_event_before_its_first_byte(world: World, lead: FlaskClient) -> None:
    factories.organisation("X00001")
    day = clock.today() - timedelta(days=1)
    answer = lead.get(f"/summary.csv?q=elmsley&delivery=nothing&as_at={day}", buffered=False)
    (event,) = events("summary.exported")
    answer.close()
    assert event["public"] == {
        "format": "csv", "as_at": day.isoformat(), "filters": {"delivery": "nothing"},
        "organisation_count": 0, "row_count": 0,
    }  # fmt: skip
    assert "elmsley" not in json.dumps(event)


def test_a_day_of_reading_is_one_event(world: World, lead: FlaskClient) -> None:
    for address in ("/summary", "/summary?sheet=1", "/summary/answered", "/summary"):
        fetch(lead, address)
    (event,) = events("page.read")
    assert event["chain"] == "platform"
    assert event["public"] == {"page": "summary", "on": clock.today().isoformat()}


def test_the_number_of_queries_does_not_grow_with_organisations(
    app: Flask, world: World, lead: FlaskClient
) -> None:
    def fill(numbers: range) -> None:
        for number in numbers:
            trust = factories.organisation(f"X{number:05}")
            world.record(trust, 9, Delivery.DELIVERED)
            world.evidence(trust, 9, on=months_ago(1))

    def ask(address: str) -> int:
        with counted_queries() as statements:
            lead.get(address).get_data()
        return len(statements)

    fill(range(4))
    fetch(lead, "/summary")
    fill(range(4, 5))
    few = [ask(address) for address in ADDRESSES]
    fill(range(5, 25))
    assert [ask(address) for address in ADDRESSES] == few
    # The measures are read once, and kept until an organisation changes.
    assert few[0] <= 40
    assert ask("/summary") <= 20


def shown_fields(page: str) -> dict[str, str]:
    """What the form of who is counted and when would send when nothing in it is touched."""
    form = page[page.index('aria-label="Who is counted, and when"') : page.index('id="in-place"')]
    texts = [tag for tag in re.findall(r"<input[^>]*>", form) if 'name="' in tag]
    return {
        re.findall(r'name="([^"]+)"', tag)[0]: (re.findall(r'value="([^"]*)"', tag) or [""])[0]
        for tag in texts
    }


def test_a_past_day_is_chosen_by_changing_that_field_alone(world: World, lead: FlaskClient) -> None:
    """What the form holds by itself must never contradict the one thing that was changed."""
    factories.organisation("X00001")
    fields = shown_fields(fetch(lead, "/summary"))
    for typed in (long_day(default_since(clock.today())), "1 November 2016"):
        answer = lead.get("/summary", query_string={**fields, "as_at": typed})
        assert answer.status_code == 200, typed
        again = lead.get("/summary", query_string=shown_fields(answer.get_data(as_text=True)))
        assert again.status_code == 200 and f"position at the end of {typed}" in words(
            again.get_data(as_text=True)
        )


def test_a_filter_does_not_nail_the_page_to_today(world: World, lead: FlaskClient) -> None:
    """Kept as a bookmark, the page of a region shows tomorrow what stands tomorrow."""
    factories.organisation("X00001")
    fields = shown_fields(fetch(lead, "/summary"))
    assert fields["as_at"] == "" == fields["since"]
    past = shown_fields(fetch(lead, f"/summary?as_at={months_ago(2)}&since={months_ago(4)}"))
    assert past["as_at"] == long_day(months_ago(2)) and past["since"] == long_day(months_ago(4))
