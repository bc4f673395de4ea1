"""Which training has reached whom: the figure, places, letters, who was not reached, the file, and who sees what."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.house.test_queries_counted import counted
from tests.summary.test_views import events
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.evidence.models import EvidenceItem
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.models import Share, ShareMember
from tracker.library.rules import Channel, Endorsement
from tracker.organisations.models import Icb, Region
from tracker.summary.presenters.dissemination import letters
from tracker.web.formats import day as long_day
from tracker.web.transactions import writing

SignIn = Callable[[object], FlaskClient]
PAGE, NAMES = "/dissemination", "/dissemination/not-reached"
TODAY = clock.today()


def text(answer: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer).split()))


def fetch(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


class Places:
    """Twelve trusts in two regions, of which two were reached: one by itself, one by its network and itself."""

    def __init__(self) -> None:
        factories.catalogue()
        with writing():
            for code, name in (("Y62", "North West"), ("Y58", "South West")):
                db.session.add(Region(code=code, name=name, demonstration=True))
                db.session.add(
                    Icb(code=f"Q{code}", name=f"{name} Board", region_code=code, demonstration=True)
                )
        self.film = factories.national_resource("film", "A film about sepsis")
        self.game = factories.national_resource(
            "game", "A game about sepsis", endorsement=Endorsement.NEITHER
        )
        self.trusts = [
            factories.organisation(
                f"X009{n:02}",
                f"Trust {n:02}",
                region="Y62" if n < 8 else "Y58",
                icb="QY62" if n < 8 else "QY58",
            )
            for n in range(12)
        ]
        self.network = factories.organisation(
            "X00991", "A network", kind=OrganisationKind.HEALTH_INNOVATION_NETWORK
        )
        self.author = factories.person(Role.TRUST_LEAD, self.trusts[5], name="Lena Lead")
        self.share(self.trusts[0], self.film)
        self.share(self.trusts[1], self.film)
        self.share(self.network, self.film, members=[self.trusts[1]])

    def share(
        self,
        by: OrganisationRef,
        resource: UUID,
        on: date = TODAY - timedelta(days=30),
        *,
        members: list[OrganisationRef] | None = None,
        channel: Channel = Channel.EMAIL,
        recorded_at: datetime = datetime(2020, 1, 1, tzinfo=UTC),
        **more: object,
    ) -> None:
        told = {
            "channel_words": "",
            "link": "",
            "evidence_id": None,
            "reached": None,
            "reached_basis": "",
            **more,
        }
        with writing():
            row = Share(
                organisation_id=by.id, id=new_id(), resource_id=resource, channel=channel, shared_on=on, note="",
                mistaken_reason="", author_id=self.author.id, version=1, recorded_at=recorded_at, **told,
            )  # fmt: skip
            db.session.add(row)
            db.session.flush()
            for each in members or ():
                db.session.add(ShareMember(organisation_id=by.id, share_row_id=row.id, member_id=each.id))

    def evidence(self, of: OrganisationRef, title: str) -> UUID:
        with writing():
            row = EvidenceItem(
                organisation_id=of.id, title=title, shows="", kind=EvidenceKind.SLIDES, dated_on=TODAY,
                valid_until=None, link=None, withdrawn_reason=None, author_id=self.author.id, version=1,
                entity_id=new_id(), recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
            )  # fmt: skip
            db.session.add(row)
            db.session.flush()
            return row.entity_id


@pytest.fixture
def places(app: Flask) -> Places:
    return Places()


@pytest.fixture
def national(app: Flask, places: Places, sign_in: SignIn) -> FlaskClient:
    return sign_in(factories.person(Role.NATIONAL_LEAD))


def test_the_figure_and_its_places(national: FlaskClient) -> None:
    page = text(fetch(national, PAGE))
    assert "2 of 12 NHS trusts open in England reached by anything made or endorsed by" in page
    assert "(12 months). Position on" in page
    assert "North West Reached 2 of 8 25 %" in page and "South West Reached 0 of 4 Not reached 4" in page
    assert "North West Board" in page


def test_the_figure_says_of_which_place_it_is(national: FlaskClient) -> None:
    page = text(fetch(national, f"{PAGE}?region=Y62"))
    assert "2 of 8 NHS trusts open in North West reached by" in page and "open in England" not in page


def test_without_a_register_there_are_counts_and_never_a_share(national: FlaskClient, places: Places) -> None:
    """Nobody holds a list of all care providers: those in the tracker are no denominator."""
    kind = OrganisationKind.CARE_PROVIDER
    providers = [factories.organisation(f"X0095{n}", f"Care {n}", kind=kind, region="Y58") for n in range(8)]
    for each in providers[:2]:
        places.share(each, places.film)
    page = text(fetch(national, f"{PAGE}?kind=care_provider"))
    assert "2 care providers in the tracker reached by" in page
    assert "8 in the tracker; nobody holds a register of all, so this is a count and no share." in page
    assert "South West Reached 2 Not reached 6" in page
    assert "2 of 8" not in page and "25 %" not in page
    assert "2 care providers in the tracker reached by" in text(
        fetch(national, f"{NAMES}?kind=care_provider")
    )


def test_the_columns_are_lettered_because_the_source_has_numbers_of_its_own(
    national: FlaskClient, places: Places
) -> None:
    """The source has no number 4, so a place in this list would contradict the number that it gives."""
    page = fetch(national, f"{PAGE}?resource=any")
    assert re.findall(r'app-matrix__column".*?aria-hidden="true"[^>]*>(.*?)</span>', page) == ["A", "B"]
    assert "A. A film about sepsis" in text(page) and "B. A game about sepsis" in text(page)
    assert "The letters above the columns are those of the list of resources" in text(page)


@pytest.mark.parametrize(
    "place, key", [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (703, "AAA")]
)
def test_the_key_goes_on_after_z(place: int, key: str) -> None:
    assert letters(place) == key


def test_the_ten_that_were_not_reached_are_one_link_away_with_whom_to_write_to(national: FlaskClient) -> None:
    page = fetch(national, PAGE)
    assert "Who has not been reached: 10 NHS trusts" in text(page)
    (href,) = re.findall(r'href="([^"]+)">Who has not been reached', page)
    names = fetch(national, unescape(href))
    assert len(set(re.findall(r"/organisations/(X009\d\d)/shares", names))) == 10
    assert "X00900" not in names and "1 to 10 of 10 NHS trusts" in text(names)
    assert "Lena Lead" in names and re.search(r"mailto:person\d+@nhs.example", names)
    south = fetch(national, f"{NAMES}?region=Y58")
    assert len(set(re.findall(r"/organisations/(X009\d\d)/shares", south))) == 4


def test_own_and_on_behalf_are_told_apart_by_letter_and_words(national: FlaskClient, places: Places) -> None:
    places.share(places.network, places.film, members=[places.trusts[2]])
    rows = re.findall(r'app-matrix__name".*?</tr>', fetch(national, PAGE), re.DOTALL)
    said = [text(row.split(">", 1)[1]) for row in rows]
    film = "A film about sepsis"
    assert said[0] == f"Trust 00 S shared by itself : {film}"
    assert said[1] == f"Trust 01 B both: by itself and by a network : {film}"
    assert said[2] == f"Trust 02 N shared for it by a network : {film}"
    assert said[3] == "Trust 03 – not shared"


def test_a_square_leads_to_what_was_shared_and_the_name_of_a_resource_to_the_resource(
    national: FlaskClient, places: Places
) -> None:
    """How many people, which way and where it can be seen stand in the organisation's own list."""
    places.share(
        places.trusts[0], places.film, TODAY - timedelta(days=20), channel=Channel.INTRANET, reached=140,
        reached_basis="Readers of the page", link="https://intranet.example/sepsis",
    )  # fmt: skip
    places.share(
        places.trusts[0], places.film, TODAY - timedelta(days=900), reached=7, reached_basis="Long ago"
    )
    page = fetch(national, f"{PAGE}?channel=intranet")
    (href,) = re.findall(r'app-matrix__cell[^>]*><a [^>]*href="([^"]+)"', page)
    ledger = text(fetch(national, unescape(href)))
    assert "A film about sepsis" in ledger and "140 people" in ledger and "Readers of the page" in ledger
    assert "Long ago" not in ledger and "E-mail" not in ledger.split("People reached")[1]
    assert re.search(r'<a href="/resources/film">A film about sepsis</a>', page)
    assert "A letter is a link to what was shared: when, which way, with how many people" in text(page)


