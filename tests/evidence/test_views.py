"""The pages of evidence, with real files on a real database: what may be seen, what is refused, what is kept."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from fpdf import FPDF
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import Person, identity_of, signed_in_client
from tests.page import TrackerClient
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.database import WRITING, current
from tracker.evidence import actions, queries
from tracker.evidence.actions import ItemInput
from tracker.evidence.models import EvidenceFile, EvidenceItem, HeldUpload
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.web.transactions import writing

NUMBER = "943 476 5919"
Upload = tuple[str, bytes]


class Hers(TrackerClient):
    """Each request in a context of its own, as on a server: two people must not share what one request remembers."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(autouse=True)
def own_context(app: Flask) -> Iterator[None]:
    app.test_client_class = Hers
    # Migrating the template says "writing" for the whole process; a page that is read must not wait for writers.
    WRITING.set(False)
    yield
    db.session.rollback()


@pytest.fixture
def ours(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00101", "Northmoor University Hospitals")


@pytest.fixture
def theirs(ours: OrganisationRef) -> OrganisationRef:
    return factories.organisation("X00102", "Southmoor Hospitals")


@pytest.fixture
def champion(ours: OrganisationRef) -> Person:
    return factories.person(Role.CHAMPION, ours, name="Asha Patel")


@pytest.fixture
def hers(app: Flask, champion: Person) -> FlaskClient:
    return signed_in_client(app, champion)


def pdf(text: str = "Champion rota, autumn 2026") -> bytes:
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.cell(text=text)
    return bytes(page.output())


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, "PNG")
    return buffer.getvalue()


def register_of(organisation: OrganisationRef) -> str:
    return f"/organisations/{organisation.code}/evidence"


def hidden_in(page: str) -> dict[str, str]:
    names = ("csrf_token", "idempotency_key", "version")
    found = {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in names}
    return {name: values[-1] for name, values in found.items() if values}


def held_in(page: str) -> list[str]:
    return re.findall(r'name="held" value="([^"]*)"', page)


def send(
    client: FlaskClient, address: str, *files: Upload, hidden: dict[str, str] | None = None, **fields: Any
) -> TestResponse:
    """Post the form that stands at an address, as a browser would."""
    if hidden is None:
        hidden = hidden_in(client.get(address).get_data(as_text=True))
    data: dict[str, Any] = {
        **hidden,
        **fields,
    }
    data["files"] = [(io.BytesIO(content), name) for name, content in files]
    return client.post(address, data=data, content_type="multipart/form-data")


def add(client: FlaskClient, organisation: OrganisationRef, *files: Upload, **fields: Any) -> TestResponse:
    wanted = {"kind": "rota", "recommendations": ["SEP16-12"], **fields}
    return send(client, f"{register_of(organisation)}/new", *files, **wanted)


def added(client: FlaskClient, organisation: OrganisationRef, *files: Upload, **fields: Any) -> UUID:
    """Add an item and give its id."""
    answer = add(client, organisation, *(files or (("champion-rota.pdf", pdf()),)), **fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return UUID(urlsplit(answer.location).path.rsplit("/", 1)[1])


def count_items() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(EvidenceItem).where(current(EvidenceItem))) or 0


def count_events(type: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditEvent.type == type)) or 0


def stored_path(app: Flask, organisation: OrganisationRef, sha256: str) -> Path:
    root: Path = app.extensions["evidence_store"].root
    return root / "cas" / str(organisation.id) / sha256[:2] / sha256


def only_file() -> EvidenceFile:
    db.session.rollback()
    return db.session.scalars(select(EvidenceFile)).one()


# --- adding -----------------------------------------------------------------------------------------------


def test_a_file_and_a_recommendation_are_enough(hers: FlaskClient, ours: OrganisationRef) -> None:
    item = added(hers, ours, ("Champion_rota-autumn.pdf", pdf()))
    page = hers.get(f"{register_of(ours)}/{item}").get_data(as_text=True)
    assert "Champion rota autumn" in page
    assert "Recommendation 12" in page
    assert "Asha Patel" in page
    assert "In date" in page
    assert only_file().sha256 in page
    assert count_events("evidence.added") == count_events("evidence.file_added") == 1


