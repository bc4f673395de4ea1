"""Evidence packs over HTTP: who may take which, what is in them, and that they are the same each time."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import bagit
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from tests import factories
from tests.exports.conftest import (
    OLD_POLICY,
    REC,
    ROTA,
    ROTA_AGAIN,
    World,
    add_item,
    ask,
    hidden_fields,
    question,
    record,
)
from tests.factories import Person, identity_of
from tracker import clock
from tracker.access.permissions import Role
from tracker.accounts.models import Membership, User
from tracker.assurance.actions import record_finding
from tracker.assurance.rules import Outcome
from tracker.audit.models import PLATFORM, AuditEvent
from tracker.catalogue.rules import Delivery
from tracker.exports import presenters
from tracker.exports.models import ExportRequest
from tracker.exports.readers import verify_bundle
from tracker.extensions import db
from tracker.library.rules import Setting
from tracker.organisations.models import OrganisationName
from tracker.practice import actions as practice
from tracker.practice.rules import PracticeFacts
from tracker.web.transactions import writing

Browse = Callable[[Person], FlaskClient]


def taken(client: FlaskClient, address: str, **headers: str) -> bytes:
    answer = client.get(address, headers=headers)
    assert answer.status_code in (200, 206), answer.status
    return answer.get_data()


def pack(client: FlaskClient, day: date | None = None, **more: Any) -> bytes:
    return taken(client, ask(client, day, **more))


def saved(content: bytes, folder: Path, name: str = "pack.zip") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table(content: bytes, name: str) -> list[dict[str, str]]:
    text = members(content)[f"data/{name}"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def events(type: str) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.type == type).order_by(AuditEvent.chain_id, AuditEvent.seq)
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


# --- the same bytes, and checked by anybody ---------------------------------------------------------------


def test_the_same_request_gives_the_same_bytes_whatever_was_recorded_since(
    world: World, browse: Browse
) -> None:
    client = browse(world.auditor)
    address = ask(client)
    first = taken(client, address)
    assert taken(client, address) == first
    record(world.champion, world.ours, Delivery.IN_PROGRESS, version=3, reason="It fell apart", summary="")
    add_item(world.champion, world.ours, "Came later", b"Came later")
    with writing():
        held = db.session.scalars(select(Membership).where(Membership.user_id == world.champion.id)).one()
        held.superseded_at = clock.now()
        name = db.session.scalars(
            select(OrganisationName).where(OrganisationName.organisation_id == world.ours.id)
        ).one()
        name.superseded_at = clock.now()
    assert taken(client, address) == first


def test_the_page_of_a_pack_says_what_it_holds_and_how_large_it_is(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    page = client.get(f"{ask(client)}/ready").get_data(as_text=True)
    assert "3 entries, each with the whole position" in page and "What it holds" in page
    assert "The download begins at once." in page


def test_the_size_that_is_announced_is_about_that_of_the_file(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    address = ask(client)
    page = client.get(f"{address}/ready").get_data(as_text=True)
    said = re.search(r"The file is about ([0-9,.]+)\s(kB|MB)\.", page.replace("\u00a0", " "))
    assert said is not None, page[page.index("how-long") :][:200]
    announced = float(said[1].replace(",", "")) * {"kB": 1_000, "MB": 1_000_000}[said[2]]
    assert announced == pytest.approx(len(taken(client, address)), rel=0.15)


def test_the_registers_that_every_pack_holds_whole_are_named_before(world: World, browse: Browse) -> None:
    draft = PracticeFacts("Ward simulation", "SEP16-12", Setting.HOSPITAL, "A doll", "", "", "Educators")
    with writing():
        practice.add_practice(identity_of(world.champion), world.ours, draft)
    client = browse(world.auditor)
    asked = question(recommendations="SEP16-13")
    before = client.get("/exports/preview", query_string=asked).get_data(as_text=True)
    after = client.get(f"{ask(client, recommendations='SEP16-13')}/ready").get_data(as_text=True)
    for page in (before, after):
        assert "whichever recommendations were chosen: every share, every practice with its drafts" in page
        assert "1 version of practices, drafts too; 0 uses of other organisations’ practices;" in page
        for name, says in (
            ("Library", "0 national resources; 0 versions of counts of use, "),
            ("What was shared", "0 versions of shares, "),
            ("Programmes", "0 years with 0 items; 0 versions of where an item stands"),
        ):
            assert name in page and says in page


@pytest.mark.parametrize(
    ("events", "size", "words"),
    [
        (100, 1_000, "begins at once"),
        (55_000, 1_000_000, "about 30 seconds"),
        (1_000_000, 0, "about 9 minutes"),
    ],
)
def test_a_wait_is_said_before_it_begins(events: int, size: int, words: str) -> None:
    figures = presenters.Figures(0, 0, 0, 0, 0, 0, size, events)
    assert words in presenters.how_long(figures)


def test_a_text_removed_after_a_download_is_not_in_the_next(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    address = ask(client)
    assert b"Deteriorating Patient Group" in members(taken(client, address))["data/audit.jsonl"]
    with writing():
        db.session.execute(text("UPDATE audit_private SET body = NULL, salt = NULL"))
    assert b"Deteriorating Patient Group" not in members(taken(client, address))["data/audit.jsonl"]


def test_the_way_in_shows_positions_and_leads_to_their_files(world: World, browse: Browse) -> None:
    content = members(pack(browse(world.auditor)))
    page = content["data/index.html"].decode()
    assert "<h1>Evidence pack: " in page and "In place, evidence checked and agreed" in page
    assert "Nothing recorded" in page and "Old policy" not in page
    linked = {f"data/{each}" for each in re.findall(r'href="(evidence/[^"]+)"', page)} - {"data/evidence/"}
    assert linked and linked <= content.keys()


def test_the_way_in_of_several_counts_them_too(world: World, browse: Browse) -> None:
    page = members(pack(browse(world.national)))["data/index.html"].decode()
    assert "<h1>Evidence pack: 2 organisations</h1>" in page and 'aria-label="Counts"' in page
    assert page.count("<h3>Northmoor") == page.count("<h3>Southmoor") == 1


def test_it_verifies_by_three_tools(world: World, browse: Browse, app: Flask, tmp_path: Path) -> None:
    path = saved(pack(browse(world.auditor)), tmp_path)
    report = verify_bundle(path)
    assert report.problems == ()
    assert report.counts["rows held against their events"] >= 9
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "bag")
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "manifest-sha256.txt"],
        cwd=tmp_path / "bag",
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
    bagit.Bag(str(tmp_path / "bag")).validate()
    ran = app.test_cli_runner().invoke(args=["verify", "bundle", str(path)])
    assert ran.exit_code == 0 and "nothing is altered" in ran.output


@pytest.mark.parametrize("what", ["changed", "missing", "added"])
def test_the_command_names_what_was_done_to_a_pack(
    world: World, browse: Browse, app: Flask, tmp_path: Path, what: str
) -> None:
    content = members(pack(browse(world.auditor)))
    name = next(each for each in content if each.startswith("data/evidence/"))
    if what == "changed":
        content[name] = content[name][:-1] + b"!"
    elif what == "missing":
        del content[name]
    else:
        name = "data/evidence/X00101/added.txt"
        content[name] = b"I was always here"
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as archive:
        for each, data in content.items():
            archive.writestr(each, data)
    ran = app.test_cli_runner().invoke(args=["verify", "bundle", str(tmp_path / "forged.zip")])
    assert ran.exit_code == 1
    assert name in ran.stderr


def test_the_seal_is_that_of_the_key_file(world: World, browse: Browse, app: Flask, tmp_path: Path) -> None:
    client = browse(world.auditor)
    address = ask(client)
    path = saved(taken(client, address), tmp_path)
    shown = re.search(r"<code>([0-9a-f]{64})</code>", client.get(f"{address}/ready").get_data(as_text=True))
    assert (
        shown
        and f"Seal-Public-Key: ed25519 {shown[1]}" in members(path.read_bytes())["bag-info.txt"].decode()
    )
    (tmp_path / "public").write_text(shown[1])
    assert app.config["SETTINGS"].signing_key.stat().st_mode & 0o777 == 0o600
    run = app.test_cli_runner().invoke
    assert run(args=["verify", "bundle", str(path), "--key", str(tmp_path / "public")]).exit_code == 0
    (tmp_path / "other").write_text("0" * 64)
    assert run(args=["verify", "bundle", str(path), "--key", str(tmp_path / "other")]).exit_code == 1


# --- what is in it ----------------------------------------------------------------------------------------


def test_it_holds_withdrawn_items_and_old_revisions(world: World, browse: Browse) -> None:
    content = pack(browse(world.auditor))
    files = {
        name: data for name, data in members(content).items() if name.startswith("data/evidence/X00101/")
    }
    assert sorted(files.values()) == sorted([ROTA, ROTA_AGAIN, OLD_POLICY])
    rows = {(row["title"], row["revision"]): row for row in table(content, "evidence.csv")}
    assert rows["Champion rota", "1"]["live_at_date"] == "no"
    assert rows["Champion rota", "2"]["live_at_date"] == "yes"
    assert rows["Champion rota", "2"]["replaces_revision"] == "1"
    assert rows["Old policy", "1"]["withdrawn_reason"] == "It was superseded."
    assert rows["Old policy", "1"]["live_at_date"] == "no"
    assert rows["Page on the intranet", ""]["link"] == "https://intranet.example/sepsis"
    assert all(row["audit_chain"] == str(world.ours.id) and row["audit_seq"] for row in rows.values())


def test_it_holds_every_entry_with_the_event_that_recorded_it(world: World, browse: Browse) -> None:
    rows = table(pack(browse(world.auditor)), "progress.csv")
    assert [row["version"] for row in rows] == ["1", "2", "3"]
    assert [row["current_at_date"] for row in rows] == ["no", "no", "yes"]
    assert all(row["audit_seq"] for row in rows)
    last = rows[-1]
    assert (last["organisation"], last["organisation_name"]) == ("X00101", "Northmoor University Hospitals")
    assert (last["delivery"], last["live_evidence"], last["answered"]) == ("assured", "2", "confirmed")
    assert " r1 " in last["assured_evidence"]
    assert (last["recorded_by"], last["assured_by"]) == (str(world.lead.id),) * 2
    assert rows[1]["summary"].startswith("'=")


def test_names_of_people_are_nowhere_in_it(world: World, browse: Browse) -> None:
    content = members(pack(browse(world.auditor)))
    told = b"".join(data for name, data in content.items() if not name.startswith("data/evidence/"))
    for name in (b"Beatrice", b"Asha", b"Lou Lead", b"nhs.example"):
        assert name not in told
    (omitted,) = table(pack(browse(world.auditor)), "omissions.csv")
    assert omitted["reason"] == "withheld" and str(world.ours.id) in omitted["member"]
    withheld = content["data/audit.jsonl"].count(b'"private_absent":"withheld"')
    assert f"of {withheld} events" in omitted["explanation"]


def test_roles_are_in_it_under_opaque_ids(world: World, browse: Browse) -> None:
    rows = {row["person"]: row for row in table(pack(browse(world.auditor)), "people.csv")}
    assert rows[str(world.champion.id)]["role"] == "champion"
    assert rows[str(world.lead.id)]["organisation"] == "X00101"
    assert str(world.stranger.id) not in rows
    assert not any(row["name"] or row["email"] for row in rows.values())


def test_findings_are_in_it_and_taken_back_ones_are_marked(
    world: World, browse: Browse, tmp_path: Path
) -> None:
    with writing():
        identity = factories.identity_of(world.auditor)
        record_finding(identity, world.ours, REC, Outcome.OVERTURNED, "No rota since May", version=3)
    content = pack(browse(world.auditor))
    (row,) = table(content, "findings.csv")
    assert (row["outcome"], row["note"], row["role"]) == ("overturned", "No rota since May", "auditor")
    assert row["entry"] == table(content, "progress.csv")[-1]["entry"]
    assert row["stands_at_date"] == "yes" and row["audit_seq"]
    assert verify_bundle(saved(content, tmp_path)).problems == ()


def test_the_control_sheet_counts_what_the_tables_hold(world: World, browse: Browse) -> None:
    content = pack(browse(world.national))
    figures = {
        (row["recommendation"], row["figure"]): int(row["value"]) for row in table(content, "control.csv")
    }
    assert figures[REC, "organisations"] == 2
    assert figures[REC, "assured"] == figures[REC, "checked"] == figures[REC, "not_started"] == 1
    assert figures["SEP16-09", "nothing_recorded"] == 2
    assert figures[REC, "nothing_recorded"] == 0
    assert figures["", "assured"] == 1
    assert figures["SEP16-01", "organisations"] == 0


def test_the_position_of_an_earlier_day_is_what_stood_then(
    world: World, browse: Browse, tmp_path: Path
) -> None:
    yesterday = clock.today() - timedelta(days=1)
    content = pack(browse(world.auditor), yesterday)
    assert {row["current_at_date"] for row in table(content, "progress.csv")} == {"no"}
    figures = {(row["recommendation"], row["figure"]): row["value"] for row in table(content, "control.csv")}
    assert figures[REC, "nothing_recorded"] == "1"
    assert {row["live_at_date"] for row in table(content, "evidence.csv")} == {"no"}
    assert len([row for row in table(content, "catalogue.csv") if row["kind"] == "recommendation"]) == 21
    assert verify_bundle(saved(content, tmp_path)).problems == ()


def test_only_the_recommendations_asked_for(world: World, browse: Browse, tmp_path: Path) -> None:
    content = pack(browse(world.auditor), recommendations=["SEP16-13"])
    assert table(content, "progress.csv") == table(content, "evidence.csv") == []
    assert verify_bundle(saved(content, tmp_path)).problems == ()


def test_a_flipped_bit_in_the_store_is_left_out_and_named(
    world: World, browse: Browse, app: Flask, tmp_path: Path
) -> None:
    client = browse(world.auditor)
    address = ask(client)
    whole = taken(client, address)
    row = next(each for each in table(whole, "evidence.csv") if each["title"] == "Old policy")
    path = app.extensions["evidence_store"]._path(world.ours.id, row["sha256"])
    path.chmod(0o640)
    path.write_bytes(bytes([OLD_POLICY[0] ^ 1]) + OLD_POLICY[1:])
    damaged = taken(client, address)
    assert row["member"] not in members(damaged)
    (omitted,) = [each for each in table(damaged, "omissions.csv") if each["reason"] == "altered"]
    assert (omitted["member"], omitted["expected_sha256"]) == (row["member"], row["sha256"])
    assert verify_bundle(saved(damaged, tmp_path)).problems == ()
    path.write_bytes(OLD_POLICY)
    assert taken(client, address) == whole


def test_an_earlier_pack_is_the_beginning_of_a_later_one(
    world: World, browse: Browse, tmp_path: Path
) -> None:
    client = browse(world.auditor)
    first = saved(pack(client), tmp_path, "first.zip")
    record(world.champion, world.ours, Delivery.IN_PROGRESS, version=3, reason="It fell apart", summary="")
    second = saved(pack(client), tmp_path, "second.zip")
    assert verify_bundle(second, first).problems == ()


# --- who may ----------------------------------------------------------------------------------------------


def test_an_auditor_is_offered_and_given_only_her_organisations(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    page = client.get("/exports").get_data(as_text=True)
    assert "X00101" in page and "X00102" not in page and "Southmoor" not in page
    assert "X00102" not in pack(client).decode("latin-1")
    asked = question(who="chosen", organisations=["X00102"])
    assert client.get("/exports/preview", query_string=asked).status_code in (404, 422)


def test_another_organisations_pack_is_as_if_absent(world: World, browse: Browse) -> None:
    address = ask(browse(world.national), who="chosen", organisations=["X00101", "X00102"])
    for someone in (world.auditor, world.lead, world.stranger):
        client = browse(someone)
        assert client.get(address).status_code == 404
        assert client.get(f"{address}/ready").status_code == 404
    assert browse(world.national).get(f"{address}/ready").status_code == 200


def test_a_trust_lead_takes_her_own_alone(world: World, browse: Browse) -> None:
    client = browse(world.lead)
    assert "Northmoor University Hospitals (X00101)" in client.get("/exports").get_data(as_text=True)
    assert {row["organisation"] for row in table(pack(client), "progress.csv")} == {"X00101"}


@pytest.mark.parametrize("who", ["champion", "administrator"])
def test_who_has_no_part_in_it_is_refused(world: World, browse: Browse, who: str) -> None:
    client = browse(getattr(world, who))
    address = ask(browse(world.national))
    for path in ("/exports", "/exports/preview", address, f"{address}/ready"):
        assert client.get(path).status_code == 403


def test_after_her_until_date_an_auditor_gets_nothing(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    address = ask(client)
    with writing():
        held = db.session.scalars(select(Membership).where(Membership.user_id == world.auditor.id)).one()
        held.until = clock.today() - timedelta(days=1)
    assert client.get(address).status_code == 403
    assert client.get("/exports").status_code == 403


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, app: Flask) -> None:
    assert "/sign-in" in client.get("/exports").location


# --- asking and taking ------------------------------------------------------------------------------------


def test_asking_and_taking_are_told_to_every_chain(world: World, browse: Browse) -> None:
    client = browse(world.national)
    address = ask(client)
    asked = events("export.requested")
    assert {each.chain_id for each in asked} == {PLATFORM, world.ours.id, world.theirs.id}
    assert len({json.loads(each.header)["group"] for each in asked}) == 1
    ours = next(each for each in asked if each.chain_id == world.ours.id)
    assert json.loads(ours.header)["public"]["organisations"] == ["X00101"]
    assert events("export.downloaded") == []
    taken(client, address)
    assert {each.chain_id for each in events("export.downloaded")} == {each.chain_id for each in asked}
    assert {each.actor_id for each in events("export.downloaded")} == {world.national.id}


def test_the_same_form_twice_asks_for_one_pack(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    page = client.get("/exports/preview", query_string=question()).get_data(as_text=True)
    answers = [client.post("/exports", data=hidden_fields(page)) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert db.session.scalar(select(func.count()).select_from(ExportRequest)) == 1


def test_a_download_is_carried_on_where_it_stopped(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    address = ask(client)
    whole = client.get(address)
    content = whole.get_data()
    assert whole.content_length == len(content)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert re.fullmatch(
        r'attachment; filename="evidence-pack-X00101-[-0-9]{10}-[0-9a-f]{8}\.zip"',
        whole.headers["Content-Disposition"],
    )
    told = len(events("export.downloaded"))
    rest = client.get(address, headers={"Range": "bytes=1000-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206 and rest.get_data() == content[1000:]
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(content) - 1}/{len(content)}"
    assert client.get(address, headers={"Range": "bytes=-5"}).get_data() == content[-5:]
    assert client.get(address, headers={"Range": "bytes=10-19"}).get_data() == content[10:20]
    assert len(events("export.downloaded")) == told
    beyond = client.get(address, headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status_code == 416 and beyond.headers["Content-Range"] == f"bytes */{len(content)}"
    other = client.get(address, headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert other.status_code == 200 and other.get_data() == content
    head = client.head(address)
    assert head.content_length == len(content) and head.get_data() == b""


def test_the_preview_says_what_is_missing(world: World, browse: Browse, app: Flask) -> None:
    client = browse(world.auditor)
    page = client.get("/exports/preview", query_string=question()).get_data(as_text=True)
    assert "1 record on that day" in page and "3 entries" in page and "3 items with 3 files" in page
    assert "hold a name of a person" in page or "holds a name of a person" in page
    row = next(each for each in table(pack(client), "evidence.csv") if each["title"] == "Old policy")
    app.extensions["evidence_store"].to_trash(world.ours.id, row["sha256"], clock.today())
    again = client.get("/exports/preview", query_string=question()).get_data(as_text=True)
    assert "1 file of evidence is not in the store" in again


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"as_at-year": "2099"}, "must be today or in the past"),
        ({"as_at-month": "13"}, "must be a real date"),
        ({"who": "chosen"}, "Tick at least one organisation"),
        ({"who": "region"}, "Choose a region"),
        ({"who": "chosen", "organisations": "X99999"}, "Choose only from the answers listed"),
    ],
)
def test_a_question_that_makes_no_sense_is_shown_again(
    world: World, browse: Browse, asked: dict[str, str], message: str
) -> None:
    client = browse(world.national)
    answer = client.get("/exports/preview", query_string={**question(), **asked})
    assert answer.status_code == 422 and message in answer.get_data(as_text=True)


def test_organisations_are_found_and_kept_ticked(world: World, browse: Browse) -> None:
    for number in range(60):
        factories.organisation(f"X1{number:04}", f"Fictional Trust {number}")
    client = browse(world.national)
    first = client.get("/exports").get_data(as_text=True)
    assert first.count('name="organisations"') == 50
    found = client.get(
        "/exports/preview",
        query_string=question(who="chosen", organisations="X00101", q="southmoor", find="1"),
    ).get_data(as_text=True)
    assert found.count('name="organisations"') == 2
    assert re.search(r'value="X00101"[^>]*checked', found)
    everything = table(pack(client), "control.csv")
    assert {
        row["value"] for row in everything if (row["recommendation"], row["figure"]) == (REC, "organisations")
    } == {"62"}


def test_earlier_packs_are_listed(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    address = ask(client, recommendations=[REC])
    page = client.get("/exports").get_data(as_text=True)
    assert f'href="{address}/ready"' in page and "recommendation 12" in page
    with writing():
        user = db.session.scalars(select(User).where(User.id == world.auditor.id)).one()
        db.session.add(
            Membership(
                user_id=user.id, role=Role.AUDITOR, organisation_id=world.theirs.id,
                starts_on=date(2020, 1, 1), recorded_at=clock.now(),
            )
        )  # fmt: skip
        old = db.session.scalars(select(Membership).where(Membership.organisation_id == world.ours.id)).all()
        for each in old:
            each.superseded_at = clock.now()
    later = client.get("/exports").get_data(as_text=True)
    assert f'href="{address}/ready"' not in later and "may not take this any more" in later