def test_a_square_of_a_past_day_leads_to_a_list_that_says_it_is_of_today(
    national: FlaskClient, places: Places, sign_in: SignIn
) -> None:
    """What was marked as a mistake since then leaves the list: where it went is said, with the file of that day."""
    trust, before = places.trusts[5], TODAY - timedelta(days=5)
    places.share(trust, places.film, TODAY - timedelta(days=20), channel=Channel.INTRANET)
    (share,) = db.session.scalars(select(Share.entity_id).where(Share.organisation_id == trust.id))
    with writing():
        identity = factories.identity_of(places.author)
        library.mark_share_mistaken(identity, trust, share, "It was another film", version=1)
    asked = f"{PAGE}?as_at={before.isoformat()}&within=24&q={trust.code}&channel=intranet&demonstration=1"
    (square,) = re.findall(r'app-matrix__cell[^>]*><a [^>]*href="([^"]+)"', fetch(national, asked))
    ledger = fetch(national, unescape(square))
    said = f"This is the list as it stands today; the figure you came from is of {long_day(before)}."
    since = "What was marked as a mistake or changed since then is not in it."
    assert f"{said} {since}" in text(ledger) and "Nothing that was shared is like this." in text(ledger)

    (mistakes,) = re.findall(r'href="([^"]+)">Show what was marked as a mistake', ledger)
    shown = fetch(national, unescape(mistakes))
    assert "It was another film" in text(shown)
    assert "the figure you came from" in text(shown) and since not in text(shown)
    (back,) = re.findall(r'href="([^"]+)">Show what counts', shown)
    assert unescape(back) == unescape(square)

    (file,) = re.findall(r'href="([^"]+)">What was shared, as it stood on that day, as CSV', ledger)
    (row,) = rows_of(national, unescape(file))
    assert (row["organisation"], row["resource"], row["as_at"]) == (trust.code, "film", before.isoformat())

    kept = ledger.split('<form class="app-filters"')[1].split("</form>")[0]
    assert f'name="as_at" value="{before.isoformat()}"' in kept, "another filter is of the same figure"
    own = sign_in(places.author)
    assert "as it stood on that day" not in fetch(own, unescape(square)), "no file that she may not open"
    assert said in text(fetch(own, unescape(square)))