def test_the_address_ticks_a_recommendation(hers: FlaskClient, ours: OrganisationRef) -> None:
    page = hers.get(f"{register_of(ours)}/new?recommendation=SEP16-12").get_data(as_text=True)
    assert re.findall(r'value="(SEP16-\d\d)" checked', page) == ["SEP16-12"]


def test_a_link_alone_is_enough(hers: FlaskClient, ours: OrganisationRef) -> None:
    answer = add(hers, ours, link="https://intranet.example/sepsis", title="Sepsis page", kind="link")
    assert answer.status_code == 303
    page = hers.get(answer.location).get_data(as_text=True)
    assert 'href="https://intranet.example/sepsis"' in page
    assert "No file, only a link" in page


def test_neither_file_nor_link(hers: FlaskClient, ours: OrganisationRef) -> None:
    answer = add(hers, ours, title="Nothing")
    assert answer.status_code == 422
    assert "Add a file or a link" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recommendations": []},
        {"kind": ""},
        {"dated_on-day": "31", "dated_on-month": "2", "dated_on-year": "2026"},
        {"dated_on-day": "1", "dated_on-month": "1", "dated_on-year": "2199"},
        {"title": "x" * 201},
        {"link": "javascript:alert(1)"},
    ],
)
def test_files_outlive_a_form_that_fails(
    hers: FlaskClient, ours: OrganisationRef, wrong: dict[str, Any]
) -> None:
    failed = add(hers, ours, ("champion-rota.pdf", pdf()), **{"shows": "Who is on duty", **wrong})
    page = failed.get_data(as_text=True)
    assert failed.status_code == 422
    assert "<strong>champion-rota.pdf</strong>" in page
    assert "kept: no need to choose it again" in page
    assert "Who is on duty" in page
    right = send(
        hers, f"{register_of(ours)}/new", hidden=hidden_in(page),
        held=held_in(page), kind="rota", recommendations=["SEP16-12"], title="Rota",
    )  # fmt: skip
    assert right.status_code == 303
    assert only_file().file_name == "champion-rota.pdf"


def test_a_held_file_can_be_left_out(hers: FlaskClient, ours: OrganisationRef) -> None:
    failed = add(hers, ours, ("a.pdf", pdf("one")), ("b.pdf", pdf("two")), kind="").get_data(as_text=True)
    held = held_in(failed)
    answer = send(
        hers, f"{register_of(ours)}/new", hidden=hidden_in(failed),
        held=held, drop=held[:1], kind="rota", recommendations=["SEP16-12"],
    )  # fmt: skip
    assert answer.status_code == 303
    assert only_file().file_name == "b.pdf"


def test_a_held_file_is_its_owners_alone(
    app: Flask, hers: FlaskClient, ours: OrganisationRef, theirs: OrganisationRef
) -> None:
    failed = add(hers, ours, ("a.pdf", pdf()), kind="").get_data(as_text=True)
    for place in (ours, theirs):
        other = signed_in_client(app, factories.person(Role.CHAMPION, place))
        answer = add(other, place, held=held_in(failed))
        assert answer.status_code == 422
        assert "no longer here" in answer.get_data(as_text=True)
    assert count_items() == 0


def test_good_files_are_kept_beside_a_refused_one(hers: FlaskClient, ours: OrganisationRef) -> None:
    page = add(hers, ours, ("good.pdf", pdf()), ("bad.exe", b"MZ")).get_data(as_text=True)
    assert "<strong>good.pdf</strong>" in page
    assert "A .exe file cannot be evidence here" in page
    assert len(held_in(page)) == 1


def test_more_than_ten_files(hers: FlaskClient, ours: OrganisationRef) -> None:
    answer = add(hers, ours, *((f"{number}.txt", b"text %d" % number) for number in range(11)))
    assert answer.status_code == 422
    assert "Add at most 10 files at once" in answer.get_data(as_text=True)


