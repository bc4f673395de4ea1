"""The names behind the figures: as many as the figure says, and whom to ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from flask.testing import FlaskClient

from tests import factories
from tests.summary.makers import World, months_ago
from tests.summary.test_views import counted_queries, fetch, words
from tracker.access.permissions import Role
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery

NINE = "/summary/answered?recommendation=SEP16-09"
SignIn = Callable[[object], FlaskClient]


def figures(page: str) -> dict[str, str]:
    """Address to figure, in the row of recommendation 9 of the table of numbers."""
    row = page[page.index('aria-label="The same figures as numbers"') :]
    row = row[row.index('<th scope="row">9<') : row.index('<th scope="row">10<')]
    return {unescape(href): text for href, text in re.findall(r'<a href="([^"]+)">([^<]+)</a>', row)}


def named(page: str) -> list[str]:
    return re.findall(r'<a href="/organisations/(X\d+)/recommendations/SEP16-09">', page)


def every_position(world: World) -> list[str]:
    """Nine trusts, each in another position on recommendation 9; the ninth left out."""
    trusts = [factories.organisation(f"X0000{n}", f"Trust {n}") for n in range(1, 10)]
    deliveries = [
        Delivery.NOT_STARTED, Delivery.IN_PROGRESS, Delivery.DELIVERED, Delivery.DELIVERED,
        Delivery.ASSURED, Delivery.ASSURED, Delivery.NOT_APPLICABLE, Delivery.NOT_APPLICABLE,
    ]  # fmt: skip
    for trust, delivery in zip(trusts[1:], deliveries, strict=True):
        entry = world.record(
            trust, 9, delivery, on=months_ago(2), reason="None" if trust is trusts[8] else "Few"
        )
    for trust in (trusts[4], trusts[5]):
        world.evidence(trust, 9, on=months_ago(3))
    world.finding(trusts[8], 9, entry, Outcome.REASON_ACCEPTED)
    return [trust.code for trust in trusts]


def test_each_number_leads_to_as_many_names(world: World, lead: FlaskClient) -> None:
    codes = every_position(world)
    links = figures(fetch(lead, "/summary"))
    found = [named(fetch(lead, address)) for address in links]
    assert [str(len(each)) for each in found] == list(links.values()) == ["1"] * 9
    assert sorted(code for each in found for code in each) == codes


def test_names_of_a_past_day_are_those_of_that_day(world: World, lead: FlaskClient) -> None:
    every_position(world)
    day = months_ago(4)
    (address,) = figures(fetch(lead, f"/summary?as_at={day}"))
    assert f"as_at={day}" in address and address.endswith("state=nothing")
    page = fetch(lead, address)
    assert len(named(page)) == 9
    assert "Recommendation 9:" in words(page) and "9 nothing recorded" in words(page)


def test_a_position_or_recommendation_that_is_none_shows_the_usual_list(
    world: World, lead: FlaskClient
) -> None:
    factories.organisation("X00001")
    assert named(fetch(lead, f"{NINE}&state=nonsense")) == ["X00001"]
    assert "Nothing recorded" in fetch(lead, "/summary/answered?recommendation=SEP16-01&state=nothing")


def test_the_filter_of_the_names_keeps_what_they_are_of(world: World, lead: FlaskClient) -> None:
    factories.organisation("X00001")
    page = fetch(lead, f"{NINE}&state=nothing")
    for name, value in (("recommendation", "SEP16-09"), ("state", "nothing")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    refused = lead.get(f"{NINE}&state=nothing&as_at=nonsense")
    assert refused.status_code == 422
    assert '<input type="hidden" name="recommendation" value="SEP16-09">' in refused.get_data(as_text=True)


def test_the_national_lead_is_told_whom_to_ask_and_an_auditor_is_not(
    world: World, lead: FlaskClient, sign_in: SignIn
) -> None:
    silent = factories.organisation("X00001")
    other = factories.organisation("X00002")
    hers = factories.person(Role.TRUST_LEAD, silent)
    world.record(other, 9)
    for address in ("/summary/answered?state=nothing", f"{NINE}&state=nothing"):
        page = fetch(lead, address)
        assert f'<a class="summary-email" href="mailto:{hers.email}">' in page
        assert "None on the tracker" not in page
    assert "None on the tracker" in fetch(lead, "/summary/answered?state=part")
    auditor = sign_in(factories.person(Role.AUDITOR, silent))
    assert hers.email not in fetch(auditor, "/summary/answered?state=nothing")


def test_the_number_of_queries_does_not_grow_with_the_names(world: World, lead: FlaskClient) -> None:
    def ask() -> int:
        with counted_queries() as statements:
            fetch(lead, f"{NINE}&state=started")
        return len(statements)

    def fill(numbers: range) -> None:
        for number in numbers:
            trust = factories.organisation(f"X{number:05}")
            factories.person(Role.TRUST_LEAD, trust)
            world.record(trust, 9)

    fill(range(2))
    ask()
    few = ask()
    fill(range(2, 12))
    assert ask() == few