def test_a_list_that_no_past_figure_led_to_says_nothing_of_one(national: FlaskClient) -> None:
    (square, *_) = re.findall(r'app-matrix__cell[^>]*><a [^>]*href="([^"]+)"', fetch(national, PAGE))
    assert "as_at" not in square
    for day in (TODAY.isoformat(), "2099-01-01", "banana"):
        assert "the figure you came from" not in text(fetch(national, f"{unescape(square)}&as_at={day}")), day


def test_from_those_not_reached_on_a_past_day_the_list_says_it_is_of_today(national: FlaskClient) -> None:
    before = TODAY - timedelta(days=5)
    (ledger, *_) = re.findall(
        r'href="(/organisations/X009\d\d/shares[^"]*)"',
        fetch(national, f"{NAMES}?as_at={before.isoformat()}"),
    )
    page = fetch(national, unescape(ledger))
    assert f"the figure you came from is of {long_day(before)}" in text(page)
    (file,) = re.findall(r'href="([^"]+)">What was shared, as it stood on that day, as CSV', page)
    assert rows_of(national, unescape(file)) == []


def test_a_resource_that_is_neither_made_nor_endorsed_counts_only_when_asked_for(
    national: FlaskClient, places: Places
) -> None:
    places.share(places.trusts[9], places.game)
    assert "2 of 12" in text(fetch(national, PAGE))
    assert "3 of 12" in text(fetch(national, f"{PAGE}?resource=any"))
    assert "1 of 12 NHS trusts open in England reached by “A game about sepsis”" in text(
        fetch(national, f"{PAGE}?resource=game")
    )