def test_a_file_over_the_limit(app: Flask, hers: FlaskClient, ours: OrganisationRef) -> None:
    app.config["UPLOAD_FILE_LIMIT"] = 1024
    answer = add(hers, ours, ("long.txt", b"a" * 1025))
    assert answer.status_code == 422
    assert "1 KB or smaller" in answer.get_data(as_text=True)


def test_a_request_over_the_limit(app: Flask, hers: FlaskClient, ours: OrganisationRef) -> None:
    hidden = hidden_in(hers.get(f"{register_of(ours)}/new").get_data(as_text=True))
    app.config["UPLOAD_REQUEST_LIMIT"] = 10_000
    answer = send(hers, f"{register_of(ours)}/new", ("long.txt", b"a" * 20_000), hidden=hidden)
    assert answer.status_code == 413
    assert "50 MB" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "file,fields",
    [
        (None, {"title": f"Review of {NUMBER}"}),
        (None, {"shows": f"Patient {NUMBER} was seen"}),
        ((f"case {NUMBER}.pdf", pdf()), {}),
        (("list.csv", f"name,number\nA,{NUMBER}\n".encode()), {}),
        (("case.pdf", pdf(f"NHS number {NUMBER}")), {}),
    ],
)
def test_an_identifier_is_refused_and_everything_typed_is_kept(
    hers: FlaskClient, ours: OrganisationRef, file: Upload | None, fields: dict[str, str]
) -> None:
    typed = {"title": "Typed title", "shows": "Typed words", **fields}
    answer = add(hers, ours, file or ("rota.pdf", pdf()), **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "looks like an NHS number (943 …)" in page
    assert all(text in page for text in typed.values())
    assert count_items() == 0
    db.session.rollback()
    kept = db.session.scalars(select(HeldUpload.file_name)).all()
    assert kept == ([] if file else ["rota.pdf"])


def test_a_picture_needs_somebody_to_have_looked(hers: FlaskClient, ours: OrganisationRef) -> None:
    answer = add(hers, ours, ("board.png", png()))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Look at board.png" in page
    again = send(
        hers, f"{register_of(ours)}/new", hidden=hidden_in(page),
        held=held_in(page), looked="y", kind="photograph", recommendations=["SEP16-12"],
    )  # fmt: skip
    assert again.status_code == 303


def test_a_retried_post_makes_one_item(hers: FlaskClient, ours: OrganisationRef) -> None:
    address = f"{register_of(ours)}/new"
    hidden = hidden_in(hers.get(address).get_data(as_text=True))
    fields = {"kind": "rota", "recommendations": ["SEP16-12"], "hidden": hidden}
    first = send(hers, address, ("rota.pdf", pdf()), **fields)
    second = send(hers, address, ("rota.pdf", pdf()), **fields)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert count_items() == 1


# --- the same bytes twice ---------------------------------------------------------------------------------


def test_the_same_bytes_offer_the_item_that_is_there(hers: FlaskClient, ours: OrganisationRef) -> None:
    content = pdf()
    item = added(hers, ours, ("rota.pdf", content), title="Rota for champions")
    answer = add(hers, ours, ("copy.pdf", content), recommendations=["SEP16-09", "SEP16-13"])
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "copy.pdf is here already" in page
    assert f'href="{register_of(ours)}/{item}"' in page
    used = send(
        hers, f"{register_of(ours)}/new", hidden=hidden_in(page), held=held_in(page),
        kind="rota", recommendations=["SEP16-09", "SEP16-13"], duplicate="link",
    )  # fmt: skip
    assert used.location.endswith(str(item))
    assert count_items() == 1
    shown = hers.get(used.location).get_data(as_text=True)
    assert all(f"Recommendation {number}" in shown for number in (9, 12, 13))


def test_the_same_bytes_may_be_added_again(hers: FlaskClient, ours: OrganisationRef) -> None:
    content = pdf()
    added(hers, ours, ("rota.pdf", content))
    added(hers, ours, ("rota.pdf", content), duplicate="add")
    assert count_items() == 2


def test_of_several_files_only_the_new_one_is_added(hers: FlaskClient, ours: OrganisationRef) -> None:
    content = pdf()
    added(hers, ours, ("rota.pdf", content))
    item = added(
        hers,
        ours,
        ("rota.pdf", content),
        ("minutes.pdf", pdf("Minutes")),
        duplicate="link",
        title="Minutes",
    )
    files = [
        file.file_name
        for file in db.session.scalars(select(EvidenceFile).where(EvidenceFile.item_id == item))
    ]
    assert files == ["minutes.pdf"]


def test_the_same_bytes_of_another_organisation_are_nobodys_business(
    app: Flask, hers: FlaskClient, ours: OrganisationRef, theirs: OrganisationRef
) -> None:
    content = pdf()
    added(hers, ours, ("rota.pdf", content))
    added(signed_in_client(app, factories.person(Role.CHAMPION, theirs)), theirs, ("rota.pdf", content))
    assert count_items() == 2


# --- who may see and do what ------------------------------------------------------------------------------


def test_another_organisations_item_is_not_found(
    app: Flask, hers: FlaskClient, ours: OrganisationRef, theirs: OrganisationRef
) -> None:
    other = signed_in_client(app, factories.person(Role.CHAMPION, theirs))
    item = added(other, theirs, title="Canary of Southmoor")
    for place in (ours, theirs):
        for address in ("", "/edit", "/files", "/withdraw", "/files/1"):
            answer = hers.get(f"{register_of(place)}/{item}{address}")
            assert answer.status_code == 404, address
            assert "Canary" not in answer.get_data(as_text=True)
    assert "Canary" not in hers.get(register_of(ours)).get_data(as_text=True)


def test_a_champion_cannot_write_elsewhere(
    app: Flask, hers: FlaskClient, ours: OrganisationRef, theirs: OrganisationRef
) -> None:
    other = signed_in_client(app, factories.person(Role.CHAMPION, theirs))
    item = added(other, theirs)
    hidden = hidden_in(hers.get(f"{register_of(ours)}/new").get_data(as_text=True)) | {"version": "1"}
    for address in ("/new", f"/{item}/edit", f"/{item}/files", f"/{item}/withdraw"):
        answer = send(
            hers, f"{register_of(theirs)}{address}", ("a.pdf", pdf("new")), hidden=hidden,
            kind="rota", title="Changed", reason="No", recommendations=["SEP16-12"],
        )  # fmt: skip
        assert answer.status_code == 404
        mine = send(hers, f"{register_of(ours)}/{item}/edit", hidden=hidden, title="Changed")
        assert mine.status_code == 404
    assert count_items() == 1
    assert db.session.scalars(select(EvidenceItem.title)).all() == ["Champion rota"]


def test_readers_see_no_buttons_and_may_not_write(
    app: Flask, hers: FlaskClient, ours: OrganisationRef
) -> None:
    item = added(hers, ours)
    for someone in (factories.person(Role.NATIONAL_LEAD), factories.person(Role.AUDITOR, ours)):
        reader = signed_in_client(app, someone)
        for address in ("", f"/{item}"):
            page = reader.get(f"{register_of(ours)}{address}")
            assert page.status_code == 200
            assert "Take out of use" not in page.get_data(as_text=True)
            assert "Add evidence" not in page.get_data(as_text=True)
        assert reader.get(f"{register_of(ours)}/new").status_code == 403
        assert reader.get(f"{register_of(ours)}/{item}/files/1").status_code == 200


def test_a_closed_organisation_is_read_only(app: Flask, hers: FlaskClient, ours: OrganisationRef) -> None:
    item = added(hers, ours)
    with writing():
        row = db.session.get(Organisation, ours.id)
        assert row is not None
        row.closed_on = date(2020, 3, 31)
    hidden = hidden_in(hers.get(register_of(ours)).get_data(as_text=True))
    for address in ("/new", f"/{item}/edit", f"/{item}/files", f"/{item}/withdraw"):
        assert hers.get(f"{register_of(ours)}{address}").status_code == 403
        answer = send(
            hers, f"{register_of(ours)}{address}", ("a.pdf", pdf("new")), hidden=hidden, reason="No"
        )
        assert answer.status_code == 403
    page = hers.get(f"{register_of(ours)}/{item}").get_data(as_text=True)
    assert "can be read, not changed" in page
    assert "Change details" not in page
    assert count_events("evidence.withdrawn") == 0


# --- the register -----------------------------------------------------------------------------------------


def test_the_register_filters_and_counts(hers: FlaskClient, ours: OrganisationRef) -> None:
    added(hers, ours, ("a.pdf", pdf("a")), title="100% rota", kind="rota")
    past = {"valid_until-day": "1", "valid_until-month": "2", "valid_until-year": "2020"}
    dated = {"dated_on-day": "1", "dated_on-month": "1", "dated_on-year": "2020"}
    added(
        hers,
        ours,
        ("b.pdf", pdf("b")),
        title="Old policy",
        kind="policy",
        recommendations=["SEP16-09"],
        **past,
        **dated,
    )
    address = register_of(ours)

    def titles(query: str) -> set[str]:
        page = hers.get(f"{address}?{query}").get_data(as_text=True)
        return {title for title in ("100% rota", "Old policy") if f">{title}</a>" in page}

    assert "2 items: 1 in date, 1 out of date." in hers.get(address).get_data(as_text=True)
    assert titles("") == {"100% rota", "Old policy"}
    assert titles("q=POLICY") == titles("kind=policy") == titles("recommendation=SEP16-09") == {"Old policy"}
    assert titles("state=out_of_date") == {"Old policy"}
    assert titles("state=live") == titles("q=%25") == {"100% rota"}
    assert titles("state=withdrawn") == titles("q=x%00y") == set()
    assert titles("kind=nonsense&state=nonsense&recommendation=nonsense&page=99") == {
        "100% rota",
        "Old policy",
    }


def test_pages_of_fifty_keep_the_filter(hers: FlaskClient, ours: OrganisationRef, champion: Person) -> None:
    with writing():
        for number in range(51):
            wanted = ItemInput(
                f"Minutes {number}",
                "",
                EvidenceKind.MINUTES,
                date(2026, 1, 1),
                None,
                "https://a.example/",
                ("SEP16-12",),
            )
            actions.add_item(identity_of(champion), ours, wanted, [])
    page = hers.get(f"{register_of(ours)}?kind=minutes").get_data(as_text=True)
    assert len(re.findall(r">Minutes \d+</a>", page)) == 50
    assert "kind=minutes&amp;page=2" in page
    second = hers.get(f"{register_of(ours)}?kind=minutes&page=2").get_data(as_text=True)
    assert len(re.findall(r">Minutes \d+</a>", second)) == 1


def test_what_people_type_is_text(hers: FlaskClient, ours: OrganisationRef) -> None:
    item = added(hers, ours, title="<script>alert(1)</script>", shows="<b>bold</b>")
    for address in ("", f"/{item}", f"/{item}/edit", f"/{item}/withdraw", f"/{item}/files"):
        assert "<script>alert" not in hers.get(f"{register_of(ours)}{address}").get_data(as_text=True)


# --- changing ---------------------------------------------------------------------------------------------


def test_details_are_a_new_version_with_its_author(hers: FlaskClient, ours: OrganisationRef) -> None:
    address = f"{register_of(ours)}/{added(hers, ours)}"
    date_fields = {"dated_on-day": "1", "dated_on-month": "9", "dated_on-year": "2025"}
    answer = send(
        hers,
        f"{address}/edit",
        title="New title",
        kind="policy",
        recommendations=["SEP16-13"],
        **date_fields,
    )
    assert answer.status_code == 303
    page = hers.get(address).get_data(as_text=True)
    assert "Title: Champion rota → New title" in page
    assert "No longer supports recommendation 12" in page
    assert "Supports recommendation 13" in page


def test_two_editors_lose_nothing(hers: FlaskClient, ours: OrganisationRef) -> None:
    address = f"{register_of(ours)}/{added(hers, ours)}"
    hidden = hidden_in(hers.get(f"{address}/edit").get_data(as_text=True))
    fields = {"kind": "rota", "recommendations": ["SEP16-12"]}
    fields |= {"dated_on-day": "1", "dated_on-month": "9", "dated_on-year": "2025"}
    send(hers, f"{address}/edit", title="Theirs", **fields)
    answer = send(hers, f"{address}/edit", hidden=hidden, title="Mine", shows="My words", **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert all(words in page for words in ("Theirs", "Mine", "My words", "Saved now", "What you typed"))
    over = send(hers, f"{address}/edit", hidden=hidden_in(page), title="Mine", shows="My words", **fields)
    assert over.status_code == 303
    assert "Theirs → Mine" in hers.get(address).get_data(as_text=True)


def test_saving_what_stands_already_makes_no_version(hers: FlaskClient, ours: OrganisationRef) -> None:
    item = added(hers, ours)
    db.session.rollback()
    standing = db.session.scalars(select(EvidenceItem)).one()
    day = standing.dated_on
    fields = {"dated_on-day": str(day.day), "dated_on-month": str(day.month), "dated_on-year": str(day.year)}
    answer = send(
        hers, f"{register_of(ours)}/{item}/edit", title=standing.title, kind="rota",
        recommendations=["SEP16-12"], **fields,
    )  # fmt: skip
    assert answer.status_code == 303
    assert count_events("evidence.changed") == 0


def test_a_newer_file_takes_the_place_of_an_older(
    hers: FlaskClient, ours: OrganisationRef, champion: Person
) -> None:
    item = added(hers, ours, ("rota.pdf", pdf("first")))
    address = f"{register_of(ours)}/{item}"
    answer = send(hers, f"{address}/files", ("rota-2.pdf", pdf("second")), replaces="1")
    assert answer.status_code == 303
    page = hers.get(address).get_data(as_text=True)
    assert "Replaced by file 2" in page
    assert "File 2: rota-2.pdf, in place of file 1" in page
    linked = queries.get_item(identity_of(champion), ours.id, item)
    assert [file.revision for file in linked.files] == [2]
    for revision, words in ((1, b"%PDF"), (2, b"%PDF")):
        assert hers.get(f"{address}/files/{revision}").data.startswith(words)
    same = send(hers, f"{address}/files", ("again.pdf", pdf("second")))
    assert same.status_code in {
        303,
        422,
    }  # the same text made twice is the same bytes only when its clock agrees


def test_the_same_file_twice_in_an_item_is_refused(hers: FlaskClient, ours: OrganisationRef) -> None:
    item = added(hers, ours, ("rota.txt", b"Rota of champions"))
    answer = send(hers, f"{register_of(ours)}/{item}/files", ("again.txt", b"Rota of champions"))
    assert answer.status_code == 422
    assert "again.txt is here already, as file 1" in answer.get_data(as_text=True)


def test_taking_out_of_use_keeps_the_bytes(app: Flask, hers: FlaskClient, ours: OrganisationRef) -> None:
    item = added(hers, ours, ("rota.txt", b"Rota of champions"))
    address = f"{register_of(ours)}/{item}"
    assert send(hers, f"{address}/withdraw").status_code == 422
    refused = send(hers, f"{address}/withdraw", reason=f"It names {NUMBER}")
    assert refused.status_code == 422
    assert f"It names {NUMBER}" in refused.get_data(as_text=True)
    assert send(hers, f"{address}/withdraw", reason="Replaced by the new rota").status_code == 303
    page = hers.get(address).get_data(as_text=True)
    assert "Taken out of use" in page
    assert "Replaced by the new rota" in page
    assert "Change details" not in page
    assert hers.get(f"{address}/files/1").data == b"Rota of champions"
    again = send(hers, f"{address}/withdraw", hidden=hidden_in(page) | {"version": "2"}, reason="Twice")
    assert again.status_code == 422


def test_taking_out_of_use_what_somebody_changed(hers: FlaskClient, ours: OrganisationRef) -> None:
    address = f"{register_of(ours)}/{added(hers, ours)}"
    hidden = hidden_in(hers.get(f"{address}/withdraw").get_data(as_text=True))
    fields = {"dated_on-day": "1", "dated_on-month": "9", "dated_on-year": "2025"}
    send(hers, f"{address}/edit", title="Theirs", kind="rota", recommendations=["SEP16-12"], **fields)
    answer = send(hers, f"{address}/withdraw", hidden=hidden, reason="Wrong file")
    assert answer.status_code == 409
    assert "Wrong file" in answer.get_data(as_text=True)


# --- the bytes --------------------------------------------------------------------------------------------


def test_a_download_is_an_attachment_and_is_recorded(hers: FlaskClient, ours: OrganisationRef) -> None:
    content = "Rota of “champions”".encode()
    item = added(hers, ours, ("Rota é autumn.txt", content))
    answer = hers.get(f"{register_of(ours)}/{item}/files/1")
    assert answer.data == content
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="Rota-e-autumn.txt"; filename*=UTF-8'
    )
    assert "%C3%A9" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    assert count_events("evidence.downloaded") == 1
    assert hers.get(f"{register_of(ours)}/{item}/files/2").status_code == 404


def test_an_altered_file_is_never_served(
    app: Flask, hers: FlaskClient, ours: OrganisationRef, caplog: pytest.LogCaptureFixture
) -> None:
    item = added(hers, ours, ("rota.txt", b"Rota of champions"))
    path = stored_path(app, ours, only_file().sha256)
    os.chmod(path, 0o640)
    path.write_bytes(b"Rota of championz")
    with caplog.at_level("ERROR", logger="tracker.evidence"):
        answer = hers.get(f"{register_of(ours)}/{item}/files/1")
    assert answer.status_code == 503
    assert b"championz" not in answer.data
    assert b"never give out a file that may have been altered" in answer.data
    assert "evidence file not served" in caplog.text
    path.unlink()
    assert hers.get(f"{register_of(ours)}/{item}/files/1").status_code == 503
    assert count_events("evidence.downloaded") == 0


# --- what was typed when a session ended -----------------------------------------------------------------------


@pytest.mark.parametrize(("page", "field"), [("edit", "title"), ("withdraw", "reason"), ("new", "title")])
def test_what_was_half_typed_is_offered_until_it_is_saved(
    hers: FlaskClient, ours: OrganisationRef, page: str, field: str
) -> None:
    item = added(hers, ours)
    path = f"{register_of(ours)}/new" if page == "new" else f"{register_of(ours)}/{item}/{page}"
    csrf = factories.csrf_of(hers.get("/account").get_data(as_text=True))
    hers.post("/drafts", data={"csrf_token": csrf, "_path": path, field: "Half a sentence", "version": "1"})
    offered = hers.get(path).get_data(as_text=True)
    assert 'href="?draft=1"' in offered and "Half a sentence" not in offered
    assert "Half a sentence" in hers.get(f"{path}?draft=1").get_data(as_text=True)


def test_what_is_saved_leaves_no_draft(hers: FlaskClient, ours: OrganisationRef) -> None:
    item = added(hers, ours)
    path = f"{register_of(ours)}/{item}/edit"
    csrf = factories.csrf_of(hers.get("/account").get_data(as_text=True))
    hers.post("/drafts", data={"csrf_token": csrf, "_path": path, "title": "Half a sentence"})
    dated = {"dated_on-day": "1", "dated_on-month": "9", "dated_on-year": "2025"}
    saved = send(hers, path, title="Whole", kind="rota", recommendations=["SEP16-12"], **dated)
    assert saved.status_code == 303
    assert "?draft=1" not in hers.get(path).get_data(as_text=True)
