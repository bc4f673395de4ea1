"""Lists of training from spreadsheets: what is understood, what is refused and why, and awkward files over HTTP."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from werkzeug.test import TestResponse

from tests import factories
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.errors import RuleBroken
from tracker.library import queries as library
from tracker.library.actions import seed_guidelines
from tracker.library.loader import load_guidelines
from tracker.library.rules import Format, HowDiscussed, Patients, Source, StaffGroup
from tracker.measures.alignment import queries, rules
from tracker.measures.alignment.rules import Draft, State
from tracker.measures.alignment.rules.words import find_day
from tracker.measures.alignment.rules.words import find_staff as staff
from tracker.spreadsheets import Row, Sheet
from tracker.web.transactions import writing

HOME = "/organisations/X00101/alignment"
TODAY = date(2026, 11, 23)
CSV = "Title,Who it is for,Patients,Kind\nSepsis drill,Nurses; HCA,Adults,Drill\nSix slides,Everybody,Children,Slides\n"

HEAD = ("Title", "For", "Patients")


def free(_field: str, _text: str) -> tuple[str, str] | None:
    return None


def one(**values: str) -> rules.Judged:
    given = {"title": "Sepsis drill", "staff_groups": "Everybody", "patients": "Adults", **values}
    (row,) = rules.judge([Draft(2, {name: text for name, text in given.items() if text})], [], TODAY, free)
    return row


def test_a_row_in_other_words_is_corrected_and_says_so() -> None:
    row = one(staff_groups="Nurses and HCAs", format="e-learning", patients="Paediatric", discussed="sim")
    assert row.state is State.CORRECTED and row.entry is not None
    facts = row.entry.facts
    assert facts.staff_groups == {StaffGroup.NURSING, StaffGroup.CLINICAL_SERVICES}
    assert (facts.format, facts.patients, facts.discussed) == (
        Format.ONLINE,
        Patients.CHILDREN,
        HowDiscussed.SIMULATION,
    )
    assert facts.is_online and facts.source is Source.OWN
    assert "“Paediatric” read as Children (under 16)" in row.notes


def test_a_row_in_the_words_of_the_page_is_accepted() -> None:
    row = one(patients="Adults (16 or over)", format="Teaching session", source="National", is_online="Yes")
    assert (row.state, row.notes, row.problems) == (State.ACCEPTED, (), ())


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"title": ""}, "title", "the title is missing"),
        ({"patients": ""}, "patients", "say which patients"),
        ({"patients": "Aduls"}, "patients", "do you mean “Adults (16 or over)”?"),
        ({"format": "zzzz"}, "format", "choose one of the answers"),
        ({"staff_groups": "Nursess"}, "staff_groups", "do you mean “Nursing and Midwifery Registered”?"),
        ({"staff_groups": ""}, "staff_groups", "say who it is for"),
        ({"updated_on": "31/2/2026"}, "updated_on", "is not a date like 14/9/2026"),
        ({"updated_on": "1/1/2027"}, "updated_on", "today or in the past"),
        ({"discussed_by": "-3"}, "discussed_by", "is not a whole number"),
        ({"discussed": "Not possible"}, "not_possible_because", "Say why"),
        ({"result": "aligned"}, "assessed_on", "the day on which it was checked"),
        ({"result": "aligned", "assessed_on": "2027-01-01"}, "assessed_on", "today or in the past"),
        (
            {"result": "yes", "assessed_on": "1/9/2026", "source": "National"},
            "result",
            "checked by its owner",
        ),
        ({"link": "intranet"}, "link", "must begin with https://"),
        ({"owner": "x" * 201}, "owner", "200 characters or fewer"),
        ({"format": rules.imports.NOT_CALCULATED}, "format", "a formula that was never worked out"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(values: dict[str, str], field: str, said: str) -> None:
    row = one(**values)
    assert row.state is State.REFUSED and row.entry is None
    assert said in dict(row.problems)[field]


def test_several_things_wrong_are_said_at_once() -> None:
    assert {"title", "patients", "updated_on"} <= set(
        dict(one(title="", patients="", updated_on="soon").problems)
    )


def test_titles_twice_and_on_the_list_already() -> None:
    values = {"title": "Sepsis Drill", "staff_groups": "All staff", "patients": "all"}
    drafts = [
        Draft(2, values),
        Draft(3, {**values, "title": "sepsis drill"}),
        Draft(4, {**values, "title": "Old"}),
    ]
    first, second, third = rules.judge(drafts, ["OLD"], TODAY, free)
    assert first.state is State.CORRECTED
    assert dict(second.problems)["title"] == "row 2 has the same title"
    assert "on your list already" in dict(third.problems)["title"]


def test_what_is_on_the_list_already_is_left_out_at_first() -> None:
    sheet = Sheet("", (Row(1, ("Title", "Patients")), Row(2, ("Old", "Adults")), Row(4, ("New", "Adults"))))
    read = rules.read_table([sheet], ["old"])
    assert [(each.number, each.left_out) for each in read.drafts] == [(2, True), (4, False)]


def test_other_columns_and_sheets_are_named() -> None:
    training = Sheet(
        "List", (Row(3, ("Course title", "Age group", "Cost", "Talkd through")), Row(4, ("A", "Adult")))
    )
    read = rules.read_table([Sheet("Read me", (Row(1, ("Hello",)),)), training], [])
    assert read.drafts[0].values == {"title": "A", "patients": "Adult"}
    assert "The column “Cost” was not read." in " ".join(read.notes)
    assert "If it is “Talked through”" in " ".join(read.notes)
    assert "Only the sheet “List” was read, not “Read me”." in read.notes


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ([Sheet("", (Row(1, ("Ward", "Beds")), Row(2, ("A", "4"))))], "We found no table"),
        ([Sheet("", (Row(1, ("Title", "Patients")),))], "We found no table"),
        ([Sheet("", (Row(1, ("Title", "Surname")), Row(2, ("A", "B"))))], "speaks of single people"),
        (
            [Sheet(name, (Row(1, ("Title", "Patients")), Row(2, ("A", "all")))) for name in ("One", "Two")],
            "“One”, “Two”",
        ),
        (
            [
                Sheet(
                    "", (Row(1, ("Title", "Kind")), *(Row(each, (str(each), "x")) for each in range(2, 103)))
                )
            ],
            "more than 100 rows",
        ),
    ],
)
def test_files_that_hold_no_single_list_are_refused(sheets: list[Sheet], said: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        rules.read_table(sheets, [])
    assert said in refused.value.problems[0][1]


@pytest.mark.parametrize(
    "text", ["2026-09-14", "14/9/2026", "14.09.26", "14 September 2026", "14-Sep-26", "2026-09-14T00:00:00"]
)
def test_days_as_people_write_them(text: str) -> None:
    assert find_day(text) == date(2026, 9, 14)


@given(
    st.lists(st.sampled_from(list(StaffGroup)), min_size=1, max_size=5, unique=True), st.sampled_from("; ,/|")
)
def test_staff_groups_in_any_order_and_with_any_sign(groups: list[StaffGroup], sign: str) -> None:
    sign = sign if sign.strip() else ";"
    assert staff(sign.join(each.label for each in groups)) == (groups, [])


@given(st.dictionaries(st.sampled_from(list(rules.HEADINGS)), st.text(max_size=40)))
def test_no_row_breaks_the_reading(values: dict[str, str]) -> None:
    (row,) = rules.judge([Draft(1, values)], [], TODAY, free)
    assert (row.entry is None) == (row.state is State.REFUSED)


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    with writing():
        seed_guidelines(load_guidelines())
    return factories.organisation("X00101", "Northmoor Hospitals")


@pytest.fixture
def champion(app: Flask, trust: OrganisationRef) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))


def upload(client: FlaskClient, content: bytes, name: str = "list.csv") -> TestResponse:
    page = client.get(f"{HOME}/import").get_data(as_text=True)
    return client.post(
        f"{HOME}/import",
        data={**hidden(page), "file": (BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def hidden(page: str) -> dict[str, str]:
    form = page.split('<form method="post" novalidate', 1)[1]
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))


def answers(page: str) -> dict[str, str]:
    """Everything that the preview would post."""
    form = page.split('<form method="post" novalidate', 1)[1].split("</form>")[0]
    found = dict(re.findall(r'name="([^"]+)"(?: type="text")? value="([^"]*)"', form))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: text for name, text in found.items() if not name.endswith("-out") and name != "step"}


def said(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def titles(trust: OrganisationRef) -> list[str]:
    identity = factories.identity_of(factories.person(Role.CHAMPION, trust))
    return [each.title for each in library.list_resources(identity, trust.id)]


def workbook(*rows: tuple[object, ...], extra: bool = False) -> bytes:
    book = Workbook()
    sheet = book[book.sheetnames[0]]
    for row in rows:
        sheet.append(row)
    if extra:
        book.create_sheet("Notes")["A1"] = "Nothing here"
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_list_is_read_shown_and_added_in_one_step(champion: FlaskClient, trust: OrganisationRef) -> None:
    shown = upload(champion, CSV.encode())
    assert shown.status_code == 200, said(shown)
    assert "1 accepted, 1 corrected" in said(shown) and titles(trust) == []
    saved = champion.post(f"{HOME}/import", data=answers(shown.get_data(as_text=True)))
    assert saved.status_code == 303, said(saved)
    assert titles(trust) == ["Sepsis drill", "Six slides"]
    again = champion.post(f"{HOME}/import", data=answers(shown.get_data(as_text=True)))
    assert again.status_code == 303 and len(titles(trust)) == 2


def test_a_refused_row_is_mended_in_the_preview(champion: FlaskClient, trust: OrganisationRef) -> None:
    shown = upload(champion, CSV.replace("Children", "Childrn").encode())
    assert "1 refused" in said(shown) and "do you mean “Children (under 16)”?" in said(shown)
    typed = answers(shown.get_data(as_text=True))
    refused = champion.post(f"{HOME}/import", data=typed)
    assert refused.status_code == 422 and titles(trust) == []
    assert 'href="#row-1-patients"' in refused.get_data(as_text=True)
    mended = {**typed, "row-1-patients": "children"}
    checked = champion.post(f"{HOME}/import", data={**mended, "step": "check"})
    assert "1 accepted, 1 corrected." in said(checked)
    assert champion.post(f"{HOME}/import", data=mended).status_code == 303
    assert len(titles(trust)) == 2


def test_a_row_may_be_left_out(champion: FlaskClient, trust: OrganisationRef) -> None:
    shown = upload(champion, CSV.replace("Children", "Childrn").encode())
    typed = {**answers(shown.get_data(as_text=True)), "row-1-out": "y"}
    assert champion.post(f"{HOME}/import", data=typed).status_code == 303
    assert titles(trust) == ["Sepsis drill"]


def test_a_check_counts_against_what_was_in_force_on_its_day(
    champion: FlaskClient, trust: OrganisationRef
) -> None:
    rows = "Title,For,Patients,NICE,Checked on\nA,All,Adults,Yes,1/9/2025\nB,All,Adults,Yes,1/9/2026\n"
    typed = answers(upload(champion, rows.encode()).get_data(as_text=True))
    assert champion.post(f"{HOME}/import", data=typed).status_code == 303
    identity = factories.identity_of(factories.person(Role.CHAMPION, trust))
    (items,) = queries.list_items(identity, [trust.id]).values()
    references = {str(each.entity_id): each.reference for each in library.list_guidelines()}
    checked = {
        each.title: {references[one] for one in each.assessed.versions} for each in items if each.assessed
    }
    assert checked == {"A": {"NG51"}, "B": {"NG253"}}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xef\xbb\xbf" + CSV.encode(), "bom.csv"),
        (CSV.replace(";", "/").replace(",", ";").encode(), "semicolons.csv"),
        (CSV.replace("Sepsis drill", "Sepsis à deux").encode("latin-1"), "latin.csv"),
        (CSV.replace("\n", "\n,,,\n\n").encode(), "empty-rows.csv"),
        (workbook(("Our list",), (), HEAD, ("A", "All", "Adults"), ("B", "All", "all"), extra=True), "book.xlsx"),
        (workbook(HEAD, ("A", "All", "Adults"), *[()] * 900, ("B", "All", "All")), "gaps.xlsx"),
    ],
)  # fmt: skip
def test_awkward_files_are_read(
    champion: FlaskClient, trust: OrganisationRef, content: bytes, name: str
) -> None:
    shown = upload(champion, content, name)
    assert shown.status_code == 200, said(shown)
    assert champion.post(f"{HOME}/import", data=answers(shown.get_data(as_text=True))).status_code == 303
    assert len(titles(trust)) == 2


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "nothing.csv", "This file is empty"),
        (b"%PDF-1.7", "list.csv", "The content is not what the name says"),
        (b"PK\x03\x04 broken", "list.xlsx", "xlsx"),
        (b"Ward,Beds\nA,4\n", "wards.csv", "We found no table of training"),
        (b"Title,NHS number\nA,9434765919\n", "people.csv", "speaks of single people"),
    ],
)
def test_files_that_are_no_list_are_refused(
    champion: FlaskClient, content: bytes, name: str, why: str
) -> None:
    answer = upload(champion, content, name)
    assert answer.status_code == 422
    assert why in said(answer)


def test_formulas_never_worked_out_are_to_be_typed(champion: FlaskClient) -> None:
    shown = upload(
        champion, workbook(("Title", "For", "Patients"), ("A", "All", '="Ad"&"ults"')), "formula.xlsx"
    )
    assert shown.status_code == 200
    assert "a formula that was never worked out" in said(shown)


def test_a_patients_number_in_a_row_is_refused(champion: FlaskClient) -> None:
    shown = upload(champion, b"Title,For,Patients\nAbout 943 476 5919,All,Adults\n")
    assert "NHS number" in said(shown)


def test_the_file_to_fill_in_is_read_back(champion: FlaskClient) -> None:
    answer = champion.get(f"{HOME}/list-of-training.xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    empty = upload(champion, answer.data, "list.xlsx")
    assert empty.status_code == 422 and "We found no table of training" in said(empty)


def test_what_somebody_else_added_meanwhile_is_said_in_its_row(
    champion: FlaskClient, trust: OrganisationRef
) -> None:
    typed = answers(upload(champion, CSV.encode()).get_data(as_text=True))
    other = answers(upload(champion, CSV.encode()).get_data(as_text=True))
    champion.post(f"{HOME}/import", data=other)
    late = champion.post(f"{HOME}/import", data=typed)
    assert late.status_code == 422 and "on your list already" in said(late)
    assert len(titles(trust)) == 2