def test_the_filters_narrow_what_they_say(national: FlaskClient, places: Places) -> None:
    places.share(places.trusts[4], places.film, TODAY - timedelta(days=500), channel=Channel.INTRANET)
    assert "2 of 12" in text(fetch(national, PAGE))
    assert "3 of 12" in text(fetch(national, f"{PAGE}?within=24"))
    assert "1 of 12" in text(fetch(national, f"{PAGE}?within=24&channel=intranet"))
    assert "2 of 8" in text(fetch(national, f"{PAGE}?icb=QY62"))
    listed = fetch(national, f"{PAGE}?reached=yes")
    assert "1 to 2 of 2 NHS trusts" in text(listed) and "2 of 12" in text(listed)
    one = text(fetch(national, f"{PAGE}?q=x00903"))
    assert "1 NHS trust " in one and "1 to 1" not in one
    assert (
        "reached=yes" in fetch(national, f"{PAGE}?reached=yes&region=Y62").split("dissemination.csv")[1][:60]
    )


def test_a_past_day_is_what_was_known_then(national: FlaskClient, places: Places) -> None:
    before = TODAY - timedelta(days=10)
    recorded = datetime.combine(TODAY - timedelta(days=2), datetime.min.time(), tzinfo=UTC)
    places.share(places.trusts[7], places.film, TODAY - timedelta(days=40), recorded_at=recorded)
    assert "3 of 12" in text(fetch(national, PAGE))
    page = text(fetch(national, f"{PAGE}?as_at={before.isoformat()}"))
    assert "2 of 12" in page and "not today" in page
    assert "must be today or in the past" in text(fetch(national, f"{PAGE}?as_at=2099-01-01", 422))
    assert "must be today or in the past" in text(fetch(national, f"{NAMES}?as_at=2099-01-01", 422))


def test_who_is_not_counted(national: FlaskClient, places: Places) -> None:
    film = places.film
    for code, more in (
        ("X00981", {"country": "Wales"}),
        ("X00982", {"closed_on": TODAY - timedelta(days=1)}),
        ("X00983", {"kind": OrganisationKind.HIGHER_EDUCATION}),
    ):
        places.share(factories.organisation(code, f"Not counted {code}", **more), film)  # type: ignore[arg-type]
    assert "2 of 12" in text(fetch(national, PAGE))
    page = text(fetch(national, f"{PAGE}?kind=higher_education"))
    assert "1 higher education institution in the tracker reached by" in page
    factories.organisation("X00986", "A home", kind=OrganisationKind.CARE_PROVIDER)
    page = text(fetch(national, f"{PAGE}?kind=care_provider"))
    assert "Who has not been reached: 1 care provider" in page and "1 Care provider" not in page


def test_real_and_invented_organisations_are_never_in_one_figure(
    national: FlaskClient, places: Places
) -> None:
    real = factories.organisation("X00984", "Real for this test", demonstration=False)
    places.share(real, places.film)
    assert "1 of 1" in text(fetch(national, PAGE))
    assert "2 of 12" in text(fetch(national, f"{PAGE}?demonstration=1"))
    assert "demonstration=1" in fetch(national, f"{PAGE}?demonstration=1").split(">Who has not")[0][-200:]


def test_the_file_holds_what_is_listed_and_runs_nothing(national: FlaskClient, places: Places) -> None:
    factories.organisation("X00985", '=cmd|" /C calc"!A0', region="Y58")
    answer = national.get("/dissemination.csv?reached=no")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert len(rows) == 11 and {row["resource"] for row in rows} == {"film"}
    assert {row["shared_by_itself"] for row in rows} == {"no"}
    (odd,) = [row for row in rows if row["organisation"] == "X00985"]
    assert odd["organisation_name"].startswith("'=")
    everything = list(
        csv.DictReader(
            io.StringIO(national.get("/dissemination.csv").get_data(as_text=True).lstrip("\ufeff"))
        )
    )
    both = next(row for row in everything if row["organisation"] == "X00901")
    assert (both["shared_by_itself"], both["shared_by_a_network"]) == ("yes", "yes")


