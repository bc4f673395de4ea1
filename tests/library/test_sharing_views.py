"""The ledger, the one-step form and a network's list over HTTP: good paths, bad input, two editors, sent twice."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.house.test_queries_counted import counted
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.evidence.models import EvidenceItem
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.library import actions, queries
from tracker.library.rules import Channel, OnBehalf, ShareFacts
from tracker.organisations.models import Icb, Region
from tracker.web.transactions import writing

HOME = "/organisations/X00101/shares"
NET = "/organisations/X00111"
SINCE = {"from_on-day": "1", "from_on-month": "4", "from_on-year": "2025"}


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    factories.national_resource("film", "A film about sepsis")
    factories.national_resource("game", "A game about sepsis")
    return factories.organisation("X00101", "Northmoor Hospitals", icb="QX1", region="Y62")


@pytest.fixture
def champion(app: Flask, trust: OrganisationRef) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))


@pytest.fixture
def network(trust: OrganisationRef) -> OrganisationRef:
    return factories.organisation(
        "X00111", "Northmoor Network", kind=OrganisationKind.HEALTH_INNOVATION_NETWORK
    )


@pytest.fixture
def manager(app: Flask, network: OrganisationRef) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, network))


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """The form as a browser sends it: what stands in it, and what is typed over it."""
    page = client.get(path).get_data(as_text=True)
    form = page.split('<form method="post" novalidate', 1)[1].split("</form>")[0]
    stands = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))
    stands |= dict(re.findall(r'name="([a-z_]+-(?:day|month|year))"[^>]*value="([^"]*)"', form))
    chosen = re.search(r'<select[^>]*name="resource".*?<option value="([^"]+)" selected', form, re.DOTALL)
    return client.post(path, data={**stands, **({"resource": chosen[1]} if chosen else {}), **fields})


def text(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def resource(code: str) -> str:
    return str(queries.get_national_resource(code).entity_id)


def links(client: FlaskClient, path: str, pattern: str) -> list[str]:
    return re.findall(rf'href="({pattern})"', client.get(path).get_data(as_text=True))


def only(client: FlaskClient, home: str = HOME) -> str:
    (found,) = links(client, home, rf"{home}/[0-9a-f-]{{36}}")
    return found


def test_an_empty_ledger_says_what_to_do(champion: FlaskClient) -> None:
    page = text(champion.get(HOME))
    assert "Nothing has been recorded yet." in page
    assert "less than a minute" in page


def test_what_is_named_in_the_address_needs_one_answer_more(champion: FlaskClient) -> None:
    """The resource is chosen, the day is today: the way it was shared is all that is asked."""
    answer = send(champion, f"{HOME}/new?resource=film", channel="newsletter")
    assert answer.status_code == 303, text(answer)
    page = text(champion.get(HOME))
    assert "Recorded: 1 thing shared." in page
    assert "A film about sepsis" in page and "Newsletter" in page
    assert "1 to 1 of 1 share" in page and f"Position on {clock.today().day} " in page


def test_several_things_of_one_occasion(champion: FlaskClient) -> None:
    answer = send(champion, f"{HOME}/new?resource=film", channel="intranet", also=[resource("game")])
    assert answer.status_code == 303
    assert "1 to 2 of 2 shares" in text(champion.get(HOME))


@pytest.mark.parametrize(
    "typed, words",
    [
        ({"shared_on-year": "2099"}, "The day it was shared must be today or in the past"),
        ({"shared_on-day": "31", "shared_on-month": "2"}, "must be a real date"),
        ({"link": "ftp://files.example"}, "starts with https://"),
        ({"channel": "other"}, "Say which way it was shared"),
        ({"channel": ""}, "Choose how it was shared"),
        ({"reached": "120"}, "Say how this number was counted"),
        ({"reached": "many"}, "must be a whole number"),
        ({"resource": ""}, "Choose what was shared"),
        ({"note": "She is 943 476 5919"}, "NHS number"),
        ({"reached_basis": "People on the list"}, "Enter how many people"),
        ({"shared_on-year": "1066"}, "Check the year"),
        ({"whose": "all"}, ""),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_typed_is_lost(
    champion: FlaskClient, typed: dict[str, str], words: str
) -> None:
    fields = {"channel": "email", "note": "To all wards", **typed}
    answer = send(champion, f"{HOME}/new?resource=film", **fields)
    if not words:  # not a question that a trust is asked: its own share
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in text(answer) and "There is a problem" in page
    assert fields["note"] in page
    assert "Nothing has been recorded yet." in text(champion.get(HOME))


def test_all_that_is_wrong_is_said_at_once(champion: FlaskClient) -> None:
    """What has no shape hides nothing of what a rule refuses: a second round would be a second fright."""
    typed = {"reached": "abc", "shared_on-year": "2099", "link": "ftp://files.example", "channel": "other"}
    page = text(send(champion, f"{HOME}/new?resource=film", **typed, note="She is 943 476 5919"))
    for words in (
        "must be a whole number",
        "Say how this number was counted",
        "The day it was shared must be today or in the past",
        "starts with https://",
        "Say which way it was shared",
        "NHS number",
    ):
        assert page.count(words) >= 2, f"{words}: in the summary and beside its field"
    nothing = text(
        send(champion, f"{HOME}/new", resource="", **{"shared_on-day": ""}, link="ftp://files.example")
    )
    for words in (
        "Choose what was shared",
        "Choose how it was shared",
        "must include a day",
        "starts with https://",
    ):
        assert words in nothing
    assert nothing.count("Enter the day on which it was shared") == 0, "one problem a field"


def test_a_network_is_told_all_at_once_too(manager: FlaskClient) -> None:
    path = f"{NET}/shares/new?resource=film"
    page = text(send(manager, path, whose="some", reached="abc", channel="email"))
    assert "must be a whole number" in page and "Tick the members for which it was shared" in page
    page = text(send(manager, path, whose="some", channel="email", **{"shared_on-month": "x"}))
    assert "must be a real date" in page and "Tick the members for which it was shared" in page


def test_nothing_is_shared_before_the_programme_that_it_is_of(champion: FlaskClient) -> None:
    """The source has it under its programme of 2015-2016; of what it names without a year nobody knows the age."""
    factories.national_resource("early", "An early film", section="2015-2016")
    day = {"shared_on-day": "31", "shared_on-month": "12", "shared_on-year": "2014"}
    answer = send(champion, f"{HOME}/new?resource=early", channel="email", note="Kept", **day)
    assert answer.status_code == 422 and "Kept" in answer.text
    assert "“An early film” is of the programme of 2015-2016: enter 1 January 2015 or a later day" in text(
        answer
    )
    day = {"shared_on-day": "1", "shared_on-month": "1", "shared_on-year": "2015"}
    assert send(champion, f"{HOME}/new?resource=early", channel="email", **day).status_code == 303
    day = {"shared_on-day": "31", "shared_on-month": "12", "shared_on-year": "2014"}
    assert send(champion, f"{HOME}/new?resource=film", channel="email", **day).status_code == 303


def test_a_retired_resource_says_since_when(champion: FlaskClient, trust: OrganisationRef) -> None:
    factories.national_resource("old", "An old film", retired_on=date(2026, 1, 31))
    answer = send(champion, f"{HOME}/new?resource=old", channel="email")
    assert answer.status_code == 422
    assert "“An old film” was taken out of use on 31 January 2026." in text(answer)
    earlier = {"shared_on-day": "5", "shared_on-month": "1", "shared_on-year": "2026"}
    assert send(champion, f"{HOME}/new?resource=old", channel="email", **earlier).status_code == 303


def test_what_is_chosen_already_says_that_it_is_retired(champion: FlaskClient) -> None:
    factories.national_resource("old", "An old film", retired_on=date(2026, 1, 31))
    words = "Retired on 31 January 2026: it can be recorded only for an earlier day."
    assert words in text(champion.get(f"{HOME}/new?resource=old"))
    assert words in text(send(champion, f"{HOME}/new?resource=old", channel="email"))
    assert "Retired on" not in text(champion.get(f"{HOME}/new?resource=film"))


def test_a_share_of_what_was_retired_since_is_marked_wherever_it_stands(champion: FlaskClient) -> None:
    factories.national_resource("old", "An old film", retired_on=date(2026, 1, 31))
    earlier = {"shared_on-day": "5", "shared_on-month": "1", "shared_on-year": "2026"}
    send(champion, f"{HOME}/new?resource=old", channel="email", **earlier)
    for page in (HOME, only(champion)):
        assert "Retired on 31 January 2026" in text(champion.get(page)), page
    assert "another day must be an earlier one" in text(champion.get(f"{only(champion)}/edit"))
    send(champion, f"{HOME}/new?resource=film", channel="email")
    assert text(champion.get(HOME)).count("Retired on") == 1


def test_sent_twice_is_recorded_once(champion: FlaskClient) -> None:
    key = {"idempotency_key": "0" * 32}
    for _ in range(2):
        assert send(champion, f"{HOME}/new?resource=film", channel="email", **key).status_code == 303
    assert "1 to 1 of 1 share" in text(champion.get(HOME))


def test_two_editors_see_both_texts(champion: FlaskClient) -> None:
    send(champion, f"{HOME}/new?resource=film", channel="email")
    edit = f"{only(champion)}/edit"
    assert send(champion, edit, channel="intranet").status_code == 303
    answer = send(champion, edit, channel="website", version="1", note="Mine")
    assert answer.status_code == 409
    page = text(answer)
    assert "Somebody else saved this first" in page and "Intranet" in page and "Mine" in page


def test_a_mistake_leaves_the_list_and_stays_in_the_history(champion: FlaskClient) -> None:
    send(champion, f"{HOME}/new?resource=film", channel="email")
    share = only(champion)
    assert send(champion, f"{share}/mistaken", reason="").status_code == 422
    assert send(champion, f"{share}/mistaken", reason="It was another film").status_code == 303
    assert "Nothing has been recorded yet." in text(champion.get(HOME))
    assert "It was another film" in text(champion.get(f"{HOME}?show=mistakes"))
    assert "It was another film" in text(champion.get(share))


def test_the_list_is_narrowed_by_the_address(champion: FlaskClient) -> None:
    send(champion, f"{HOME}/new?resource=film", channel="email")
    send(champion, f"{HOME}/new?resource=game", channel="intranet")
    today = clock.today()
    for asked, found in (
        ({"resource": "film"}, True),
        ({"channel": "intranet"}, False),
        ({"resource": "film", "channel": "intranet"}, False),
        ({"from": today.isoformat()}, True),
        ({"until": (today - timedelta(days=1)).isoformat()}, False),
    ):
        page = champion.get(f"{HOME}?{urlencode(asked)}")
        assert ("A film about sepsis<span" in page.get_data(as_text=True)) == found, asked
    assert "“soon” is not a date" in text(champion.get(f"{HOME}?from=soon"))


def test_the_list_can_be_taken_along_as_it_is_narrowed(
    app: Flask, champion: FlaskClient, trust: OrganisationRef, network: OrganisationRef
) -> None:
    """The file says what the page and the page of each share say; formulas stay text; that it was made is noted."""
    told = {"reached": "140", "reached_basis": "=Readers", "link": "https://intranet.example/sepsis"}
    told |= {"evidence_id": str(kept_evidence(trust, "=Screenshot of the page"))}
    send(champion, f"{HOME}/new?resource=film", channel="other", channel_words="+Posters", **told)
    send(champion, f"{HOME}/new?resource=game", channel="intranet")
    (address,) = re.findall(r'href="([^"]+)">These as CSV', champion.get(f"{HOME}?resource=film").text)
    assert address == f"{HOME}.csv?resource=film"
    answer = champion.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    today = clock.today().isoformat()
    assert row == {
        "organisation": "X00101", "resource": "film", "resource_title": "A film about sepsis",
        "channel": "Another way: +Posters", "shared_on": today, "link": told["link"],
        "evidence": "'=Screenshot of the page", "reached": "140",
        "reached_in": "this organisation", "reached_basis": "'=Readers", "shared_by": "X00101",
        "shared_by_name": "Northmoor Hospitals", "for": "", "entered_by_mistake": "", "as_at": today,
    }  # fmt: skip
    assert champion.get(f"{HOME}.csv").text.count("\r\n") == 3
    assert champion.get(f"{HOME}.csv?until=2020-01-01").text.count("\r\n") == 1
    said = [
        header
        for (header,) in db.session.execute(sa.text("SELECT header FROM audit_events"))
        if "exported" in header
    ]
    assert len(said) == 3 and "X00101" in said[0]


def kept_evidence(of: OrganisationRef, title: str) -> UUID:
    with writing():
        row = EvidenceItem(
            organisation_id=of.id, title=title, shows="", kind=EvidenceKind.SLIDES, dated_on=clock.today(),
            valid_until=None, link=None, withdrawn_reason=None, author_id=factories.person(Role.CHAMPION, of).id,
            version=1, entity_id=new_id(), recorded_at=clock.now(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.entity_id


def test_no_file_is_made_of_days_that_cannot_be_read(champion: FlaskClient) -> None:
    """On the page a word beside the list is enough; a file that holds more than was asked for would not say so."""
    send(champion, f"{HOME}/new?resource=film", channel="email")
    answer = champion.get(f"{HOME}.csv?from=banana&until=2026-99-99&resource=film&channel=email")
    assert answer.status_code == 422 and "Content-Disposition" not in answer.headers
    page = answer.get_data(as_text=True)
    assert page.count("<title>Error: ") == 1
    for words, field in (("“banana”", "from"), ("“2026-99-99”", "until")):
        said = rf'<a href="#filter-{field}"\s*>\s*{words} is not a date. Write it like 2026-03-31\s*</a>'
        assert re.search(said, page), words
    form = page.split('<form class="app-filters"')[1].split("</form>")[0]
    for kept in ('type="text" value="banana"', 'type="text" value="2026-99-99"', 'value="email" selected'):
        assert kept in form, kept
    assert re.search(r'value="film"\s+selected', form) and f'action="{HOME}"' in form
    assert "exported" not in " ".join(db.session.scalars(sa.text("SELECT header FROM audit_events")))
    for asked, said in (
        ("resource=banana", "is not in the library"),
        ("channel=pigeon", "is no way of sharing"),
    ):
        answer = champion.get(f"{HOME}.csv?{asked}")
        assert answer.status_code == 422 and said in text(answer), asked
        listed = champion.get(f"{HOME}?{asked}&show=")
        assert f"{said}, so the list is not narrowed by it" in text(listed), asked
        assert f'href="{HOME}.csv">These as CSV' in listed.text, "the file of what is on the page"
    assert champion.get(f"{HOME}.csv?from=2026-01-01&until=").status_code == 200
    listed = champion.get(f"{HOME}?from=banana").get_data(as_text=True)
    assert 'type="text" value="banana"' in listed, "a browser empties a field of a date that holds none"


def test_what_a_network_did_for_an_organisation_is_in_its_file(
    manager: FlaskClient, champion: FlaskClient, trust: OrganisationRef, network: OrganisationRef
) -> None:
    joined(manager, trust)
    told = {"reached": "3000", "reached_basis": "The mailing list"}
    told |= {"evidence_id": str(kept_evidence(network, "What the network keeps"))}
    path = f"{NET}/shares/new?resource=film"
    assert send(manager, path, channel="email", whose="all", **told).status_code == 303
    (row,) = csv.DictReader(io.StringIO(champion.get(f"{HOME}.csv").text.lstrip("\ufeff")))
    assert (row["shared_by"], row["shared_by_name"], row["for"]) == ("X00111", "Northmoor Network", "")
    assert (row["reached"], row["reached_in"]) == ("3000", "in all organisations together")
    assert row["evidence"] == "", "it has a title only for whoever may read the pages of who keeps it"
    (row,) = csv.DictReader(io.StringIO(manager.get(f"{NET}/shares.csv").text.lstrip("\ufeff")))
    assert (row["shared_by"], row["for"]) == ("X00111", "Northmoor Hospitals")
    assert row["evidence"] == "What the network keeps"


def test_the_ledger_is_paged(champion: FlaskClient, trust: OrganisationRef) -> None:
    identity = factories.identity_of(factories.person(Role.CHAMPION, trust))
    film = queries.get_national_resource("film").entity_id
    with writing():
        for back in range(51):
            day = clock.today() - timedelta(days=back)
            actions.add_shares(identity, trust, [film], ShareFacts(Channel.EMAIL, day))
    assert "1 to 50 of 51 shares" in text(champion.get(HOME))
    assert "51 to 51 of 51 shares" in text(champion.get(f"{HOME}?channel=email&page=2"))


def test_a_network_adds_all_trusts_of_a_board_in_one_step(
    manager: FlaskClient, trust: OrganisationRef
) -> None:
    factories.organisation("X00102", "Elsewhere Hospitals", icb="QX2", region="Y58")
    page = manager.get(f"{NET}/members/new?icb=QX1").get_data(as_text=True)
    assert "Northmoor Hospitals (X00101)" in page and "Elsewhere" not in page
    assert re.search(rf'value="{trust.id}" checked', page)
    answer = send(manager, f"{NET}/members/new?icb=QX1", members=[str(trust.id)], **SINCE)
    assert answer.status_code == 303, text(answer)
    listed = text(manager.get(f"{NET}/members"))
    assert "Northmoor Hospitals" in listed and "Since 1 Apr 2025" in listed and "0 of 1" in listed


def test_a_network_looks_for_a_member_by_name_and_code(manager: FlaskClient, trust: OrganisationRef) -> None:
    for word in ("northm", "x00101"):
        assert "Northmoor Hospitals (X00101)" in text(manager.get(f"{NET}/members/new?q={word}"))
    answer = send(manager, f"{NET}/members/new?q=northm", **SINCE)
    assert answer.status_code == 422
    assert "Choose the organisation to add" in text(answer)
    assert "No open organisation in England" in text(manager.get(f"{NET}/members/new?q=nowhere"))


def test_all_that_is_wrong_with_new_members_is_said_at_once(
    manager: FlaskClient, trust: OrganisationRef
) -> None:
    new = f"{NET}/members/new?q=northm"
    page = text(send(manager, new, **{**SINCE, "from_on-month": "x"}))
    assert "must be a real date" in page and "Choose the organisation to add" in page
    page = text(send(manager, new, **{**SINCE, "from_on-year": "2099", "until_on-day": "x"}))
    for words in ("must be today or in the past", "must include a", "Choose the organisation to add"):
        assert words in page, words
    joined(manager, trust)
    again = send(manager, new, members=[str(trust.id)], **SINCE, **{"until_on-day": "x"})
    assert "must include a" in text(again) and "for some of these days already" in text(again)


def test_all_that_is_wrong_with_the_days_of_a_member_is_said_at_once(
    manager: FlaskClient, trust: OrganisationRef
) -> None:
    joined(manager, trust)
    shared = send(manager, f"{NET}/shares/new?resource=film", channel="email", whose="all")
    assert shared.status_code == 303, text(shared)
    (edit,) = re.findall(
        r'href="([^"]*/members/[^"]*/edit)"', manager.get(f"{NET}/members").get_data(as_text=True)
    )
    late = {**SINCE, "from_on-year": "2099"}
    for until in ({"until_on-day": "x"}, {}):
        page = text(send(manager, edit, **late, **until))
        assert "must be today or in the past" in page and "must be a member on that day" in page
        assert ("must include a" in page) == bool(until)


@pytest.fixture
def board(app: Flask) -> str:
    """An integrated care board that can be chosen."""
    with writing():
        db.session.add(Region(code="Y58", name="South West", demonstration=True))
        db.session.add(Icb(code="QX2", name="Elsewhere Board", region_code="Y58", demonstration=True))
    return "QX2"


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="members"[^>]*value="([^"]+)" checked', page))


def test_looking_again_keeps_what_is_ticked_and_dated(
    manager: FlaskClient, trust: OrganisationRef, board: str
) -> None:
    """The search stands in the form itself, so that a browser without any script sends all of it."""
    other = factories.organisation("X00102", "Elsewhere Hospitals", icb=board, region="Y58")
    beside = factories.organisation("X00103", "Beside Hospitals", icb=board, region="Y58")
    new, until = f"{NET}/members/new", {"until_on-day": "31", "until_on-month": "3", "until_on-year": "2026"}
    dated = {**SINCE, **until}
    look = {"look": "1", **dated}
    first = send(manager, new, q="northm", **look).get_data(as_text=True)
    assert "Northmoor Hospitals (X00101)" in first and not ticked(first)

    answer = send(manager, new, q="elsewh", members=[str(trust.id)], **look)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "There is a problem" not in page
    assert ticked(page) == {str(trust.id)} and "Elsewhere Hospitals (X00102)" in page
    assert 'name="q"' in page and 'value="elsewh"' in page
    for name, value in dated.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}"', page), name
    assert "No member is on the list yet." in text(manager.get(f"{NET}/members"))

    page = send(manager, new, icb=board, members=[str(trust.id)], **look).get_data(as_text=True)
    assert ticked(page) == {str(each.id) for each in (trust, other, beside)}
    looked = {"icb": board, "looked": board}
    page = send(manager, new, members=[str(trust.id), str(other.id)], **looked, **look).get_data(as_text=True)
    assert ticked(page) == {str(trust.id), str(other.id)}, "what was taken out of a board stays out"
    answer = send(manager, new, members=[str(trust.id), str(other.id)], **looked, **dated)
    assert answer.status_code == 303
    assert "1 to 2 of 2 rows" in text(manager.get(f"{NET}/members"))


def test_nobody_is_added_whom_no_page_has_shown(
    manager: FlaskClient, trust: OrganisationRef, board: str
) -> None:
    """A board that is chosen and not looked for yet ticks nothing behind her back."""
    factories.organisation("X00102", "Elsewhere Hospitals", icb=board, region="Y58")
    new = f"{NET}/members/new"
    assert send(manager, new, icb=board, members=[str(trust.id)], **SINCE).status_code == 303
    assert "1 to 1 of 1 row" in text(manager.get(f"{NET}/members"))
    refused = send(manager, new, icb=board, **SINCE)
    assert refused.status_code == 422 and not ticked(refused.get_data(as_text=True))


def joined(manager: FlaskClient, *members: OrganisationRef) -> None:
    answer = send(manager, f"{NET}/members/new?q=x", members=[str(each.id) for each in members], **SINCE)
    assert answer.status_code == 303, text(answer)


def test_a_network_shares_for_its_members_and_they_can_read_it(
    manager: FlaskClient, champion: FlaskClient, trust: OrganisationRef
) -> None:
    other = factories.organisation("X00102", "Elsewhere Hospitals")
    joined(manager, trust, other)
    answer = send(manager, f"{NET}/shares/new?resource=film", channel="email", whose="all", reached="900",
                  reached_basis="Readers of the newsletter")  # fmt: skip
    assert answer.status_code == 303, text(answer)
    assert "For Elsewhere Hospitals, Northmoor Hospitals" in text(manager.get(f"{NET}/shares"))
    assert "On our behalf by Northmoor Network" in text(champion.get(HOME))
    words = "900 people in all organisations together"
    assert words in text(champion.get(HOME)) and words not in text(manager.get(f"{NET}/shares"))
    share = only(champion)
    page = text(champion.get(share))
    assert "Only the network can change it." in page and "in all organisations together" in page
    assert "Elsewhere" not in page
    assert champion.get(f"{share}/edit").status_code == 404
    assert champion.get(f"{share}/mistaken").status_code == 404
    reached = text(manager.get(f"{NET}/members"))
    assert "2 of 2" in reached and "1 of 2 A film about sepsis" in reached


def test_for_some_of_the_members(manager: FlaskClient, champion: FlaskClient, trust: OrganisationRef) -> None:
    other = factories.organisation("X00102", "Elsewhere Hospitals")
    joined(manager, trust, other)
    new = f"{NET}/shares/new?resource=film"
    answer = send(manager, new, channel="email", whose="some")
    assert answer.status_code == 422 and "Tick the members" in text(answer)
    assert send(manager, new, channel="email", whose="some", members=[str(other.id)]).status_code == 303
    assert "Nothing has been recorded yet." in text(champion.get(HOME))
    waiting = text(manager.get(f"{NET}/members?resource=film&show=waiting"))
    assert "1 of 2" in waiting and "Northmoor Hospitals" in waiting and "Elsewhere Hospitals" not in waiting
    edit = f"{only(manager, f'{NET}/shares')}/edit"
    page = manager.get(edit).get_data(as_text=True)
    assert re.search(rf'value="{other.id}" checked', page)


def test_only_a_network_is_asked_for_whom_and_has_members(champion: FlaskClient) -> None:
    assert "members" not in text(champion.get(f"{HOME}/new"))
    assert champion.get("/organisations/X00101/members").status_code == 404
    assert champion.get("/organisations/X00101/members/new").status_code == 404


def test_a_membership_is_changed_and_taken_back(manager: FlaskClient, trust: OrganisationRef) -> None:
    joined(manager, trust)
    (edit,) = links(manager, f"{NET}/members", rf"{NET}/members/[0-9a-f-]{{36}}/edit")
    until = {"until_on-day": "31", "until_on-month": "3", "until_on-year": "2026"}
    assert send(manager, edit, **until).status_code == 303
    assert "0 of 2" not in text(manager.get(f"{NET}/members?show=former"))
    assert "1 Apr 2025 to 31 Mar 2026 Reached by Membership has ended" in text(
        manager.get(f"{NET}/members?show=former")
    )
    answer = send(manager, edit, version="1")
    assert answer.status_code == 409
    wrong = send(manager, edit, **{**until, "until_on-year": "2020"})
    assert wrong.status_code == 422 and "must not be before the first" in text(wrong)
    assert send(manager, edit.replace("/edit", "/mistaken"), reason="Another trust").status_code == 303
    assert "No member is on the list yet." in text(manager.get(f"{NET}/members"))


def test_who_left_and_came_back_has_one_membership_that_has_ended(
    manager: FlaskClient, trust: OrganisationRef
) -> None:
    joined(manager, trust)
    (edit,) = links(manager, f"{NET}/members", rf"{NET}/members/[0-9a-f-]{{36}}/edit")
    until = {"until_on-day": "31", "until_on-month": "12", "until_on-year": "2025"}
    assert send(manager, edit, **until).status_code == 303
    again = {"from_on-day": "1", "from_on-month": "3", "from_on-year": "2026"}
    new = f"{NET}/members/new?q=x"
    assert send(manager, new, members=[str(trust.id)], **again).status_code == 303
    ended, holds = "1 Apr 2025 to 31 Dec 2025", "Since 1 Mar 2026"
    everything = text(manager.get(f"{NET}/members"))
    assert f"{ended} Reached by Membership has ended" in everything
    assert f"{holds} Reached by 0 of 2" in everything
    former = text(manager.get(f"{NET}/members?show=former"))
    assert ended in former and holds not in former
    waiting = text(manager.get(f"{NET}/members?show=waiting"))
    assert holds in waiting and ended not in waiting


def test_a_network_is_told_that_its_members_read_the_note(
    manager: FlaskClient, champion: FlaskClient, trust: OrganisationRef
) -> None:
    joined(manager, trust)
    words = "The members for whom you shared it can read this."
    assert words in text(manager.get(f"{NET}/shares/new")) and words not in text(champion.get(f"{HOME}/new"))
    answer = send(
        manager, f"{NET}/shares/new?resource=film", channel="email", whose="all", note="Sent on Monday"
    )
    assert answer.status_code == 303
    assert "Sent on Monday" in text(champion.get(only(champion)))


def test_the_lists_ask_as_often_for_many_as_for_few(
    manager: FlaskClient, network: OrganisationRef, trust: OrganisationRef
) -> None:
    identity = factories.identity_of(factories.person(Role.CHAMPION, network))
    film, game = (queries.get_national_resource(each).entity_id for each in ("film", "game"))
    found = []
    for resource in (film, game):
        others = [factories.organisation().id for _ in range(4)]
        with writing():
            actions.add_members(identity, network, others, date(2025, 4, 1))
            facts = ShareFacts(Channel.EMAIL, clock.today())
            actions.add_shares(identity, network, [resource], facts, behalf=OnBehalf(everybody=True))
        for path in (f"{NET}/shares", f"{NET}/members", f"{NET}/shares/new"):
            manager.get(path)
            with counted(db.engine) as statements:
                assert manager.get(path).status_code == 200
            found.append(len(statements))
    assert found[:3] == found[3:]


def test_a_closed_organisation_is_read_only(app: Flask, trust: OrganisationRef) -> None:
    closed = factories.organisation("X00103", closed_on=date(2026, 1, 1))
    client = factories.signed_in_client(app, factories.person(Role.CHAMPION, closed))
    assert "has closed" in text(client.get("/organisations/X00103/shares"))
    assert client.get("/organisations/X00103/shares/new").status_code == 403


def test_what_was_typed_is_offered_again(manager: FlaskClient, trust: OrganisationRef) -> None:
    """Every kind of field comes back as it was left, and none before she asks for it."""
    joined(manager, trust)
    new = f"{NET}/shares/new"
    typed = {
        "resource": resource("film"), "also": [resource("game")], "whose": "some", "members": [str(trust.id)],
        "channel": "intranet", "shared_on-day": "5", "shared_on-month": "1", "shared_on-year": "2026",
        "reached": "77", "reached_basis": "Readers of the page", "note": "Half a sentence",
    }  # fmt: skip
    token = factories.csrf_of(manager.get(new).get_data(as_text=True))
    kept = manager.post("/drafts", data={**typed, "csrf_token": token, "_path": new})
    assert kept.status_code == 204
    offered = manager.get(new).get_data(as_text=True)
    assert "Carry on with it" in offered and "Half a sentence" not in offered
    taken = manager.get(f"{new}?draft=1").get_data(as_text=True)
    assert "Half a sentence" in taken and 'value="Readers of the page"' in taken and 'value="77"' in taken
    for chosen in ("intranet", "some", str(trust.id), resource("game")):
        assert re.search(rf'value="{chosen}" checked', taken), chosen
    assert re.search(rf'<option value="{resource("film")}" selected', taken)
    for part, value in (("day", "5"), ("month", "1"), ("year", "2026")):
        assert re.search(rf'name="shared_on-{part}"[^>]*value="{value}"', taken), part
    assert send(manager, f"{new}?draft=1", **typed).status_code == 303
    assert "Carry on with it" not in manager.get(new).get_data(as_text=True)


def test_the_same_again_is_asked_about(champion: FlaskClient) -> None:
    for _each in range(2):
        answer = send(champion, f"{HOME}/new?resource=film", channel="email")
    assert answer.status_code == 422 and "This is recorded already" in text(answer)
    assert "1 to 1 of 1 share" in text(champion.get(HOME))
    assert send(champion, f"{HOME}/new?resource=film", channel="email", anyway="1").status_code == 303
    assert "1 to 2 of 2 shares" in text(champion.get(HOME))


def test_a_network_says_for_whom(manager: FlaskClient) -> None:
    answer = send(manager, f"{NET}/shares/new?resource=film", channel="email")
    assert answer.status_code == 422 and "Say who it was shared with" in text(answer)
    assert send(manager, f"{NET}/shares/new?resource=film", channel="email", whose="ours").status_code == 303
    assert "shared with our own people" in text(manager.get(f"{NET}/shares"))
