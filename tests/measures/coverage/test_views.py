"""The pages of staff trained: good paths, each kind of bad input, two editors, repeats, a past day, who sees what."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests import factories
from tests.measures.coverage.conftest import HEADS, TODAY, Trust, counts, grid, position, table
from tracker.access.permissions import Role
from tracker.evidence.models import EvidenceItem, HeldUpload
from tracker.extensions import db
from tracker.measures.base import At
from tracker.measures.coverage import queries
from tracker.measures.coverage.rules import Count, Group, Level, Line, Named

EVERYBODY = {
    f"{group.value}_{level}": HEADS[group]
    for group, level in (
        (Group.CONSULTANTS, "manage"), (Group.SPECIALTY, "manage"), (Group.TRAINEES, "manage"),
        (Group.STUDENTS, "awareness"), (Group.NURSES, "manage"), (Group.ALLIED, "recognise"),
        (Group.TECHNICAL, "recognise"), (Group.SCIENTISTS, "awareness"), (Group.CLINICAL_SUPPORT, "recognise"),
        (Group.CLERICAL, "awareness"), (Group.ESTATES, "awareness"), (Group.SUPPLEMENTARY, "nothing"),
    )
}  # fmt: skip
REPORT = (
    "Staff Group,Grade,Assignment Count,Achieved\r\n"
    "Add Prof Scientific and Technic,,40,37\r\n"
    "Medical and Dental,Consultant,50,46\r\n"
    "Nurses and midwifes,,300,280\r\n"
    "Students,,10,12\r\n"
    "Total,,400,375\r\n"
)


@pytest.fixture
def client(app: Flask, trust: Trust) -> FlaskClient:
    """The champion's browser."""
    return with_token(factories.signed_in_client(app, trust.champion))


def with_token(browser: FlaskClient) -> FlaskClient:
    """Its posts carry the token that a page gave it."""
    page = browser.get("/account").get_data(as_text=True)
    token = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
    browser.environ_base["HTTP_X_CSRFTOKEN"] = token
    return browser


def text_of(answer: object) -> str:
    return str(answer.get_data(as_text=True))  # type: ignore[attr-defined]


def standing(trust: Trust, about: date = date(2026, 9, 30)) -> queries.PositionRow | None:
    db.session.rollback()
    return queries.find_position(trust.by, trust.organisation.id, about)


def upload(name: str = "report.csv", content: str | bytes = REPORT) -> dict[str, object]:
    body = content.encode() if isinstance(content, str) else content
    return {"file": (io.BytesIO(body), name), "idempotency_key": uuid4().hex}


# --- looking -----------------------------------------------------------------------------------------------


def test_with_nothing_recorded_the_page_says_what_to_do(client: FlaskClient, trust: Trust) -> None:
    page = text_of(client.get(trust.address))
    assert "No figure" in page and "0 %" not in page
    assert "Say who needs which level of sepsis training" in page
    for view in ("new", "needs", "routes", "import", "ask"):
        assert client.get(f"{trust.address}/{view}").status_code == 200, view


def test_the_page_begins_with_the_figures_their_n_and_their_date(client: FlaskClient, trust: Trust) -> None:
    trust.needs(table(target_percent=95))
    trust.routes()
    trust.numbers()
    page = text_of(client.get(trust.address))
    assert "893 of 1,000, 89 %" in page and "6 of 8, 75 %" in page
    assert "Numbers of 30 September 2026" in page
    assert "Our own target: 95 %, not reached." in page
    assert "Need: recognise and manage sepsis" in page


def test_a_past_position_is_said_to_be_one(app: Flask, trust: Trust, now: list[datetime]) -> None:
    trust.needs()
    trust.numbers()
    now[0] = datetime(2026, 11, 30, tzinfo=UTC)
    trust.numbers(position(date(2026, 11, 25)))
    client = factories.signed_in_client(app, trust.champion)
    page = text_of(client.get(f"{trust.address}?as_at=2026-11-24"))
    assert "Position on 24 November 2026, not today" in page
    assert "30 September 2026" in page and "25 November 2026" not in page
    assert "Update staff trained" not in page
    assert client.get(f"{trust.address}?as_at=nonsense").status_code == 200


