"""What looks like a person in a free text is asked about; what people write every day is not."""

from __future__ import annotations

import pytest

from tracker.evidence.rules import suspicions


@pytest.mark.parametrize(
    "text, what",
    [
        ("Mrs Smith, 82, waited three hours", "name"),
        ("mr jones was moved", "name"),
        ("Seen by Dr A. Patel first", "name"),
        ("Baby Brown went to the unit", "name"),
        ("JB, 82, was given fluids", "name with an age"),
        ("Smith (82) waited", "name with an age"),
        ("born 12/03/1948", "date of birth"),
        ("DOB 12.3.1948", "date of birth"),
        ("date of birth 3rd March 1948", "date of birth"),
        ("He came on 4 May 2026 at night", "exact date"),
        ("On 2026-05-04 the lactate", "exact date"),
        ("Hospital number 123456", "hospital number"),
        ("MRN: AB12345", "hospital number"),
        ("K1234567 was not screened", "hospital number"),
        ("RXH0123456", "hospital number"),
        ("see 12345678", "hospital number"),
    ],
)
def test_what_looks_like_a_person_is_asked_about(text: str, what: str) -> None:
    assert what in " ".join(each.message for each in suspicions(text))


@pytest.mark.parametrize(
    "text",
    [
        "Antibiotics within 60 minutes; NEWS2 of 7 and above calls the registrar.",
        "NG51 1.1.14 and NG253 were followed, lactate 4.2, 30 ml/kg.",
        "In May 2026 the sepsis trolley was moved to Ward 12, bay 3.",
        "Nurse Practitioner cover from 22:00; sepsis six at 1:30.",
        "24/7 outreach; 8 of 10 charts; 1,000 ml; ward round at 08:00.",
        "Children aged 5 to 11 need their own chart (PEWS).",
        "The Sepsis 6 box, MS Teams teaching, Master class.",
        "MR scan delayed; ask Microbiology, then Critical Care.",
    ],
)
def test_ordinary_learning_is_not(text: str) -> None:
    assert suspicions(text) == ()


def test_in_a_text_that_gives_days_only_a_day_of_birth_is_asked_about() -> None:
    assert suspicions("Started on 3 March 2016, again on 01/06/2016", dated=True) == ()
    (found,) = suspicions("Started on 3 March 2016 for a lady born 12/03/1950", dated=True)
    assert found.what == "a date of birth"


@pytest.mark.parametrize(
    "text, what",
    [
        ("DOB: 03.04.44", "a date of birth"),
        ("dob 3-Apr-1944", "a date of birth"),
        ("born 3rd of April 1944", "a date of birth"),
        ("D.O.B. 03 04 1944", "a date of birth"),
        ("Asked MR BROWN about it", "somebody’s name"),
        ("Mr. brown waited", "somebody’s name"),
        ("seen by Dr patel", "somebody’s name"),
        ("Mr de Souza waited", "somebody’s name"),
        ("Mr Żak waited", "somebody’s name"),
        ("Miss Ó Briain waited", "somebody’s name"),
        ("Nurse Jane Smith asks", "somebody’s name"),
        ("Sister Mary Green asks", "somebody’s name"),
        ("hosp no 123456", "a hospital number"),
    ],
)
def test_other_ways_to_write_them_are_asked_about_too(text: str, what: str) -> None:
    assert [each.what for each in suspicions(text, dated=True)] == [what]


@pytest.mark.parametrize(
    "text",
    [
        "Born of a pilot on 3 wards, 3 to 4 times a week.",
        "The MR scan, a Dr on call and the nurse in charge.",
        "Nurse Practitioner and Nurse Specialist posts; Sister wards were asked; Nurse Education Team.",
        "Ms Teams, and a miss rate of 4 %.",
    ],
)
def test_what_only_resembles_them_is_not(text: str) -> None:
    assert suspicions(text, dated=True) == ()


def test_each_kind_is_named_once_and_only_its_beginning() -> None:
    found = suspicions("hospital no 1234567 Mr John Smith, Mrs Jones, dob 12/03/1950", dated=True)
    assert {each.what for each in found} == {"a date of birth", "somebody’s name", "a hospital number"}
    words = " ".join(each.message for each in found)
    assert "Smith" not in words and "1234567" not in words and "1950" not in words
