"""Kinds, names, links, live evidence, and the guard that finds patient identifiers."""

import unicodedata
from datetime import date

import nhs_number
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import RuleBroken
from tracker.evidence import rules
from tracker.evidence.rules import EvidenceKind, find_identifiers

NUMBER = "943 476 5919"
SEPARATORS = (" ", "-", "–", ".", "/", "_", "\u00a0", "\u2011", "\u200b", "\u00ad")


@st.composite
def nhs_numbers(draw: st.DrawFn) -> str:
    nine = draw(st.integers(400_000_000, 999_999_999).map(str))
    number = f"{nine}{nhs_number.calculate_checksum(nine)}"
    # A check digit of ten is never issued; ten equal digits are what people type to fill a box.
    return number if len(number) == 10 and len(set(number)) > 1 else "9434765919"


@given(number=nhs_numbers(), data=st.data())
def test_any_valid_number_is_found_whatever_parts_its_digits(number: str, data: st.DataObject) -> None:
    joints = data.draw(st.lists(st.lists(st.sampled_from(SEPARATORS), max_size=2), min_size=9, max_size=9))
    written = number[0] + "".join(
        "".join(joint) + digit for joint, digit in zip(joints, number[1:], strict=True)
    )
    assert find_identifiers(f"Patient {written} was seen") == (f"{number[:3]} …",)


@given(
    number=nhs_numbers(),
    before=st.sampled_from(["Ward 7", "on 12/03/2024", "01", "15", "bed 12,", "M&M 2024:"]),
)
def test_a_number_written_as_people_write_it_is_found_after_other_figures(number: str, before: str) -> None:
    for written in (
        number,
        f"{number[:3]} {number[3:6]} {number[6:]}",
        f"{number[:3]}-{number[3:6]}-{number[6:]}",
    ):
        assert f"{number[:3]} …" in find_identifiers(f"{before} {written}")
        assert f"{number[:3]} …" in find_identifiers(f"{before} {written}", document=True)


@given(digits=st.from_regex(r"0[1-9][0-9]{9}", fullmatch=True), data=st.data())
def test_a_telephone_number_is_never_one(digits: str, data: st.DataObject) -> None:
    joints = data.draw(st.lists(st.sampled_from(["", "", " ", "-", ".", ") "]), min_size=10, max_size=10))
    written = digits[0] + "".join(joint + digit for joint, digit in zip(joints, digits[1:], strict=True))
    for text in (
        digits,
        written,
        f"Tel: {written}.",
        f"+44 {digits[1:]}",
        f"+44 (0){digits[1:4]} {digits[4:]}",
    ):
        assert find_identifiers(text) == ()


@given(digits=st.from_regex(r"[1-9][0-9]{10,20}", fullmatch=True))
def test_ten_digits_inside_a_longer_number_are_not_one(digits: str) -> None:
    assert find_identifiers(f"ref {digits}") == ()


@pytest.mark.parametrize(
    "text",
    [
        "９４３ ４７６ ５９１９",
        "943\u200b476\u200b5919",
        "٩٤٣ ٤٧٦ ٥٩١٩",
        "943 - 476 - 5919",
        "943,476,5919",
        "943\n476\n5919",
        "(943) 476 5919",
        "NHS9434765919",
        "943_476_5919.pdf",
        unicodedata.normalize("NFD", "é943 476 5919"),
    ],
)
def test_disguises(text: str) -> None:
    assert find_identifiers(text) == ("943 …",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "943 476 5918",
        "1111111111",
        "0000000000",
        "2016-11-30 14:05",
        "ISBN 0-19-953556-6",
        "ISBN 978-0-19-953556-9",
        "10.1001/jama.2016.0287",
        "0800 010 066",
        "+44 (0)20 7946 0958",
        "0044 161 496 0123",
        "85 %, 92 % and 78 %",
    ],
)
def test_what_is_not_one(text: str) -> None:
    assert find_identifiers(text) == ()


def test_rows_of_figures_in_a_document_are_not_numbers() -> None:
    row = next(
        f"{a} 52 61 70 {b}"
        for a in range(40, 80)
        for b in range(10, 99)
        if nhs_number.is_valid(f"{a}526170{b}")
    )
    assert find_identifiers(row) != ()
    assert find_identifiers(row, document=True) == ()
    assert find_identifiers(row.replace(" ", rules.CELL_BREAK)) == ()


def test_each_number_is_named_once_and_never_in_full() -> None:
    assert find_identifiers(f"{NUMBER}; 9434765919; 401 023 2137") == ("943 …", "401 …")


def test_the_problem_is_ready_to_raise() -> None:
    problem = rules.identifier_problem("summary", f"Seen: {NUMBER}")
    assert problem is not None
    assert problem[0] == "summary"
    assert "(943 …). Take it out before saving" in problem[1]
    assert "476" not in problem[1]
    assert rules.identifier_problem("summary", "Nothing here") is None


@pytest.mark.parametrize(
    "name, safe",
    [
        ("Sepsis policy.pdf", "Sepsis-policy.pdf"),
        ("C:\\Users\\me\\rota.XLSX", "rota.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("Été\r\nX-Header: 1.pdf", "EteX-Header-1.pdf"),
        ("日本.pdf", "file.pdf"),
        ("con.txt", "file-con.txt"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("x" * 300 + ".docx", "x" * 95 + ".docx"),
    ],
)
def test_safe_file_name(name: str, safe: str) -> None:
    assert rules.safe_file_name(name) == safe


@given(st.text(max_size=300))
def test_a_safe_file_name_is_always_one(name: str) -> None:
    safe = rules.safe_file_name(name)
    assert safe.isascii() and 0 < len(safe) <= rules.FILE_NAME_CHARACTERS
    assert not set(safe) & set("/\\ \"'\r\n\0:*?<>|") and not safe.startswith((".", "-"))


def test_title_from_file_name() -> None:
    assert rules.title_from_file_name("a/b/Sepsis_policy-v2.pdf") == "Sepsis policy v2"
    assert rules.title_from_file_name("minutes 2024-05.docx") == "Minutes 2024 05"
    assert rules.title_from_file_name("") == "Untitled file"


def test_is_live() -> None:
    day = date(2024, 5, 1)
    assert rules.is_live(False, None, day)
    assert rules.is_live(False, day, day)
    assert not rules.is_live(False, date(2024, 4, 30), day)
    assert not rules.is_live(True, None, day)


@pytest.mark.parametrize("link", ["https://example.nhs.uk/policy?a=1#b", " http://intranet:8080/x "])
def test_a_web_address_is_a_link(link: str) -> None:
    assert rules.validate_link(link) == link.strip()


@pytest.mark.parametrize(
    "link",
    [
        "",
        "www.example.org",
        "javascript:alert(1)",
        "file:///c:/x",
        "https://",
        "https://me:secret@example.org/",
        "https://example.org/a b",
        "https://example.org\\@evil.example",
        "https://[bad",
        "https://example.org:port/",
        "https://example.org/" + "x" * 2000,
    ],
)
def test_anything_else_is_not(link: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        rules.validate_link(link)
    assert broken.value.problems[0][0] == "link"


def test_extensions() -> None:
    assert rules.extension_of("Photo.JPEG") == "jpg"
    for name in ("setup.exe", "README", "macro.docm", "page.html", "pdf"):
        with pytest.raises(RuleBroken, match="Word \\(docx\\)"):
            rules.extension_of(name)


def test_kinds_have_labels() -> None:
    assert EvidenceKind.AUDIT_REPORT.label == "Audit report"
    assert len({kind.label for kind in EvidenceKind}) == len(EvidenceKind)