def test_small_groups_are_not_shown_to_the_national_lead(
    client: FlaskClient, trust: Trust, sign_in: Callable[[object], FlaskClient]
) -> None:
    trust.needs()
    item = trust.numbers(position(lines=counts(HEADS | {Group.STUDENTS: (3, 1)})))
    trust.numbers(position(lines=counts(HEADS | {Group.STUDENTS: (4, 1)})), version=1)
    national = sign_in(factories.person(Role.NATIONAL_LEAD))
    for path in (trust.address, f"{trust.address}/{item}"):
        mine, theirs = text_of(client.get(path)), text_of(national.get(path))
        assert "1 of 4" in mine or ">4<" in mine
        assert "1 of 4" not in theirs and ">4<" not in theirs and "1 of 3" not in theirs
        assert "Small groups together" in theirs
    assert national.get(f"{trust.address}/new").status_code == 403


def test_a_closed_trust_is_read_only(
    client: FlaskClient, app: Flask, sign_in: Callable[[object], FlaskClient]
) -> None:
    closed = factories.organisation("X00977", closed_on=date(2025, 3, 31))
    browser = with_token(sign_in(factories.person(Role.CHAMPION, closed)))
    assert "This organisation has closed" in text_of(browser.get("/organisations/X00977/coverage"))
    assert browser.get("/organisations/X00977/coverage/new").status_code == 403
    assert (
        browser.post("/organisations/X00977/coverage/needs", data={"lines": "03_manage"}).status_code == 403
    )


# --- who needs what ----------------------------------------------------------------------------------------


NEEDS = {
    "lines": ["03_manage", "04_recognise"], "interval_months": "24", "agreed_by": "Deteriorating Patient Group",
    "agreed_on-day": "12", "agreed_on-month": "1", "agreed_on-year": "2026", "version": "0",
}  # fmt: skip


def test_a_needs_table_is_saved_and_shown_again(client: FlaskClient, trust: Trust) -> None:
    answer = client.post(f"{trust.address}/needs", data=NEEDS)
    assert answer.status_code == 303
    page = text_of(client.get(f"{trust.address}/needs"))
    assert 'value="03_manage" checked' in page and 'value="12"' in page
    assert "Agreed by Deteriorating Patient Group on 12 January 2026" in text_of(client.get(trust.address))


def test_a_needs_table_with_problems_keeps_what_was_typed(client: FlaskClient, trust: Trust) -> None:
    wrong = NEEDS | {
        "lines": ["03_manage", "03_recognise"],
        "agreed_on-year": "2031",
        "interval_months": "24",
    }
    answer = client.post(f"{trust.address}/needs", data=wrong)
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#who_03"' in page and 'href="#agreed_on-day"' in page
    assert 'value="03_recognise" checked' in page
    nothing = client.post(f"{trust.address}/needs", data=NEEDS | {"lines": []})
    assert 'href="#lines"' in text_of(nothing) and 'id="lines"' in text_of(nothing)