def test_the_file_of_those_not_reached_is_the_list_on_the_page(national: FlaskClient, places: Places) -> None:
    places.share(places.trusts[4], places.film, TODAY - timedelta(days=500))
    (address,) = re.findall(r'href="([^"]+)">These as CSV', fetch(national, f"{NAMES}?region=Y62"))
    answer = national.get(unescape(address))
    assert "attachment; filename=" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert [row["organisation"] for row in rows] == [f"X009{n:02}" for n in range(2, 8)]
    assert (
        {row["region"] for row in rows}
        == {"North West"}
        == {row["icb"].removesuffix(" Board") for row in rows}
    )
    by_code = {row["organisation"]: row for row in rows}
    assert by_code["X00904"]["last_reached_on"] == (TODAY - timedelta(days=500)).isoformat()
    assert by_code["X00903"]["last_reached_on"] == "" and by_code["X00903"]["trust_lead"] == ""
    assert by_code["X00905"]["trust_lead"] == "Lena Lead"
    assert re.fullmatch(r"person\d+@nhs.example", by_code["X00905"]["trust_lead_email"])
    (event,) = list(events("summary.exported"))
    assert (event["public"]["organisation_count"], event["public"]["row_count"]) == (6, 6)  # type: ignore[index]


def rows_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(fetch(client, path).lstrip("\ufeff"))))


def test_the_file_of_shares_holds_what_stands_behind_the_figure(
    national: FlaskClient, places: Places
) -> None:
    shown = places.evidence(places.trusts[2], "=Screenshot of the page")
    places.share(
        places.trusts[2], places.film, TODAY - timedelta(days=10), channel=Channel.OTHER, channel_words="+Posters",
        evidence_id=shown, reached=140, reached_basis="-Readers", link="",
    )  # fmt: skip
    places.share(
        places.network, places.film, TODAY - timedelta(days=9), members=places.trusts[3:5],
        link="https://network.example/sepsis", reached=3000, reached_basis="The mailing list",
    )  # fmt: skip
    places.share(places.trusts[9], places.game)
    (address,) = re.findall(r'href="([^"]+)">What was shared, as CSV', fetch(national, f"{PAGE}?region=Y62"))
    rows = rows_of(national, unescape(address))
    assert [row["organisation"] for row in rows] == [
        "X00900",
        "X00901",
        "X00901",
        "X00902",
        "X00903",
        "X00904",
    ]
    own, network = rows[3], rows[4]
    assert own == {
        "organisation": "X00902", "organisation_name": "Trust 02", "region": "North West",
        "icb": "North West Board", "resource": "film", "resource_title": "A film about sepsis",
        "channel": "Another way: +Posters", "shared_on": (TODAY - timedelta(days=10)).isoformat(), "link": "",
        "evidence": "'=Screenshot of the page", "reached": "140",
        "reached_in": "this organisation", "reached_basis": "'-Readers",
        "shared_by": "X00902", "shared_by_name": "Trust 02",
        "from": own["from"], "as_at": TODAY.isoformat(),
    }  # fmt: skip
    assert (network["shared_by"], network["shared_by_name"]) == ("X00991", "A network")
    assert (network["link"], network["reached"]) == ("https://network.example/sepsis", "3000")
    assert network["reached_in"] == "in all organisations together"
    (event,) = list(events("summary.exported"))
    assert (event["public"]["organisation_count"], event["public"]["row_count"]) == (5, 6)  # type: ignore[index]
    assert event["public"]["filters"] == {"region": "Y62"}  # type: ignore[index]
    shares = "/dissemination/shares.csv"
    assert {row["organisation"] for row in rows_of(national, f"{shares}?resource=any&q=x00909")} == {"X00909"}
    assert rows_of(national, f"{shares}?reached=no") == []
    assert [row["organisation"] for row in rows_of(national, f"{shares}?channel=other")] == ["X00902"]
    fetch(national, f"{shares}?channel=pigeon", 422)