def test_two_editors_of_the_table(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    answer = client.post(f"{trust.address}/needs", data=NEEDS)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Asha Patel saved this table first" in page and 'name="version" value="1"' in page
    assert client.post(f"{trust.address}/needs", data=NEEDS | {"version": "1"}).status_code == 303


def test_routes_ask_what_they_are(client: FlaskClient, trust: Trust) -> None:
    said = {f"has_{each.value}": "yes" for each in Named} | {
        f"what_{each.value}": "E-learning" for each in Named
    }
    missing = client.post(f"{trust.address}/routes", data=said | {"what_allied": ""})
    assert missing.status_code == 422 and 'href="#what_allied"' in text_of(missing)
    assert client.post(f"{trust.address}/routes", data=said).status_code == 303
    page = text_of(client.get(f"{trust.address}/routes"))
    assert page.count("E-learning") == 5
    assert client.post(f"{trust.address}/routes", data=said | {"has_allied": "no"}).status_code == 409


# --- numbers typed by hand ---------------------------------------------------------------------------------


def test_numbers_of_every_group_become_the_figure(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    answer = client.post(f"{trust.address}/new", data=grid(EVERYBODY))
    assert answer.status_code == 303
    assert trust.figure().numerator == 893


def test_totals_are_added_up_before_anything_is_saved(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    answer = client.post(f"{trust.address}/new", data=grid(EVERYBODY, step="check"))
    page = text_of(answer)
    assert answer.status_code == 200 and standing(trust) is None
    assert "883 of 1,000, 88 %" in page and 'value="280"' in page


@pytest.mark.parametrize(
    "heads, field",
    [
        ({"03_manage": ("300", "301")}, "date_03_manage"),
        ({"03_manage": ("-3", "0")}, "post_03_manage"),
        ({"03_manage": ("12.5", "3")}, "post_03_manage"),
        ({"03_manage": ("ten", "3")}, "post_03_manage"),
        ({"03_manage": ("10", "")}, "date_03_manage"),
        ({"03_manage": ("", "10")}, "post_03_manage"),
        ({}, "post_01-consultant_manage"),
    ],
)
def test_numbers_that_cannot_be_are_refused_by_their_field(
    client: FlaskClient, trust: Trust, heads: dict[str, tuple[object, object]], field: str
) -> None:
    trust.needs()
    answer = client.post(f"{trust.address}/new", data=grid(heads))
    page = text_of(answer)
    assert answer.status_code == 422 and standing(trust) is None
    assert f'href="#{field}"' in page and f'id="{field}-error"' in page
    for key, (post, in_date) in heads.items():
        assert f'name="post_{key}" type="text" inputmode="numeric" spellcheck="false" value="{post}"' in page
        assert (
            f'name="date_{key}" type="text" inputmode="numeric" spellcheck="false" value="{in_date}"' in page
        )


def test_a_day_to_come_is_refused(client: FlaskClient, trust: Trust) -> None:
    answer = client.post(f"{trust.address}/new", data=grid(EVERYBODY) | {"about_on-year": "2027"})
    assert answer.status_code == 422
    assert "must be today or in the past" in text_of(answer)


def test_a_jump_is_asked_about_with_a_tick(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    trust.numbers(position(date(2026, 6, 30)))
    some = {"03_manage": (300, 280)}
    answer = client.post(f"{trust.address}/new", data=grid(some))
    assert answer.status_code == 422 and "The number is right" in text_of(answer)
    assert 'href="#number_right"' in text_of(answer)
    checked = client.post(f"{trust.address}/new", data=grid(some, step="check"))
    assert "The number is right" in text_of(checked)
    assert client.post(f"{trust.address}/new", data=grid(some, number_right="y")).status_code == 303


def test_the_same_date_twice_is_asked_about_and_then_a_new_version(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    trust.numbers()
    typed = grid(EVERYBODY | {"03_manage": (310, 300)}, source="Another report")
    answer = client.post(f"{trust.address}/new", data=typed)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Asha Patel saved numbers of 30 September 2026 first" in page
    assert "280 of 300" in page and "300 of 310" in page and "Another report" in page
    again = client.post(f"{trust.address}/new", data=typed | {"version": "1", "version_of": "2026-09-30"})
    assert again.status_code == 303
    row = standing(trust)
    assert row is not None and (row.entry.version, row.entry.source) == (2, "Another report")
    # A version seen of one date says nothing of another.
    assert (
        client.post(
            f"{trust.address}/new", data=grid(EVERYBODY, version="2", version_of="2026-06-30")
        ).status_code
        == 409
    )


def test_a_form_sent_twice_is_saved_once(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    typed = grid(EVERYBODY)
    first, second = (client.post(f"{trust.address}/new", data=typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    row = standing(trust)
    assert row is not None and row.entry.version == 1


def test_numbers_are_put_right_and_the_old_ones_stay_in_the_history(
    client: FlaskClient, trust: Trust
) -> None:
    trust.needs()
    item = trust.numbers()
    page = text_of(client.get(f"{trust.address}/{item}/edit"))
    assert 'value="280"' in page and "take the numbers out of use" in page
    changed = grid(EVERYBODY | {"03_manage": (300, 290)}, version="1", version_of="2026-09-30")
    assert client.post(f"{trust.address}/{item}/edit", data=changed).status_code == 303
    page = text_of(client.get(f"{trust.address}/{item}"))
    assert "280 of 300 → 290 of 300" in page
    late = client.post(
        f"{trust.address}/{item}/edit", data=changed | {"idempotency_key": "", "source": "Late"}
    )
    assert late.status_code == 409


def test_numbers_are_taken_out_of_use_with_a_reason(client: FlaskClient, trust: Trust) -> None:
    item = trust.numbers()
    path = f"{trust.address}/{item}/withdraw"
    assert client.get(path).status_code == 200
    assert client.post(path, data={"version": "1"}).status_code == 422
    assert client.post(path, data={"version": "7", "reason": "Wrong"}).status_code == 409
    assert client.post(path, data={"version": "1", "reason": "Wrong date"}).status_code == 303
    assert "Wrong date" in text_of(client.get(f"{trust.address}/{item}"))
    assert client.get(f"{trust.address}/{item}/edit").status_code == 404
    assert "Taken out of use (1)" in text_of(client.get(trust.address))


def test_a_line_of_an_older_table_that_was_typed_is_not_lost(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    answer = client.post(f"{trust.address}/new", data=grid({"03_recognise": (300, 200)}, source=""))
    assert answer.status_code == 422
    assert "no longer in the table of needs" in text_of(answer) and 'value="200"' in text_of(answer)


def test_the_report_comes_with_the_numbers_as_evidence(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    typed = grid(EVERYBODY) | {"files": (io.BytesIO(b"Staff group,In post\nStudents,10\n"), "ESR_report.csv")}
    assert (
        client.post(f"{trust.address}/new", data=typed, content_type="multipart/form-data").status_code == 303
    )
    row = standing(trust)
    assert row is not None and row.entry.evidence_id is not None
    item = db.session.scalars(sa.select(EvidenceItem)).one()
    assert (item.entity_id, item.title, item.dated_on) == (
        row.entry.evidence_id,
        "ESR report",
        date(2026, 9, 30),
    )
    page = text_of(client.get(f"{trust.address}/{row.entry.entity_id}"))
    assert f"/evidence/{item.entity_id}" in page
    chosen = grid(EVERYBODY, evidence_id=str(item.entity_id)) | {"about_on-month": "6"}
    assert client.post(f"{trust.address}/new", data=chosen).status_code == 303
    second = standing(trust, date(2026, 6, 30))
    assert second is not None and second.entry.evidence_id == item.entity_id


def test_evidence_of_another_trust_cannot_be_chosen(client: FlaskClient, trust: Trust) -> None:
    answer = client.post(f"{trust.address}/new", data=grid(EVERYBODY, evidence_id=str(uuid4())))
    assert answer.status_code == 422 and "Choose one of the answers listed" in text_of(answer)


def test_what_was_half_typed_is_offered_again(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    client.post("/drafts", data={"_path": f"{trust.address}/new", "post_03_manage": "317", "source": "Half"})
    assert 'value="317"' not in text_of(client.get(f"{trust.address}/new"))
    assert "?draft=1" in text_of(client.get(f"{trust.address}/new"))
    assert 'value="317"' in text_of(client.get(f"{trust.address}/new?draft=1"))


# --- numbers from a spreadsheet ----------------------------------------------------------------------------


def _is_sent(given: dict[str, str | None]) -> bool:
    kind = given.get("type")
    return kind != "file" and (kind not in {"checkbox", "radio"} or "checked" in given)


def preview(page: str) -> dict[str, str]:
    """The fields of a preview as a browser would send them again."""

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, str] = {}
            self.select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "select":
                self.select = given.get("name") or ""
                self.found[self.select] = ""
            elif tag == "option" and "selected" in given:
                self.found[self.select] = given.get("value") or ""
            elif tag == "input" and given.get("name") and _is_sent(given):
                self.found[given["name"] or ""] = given.get("value") or ""

    reader = Fields()
    reader.feed(page.split("<main", 1)[1])
    return reader.found


FACTS = {
    "about_on-day": "30", "about_on-month": "9", "about_on-year": "2026", "source": "ESR report",
    "interval_months": "24", "counted": "assignments",
}  # fmt: skip


def test_a_file_is_shown_row_by_row_mended_and_applied_in_one_step(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    answer = client.post(f"{trust.address}/import", data=upload(), content_type="multipart/form-data")
    page = text_of(answer)
    assert answer.status_code == 200 and standing(trust) is None
    assert "2 corrected, 1 left out, 2 refused" in page
    assert "Do you mean Nursing and Midwifery Registered?" in page
    assert "12 in date is more than 10 in post" in page
    fields = preview(page) | FACTS
    refused = client.post(f"{trust.address}/import", data=fields)
    assert refused.status_code == 422 and standing(trust) is None
    assert 'href="#row-2-group"' in text_of(refused) and 'href="#row-3-date"' in text_of(refused)
    mended = fields | {"row-2-group": "03", "row-2-level": "manage", "row-3-date": "9"}
    looked = client.post(f"{trust.address}/import", data=mended | {"step": "check"})
    assert looked.status_code == 200 and "372 of 400, 93 %" in text_of(looked)
    assert client.post(f"{trust.address}/import", data=mended).status_code == 303
    row = standing(trust)
    assert row is not None and row.entry.imported and row.entry.evidence_id is not None
    assert set(row.counts) == {
        Count(Line(Group.TECHNICAL, Level.RECOGNISE), 40, 37), Count(Line(Group.CONSULTANTS, Level.MANAGE), 50, 46),
        Count(Line(Group.NURSES, Level.MANAGE), 300, 280), Count(Line(Group.STUDENTS, Level.AWARENESS), 10, 9),
    }  # fmt: skip


def test_a_row_may_be_left_out(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    page = text_of(client.post(f"{trust.address}/import", data=upload(), content_type="multipart/form-data"))
    mended = preview(page) | FACTS | {"row-2-out": "y", "row-3-out": "y"}
    assert client.post(f"{trust.address}/import", data=mended).status_code == 303
    row = standing(trust)
    assert row is not None and len(row.counts) == 2


def test_a_file_for_a_date_that_has_numbers_is_asked_about(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    trust.numbers()
    page = text_of(client.post(f"{trust.address}/import", data=upload(), content_type="multipart/form-data"))
    mended = preview(page) | FACTS | {"row-2-out": "y", "row-3-out": "y", "number_right": "y"}
    answer = client.post(f"{trust.address}/import", data=mended)
    assert answer.status_code == 409 and "saved numbers of that date first" in text_of(answer)
    again = preview(text_of(answer)) | FACTS | {"number_right": "y"}
    assert client.post(f"{trust.address}/import", data=again).status_code == 303
    row = standing(trust)
    assert row is not None and row.entry.version == 2


def test_a_preview_that_was_left_is_offered_again(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    page = text_of(client.post(f"{trust.address}/import", data=upload(), content_type="multipart/form-data"))
    kept = {name: value for name, value in preview(page).items() if name != "csrf_token"}
    client.post("/drafts", data=kept | {"_path": f"{trust.address}/import"})
    assert "?draft=1" in text_of(client.get(f"{trust.address}/import"))
    assert "Do you mean Nursing" in text_of(client.get(f"{trust.address}/import?draft=1"))


def stored(app: Flask) -> list[str]:
    """Every file below the instance."""
    folder = Path(app.instance_path)
    return [path.name for path in folder.rglob("*") if path.is_file() and "tracker" not in path.name]


def test_a_file_with_a_row_for_each_person_is_refused_kindly_and_nothing_is_kept(
    app: Flask, client: FlaskClient, trust: Trust
) -> None:
    before = stored(app)
    people = "Employee Number,Full Name,Staff Group,Compliant\n20013,Wilhelmina Grey,Students,Yes\n"
    answer = client.post(
        f"{trust.address}/import", data=upload("people.csv", people), content_type="multipart/form-data"
    )
    page = text_of(answer)
    assert answer.status_code == 422
    assert (
        "one row for each person" in page and "Employee Number" in page and "Nothing of it was kept" in page
    )
    assert "Wilhelmina" not in page and "20013" not in page
    assert "counting-sheet.xlsx" in page and "mailto:?subject=" in page
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(HeldUpload)) == 0
    assert stored(app) == before


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel format"),
        ("a.csv", b"Hello,world\n", "found no table"),
        ("a.txt", b"Staff group", "not an Excel"),
        ("a.csv", b"Staff group,In post,In date\nStudents 943 476 5919,3,3\n", "NHS number"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    client: FlaskClient, trust: Trust, name: str, content: bytes, words: str
) -> None:
    answer = client.post(
        f"{trust.address}/import", data=upload(name, content), content_type="multipart/form-data"
    )
    assert answer.status_code == 422 and words in text_of(answer)


def test_no_file_is_asked_for(client: FlaskClient, trust: Trust) -> None:
    answer = client.post(f"{trust.address}/import", data={"sent": "1"})
    assert answer.status_code == 422 and "Choose the spreadsheet" in text_of(answer)


# --- the way on --------------------------------------------------------------------------------------------


def test_the_counting_sheet_counts_with_formulas_and_holds_nobody(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    answer = client.get(f"{trust.address}/counting-sheet.xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.get_data()))
    assert book.sheetnames == ["Read this first", "Counting", "Numbers", "Lists"]
    numbers = book["Numbers"]
    assert [cell.value for cell in numbers[4]] == ["Staff group", "Level needed", "Staff in post", "In date"]
    assert numbers.max_row == 4 + len(Group)
    assert str(numbers["C5"].value).startswith("=COUNTIFS(") and str(numbers["D5"].value).startswith(
        "=SUMIFS("
    )
    assert numbers["B1"].value.date() == TODAY and numbers["B2"].value == 24
    assert "EDATE" in str(book["Counting"]["E4"].value)


def test_the_counting_sheet_sent_here_by_mistake_is_refused(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    content = client.get(f"{trust.address}/counting-sheet.xlsx").get_data()
    book = load_workbook(io.BytesIO(content))
    for row in range(4, 40):
        book["Counting"].cell(row, 1, Group.NURSES.label)
    made = io.BytesIO()
    book.save(made)
    answer = client.post(
        f"{trust.address}/import",
        data=upload("mine.xlsx", made.getvalue()),
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422 and "one row for each person" in text_of(answer)


def test_the_e_mail_asks_for_numbers_and_no_names(client: FlaskClient, trust: Trust) -> None:
    trust.needs()
    page = text_of(client.get(f"{trust.address}/ask"))
    letter = unquote(page.split('href="mailto:?subject=', 1)[1].split('"', 1)[0])
    for words in (
        "Northmoor Hospitals",
        "within 24 months",
        "no names",
        "Estates and Ancillary (level: awareness)",
    ):
        assert words in letter and words in page, words


def test_the_register_is_paged(client: FlaskClient, trust: Trust) -> None:
    for number in range(52):
        trust.numbers(position(date(2022 + number // 12, 1 + number % 12, 1), lines=counts()[:1]))
    assert "1 to 50 of 52 dates" in text_of(client.get(trust.address))
    assert "51 to 52 of 52 dates" in text_of(client.get(f"{trust.address}?page=2"))
    assert queries.count_positions(trust.by, trust.organisation.id, At(TODAY)) == 52