def test_the_file_of_shares_is_of_the_day_and_of_what_counts(national: FlaskClient, places: Places) -> None:
    before, recorded = TODAY - timedelta(days=5), datetime.now(tz=UTC) - timedelta(days=2)
    places.share(places.trusts[6], places.film, TODAY - timedelta(days=8), recorded_at=recorded)
    places.share(places.trusts[7], places.film, TODAY - timedelta(days=500))
    shares = "/dissemination/shares.csv"
    assert {row["organisation"] for row in rows_of(national, shares)} == {"X00900", "X00901", "X00906"}
    then = rows_of(national, f"{shares}?as_at={before.isoformat()}")
    assert {row["organisation"] for row in then} == {"X00900", "X00901"}
    assert {row["as_at"] for row in then} == {before.isoformat()}


def test_an_auditor_is_told_of_no_evidence_outside_her_organisations(places: Places, sign_in: SignIn) -> None:
    secret = places.evidence(places.network, "What the network keeps")
    places.share(places.network, places.film, members=[places.trusts[5]], evidence_id=secret)
    places.share(places.trusts[6], places.film)
    until = TODAY + timedelta(days=30)
    auditor = sign_in(factories.person(Role.AUDITOR, [places.trusts[5]], until=until))
    (row,) = rows_of(auditor, "/dissemination/shares.csv")
    assert (row["organisation"], row["shared_by_name"], row["evidence"]) == ("X00905", "A network", "")
    champion = sign_in(factories.person(Role.CHAMPION, places.trusts[1]))
    assert champion.get("/dissemination/shares.csv").status_code == 403


def test_an_auditor_sees_her_organisations_and_no_e_mail(places: Places, sign_in: SignIn) -> None:
    until = TODAY + timedelta(days=30)
    auditor = sign_in(factories.person(Role.AUDITOR, [places.trusts[1], places.trusts[5]], until=until))
    for path in (PAGE, NAMES):
        page = text(fetch(auditor, path))
        assert "1 of 2 NHS trusts that you audit in England reached by" in page
        assert "The organisations you audit in England ·" in page
        assert "open in England" not in page
    names = fetch(auditor, NAMES)
    assert "X00905" in names and "X00906" not in names
    assert "mailto:" not in names and "Lena" not in names
    listed = fetch(auditor, f"{NAMES}.csv")
    assert "X00905" in listed and "X00906" not in listed
    assert "trust_lead" not in listed and "Lena" not in listed and "@" not in listed
    champion = sign_in(factories.person(Role.CHAMPION, places.trusts[1]))
    for path in (PAGE, NAMES, "/dissemination.csv", f"{NAMES}.csv"):
        assert champion.get(path).status_code == 403


def test_nobody_left(national: FlaskClient, places: Places) -> None:
    places.share(places.network, places.film, members=places.trusts)
    assert "Nobody: every organisation that is counted here was reached." in text(fetch(national, NAMES))
    assert "12 of 12" in text(fetch(national, PAGE))


def test_nonsense_is_a_question_asked_again(national: FlaskClient) -> None:
    for asked in ("resource=nothing", "within=7", "channel=pigeon", "kind=club", "region=Y99"):
        assert "Choose one of the answers listed" in fetch(national, f"{PAGE}?{asked}", 422)


def test_the_pages_ask_as_often_for_many_as_for_few(national: FlaskClient, places: Places) -> None:
    for path in (PAGE, NAMES):
        fetch(national, path)
        with counted(db.engine) as few:
            fetch(national, path)
        for n in range(6):
            trust = factories.organisation(region="Y58")
            if n % 2:
                places.share(trust, places.film)
        with counted(db.engine) as many:
            fetch(national, path)
        assert len(many) == len(few), path
