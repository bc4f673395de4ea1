"""The file formats coming in, on the real files and on damaged ones."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.organisations.readers import (
    ODS,
    EtrRow,
    read_etr,
    read_icb_successions,
    read_icbs,
    read_trust_successions,
)

FILES = ["etr-2021-01.csv", "etr-2025-07.csv"]


def line(
    code: str = "RJ1",
    name: str = "A TRUST",
    region: str = "Y56",
    icb: str = "QKK",
    opened: str = "20110401",
    closed: str = "",
    *,
    columns: int = 24,
) -> str:
    first = [code, name, region, icb, "1 ROAD", "", "", "TOWN", "", "AB1 2CD", opened, closed]
    return ",".join(first + [""] * (columns - len(first)))


def reasons(*lines: str) -> list[tuple[int, str]]:
    return [(rejected.line, rejected.reason) for rejected in read_etr(lines).rejected]


@pytest.mark.parametrize(("name", "count"), [(FILES[0], 241), (FILES[1], 210)])
def test_the_real_files_are_read_whole(name: str, count: int) -> None:
    file = read_etr(ODS / name)
    assert (len(file.rows), file.rejected) == (count, ())


@pytest.mark.parametrize("name", FILES)
def test_every_column_is_as_the_csv_module_reads_it(name: str) -> None:
    with (ODS / name).open(encoding="utf-8", newline="") as handle:
        expected = [(r[0], r[1], r[2], r[3], r[7], r[9], r[10], r[11]) for r in csv.reader(handle)]
    assert [as_filed(row) for row in read_etr(ODS / name).rows] == expected


def as_filed(row: EtrRow) -> tuple[str, ...]:
    dates = (day.strftime("%Y%m%d") if day else "" for day in (row.opened_on, row.closed_on))
    return (row.code, row.name, row.region_code or "", row.icb_code or "", row.town, row.postcode, *dates)


def test_codes_of_five_characters_are_read() -> None:
    rows = {row.code: row for row in read_etr(ODS / "etr-2025-07.csv").rows}
    assert rows["G6V2S"].display_name == "North London NHS Foundation Trust"
    assert rows["G6V2S"].opened_on == date(2024, 11, 1)


def test_an_empty_region_and_open_date_are_unknown() -> None:
    rows = {row.code: row for row in read_etr(ODS / "etr-2021-01.csv").rows}
    assert [(rows[c].region_code, rows[c].icb_code, rows[c].opened_on) for c in ("R0A", "R0B")] == [
        (None, None, None)
    ] * 2


@pytest.mark.parametrize("name", FILES)
def test_the_welsh_bodies_are_outside_england(name: str) -> None:
    assert {r.code for r in read_etr(ODS / name).rows if r.country == "Wales"} == {"RQF", "RT4", "RYT"}


@pytest.mark.parametrize("columns", [24, 25, 26, 27])
def test_24_to_27_columns_are_accepted(columns: int) -> None:
    assert [row.code for row in read_etr([line(columns=columns)]).rows] == ["RJ1"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path, end: bytes, mark: bytes) -> None:
    path = tmp_path / "etr.csv"
    path.write_bytes(mark + end.join([line("RJ1").encode(), line("RJ2").encode(), b"", b""]))
    file = read_etr(path)
    assert ([row.code for row in file.rows], file.rejected) == (["RJ1", "RJ2"], ())


def test_latin_1_and_utf_8_lines_live_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "etr.csv"
    names = ["CAF\u00c9 TRUST", "H\u00d4PITAL TRUST", "BREAK\u0085HERE"]
    path.write_bytes(
        b"\n".join(
            [line("RJ1", names[0]).encode("latin-1"), line("RJ2", names[1]).encode(), line("RJ3").encode()]
        )
    )
    assert [row.name for row in read_etr(str(path)).rows] == [names[0], names[1], "A TRUST"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("RJ9,TOO SHORT", "it has 2 columns; an etr file has 24 to 27"),
        (line("RJ9", columns=28), "it has 28 columns; an etr file has 24 to 27"),
        (line("rj9"), "the organisation code 'rj9' is not 3 to 5 capital letters and digits"),
        (line("R1"), "the organisation code 'R1' is not 3 to 5 capital letters and digits"),
        (line("RJ9ABC"), "the organisation code 'RJ9ABC' is not 3 to 5 capital letters and digits"),
        (line("RÉ9"), "the organisation code 'RÉ9' is not 3 to 5 capital letters and digits"),
        (line("RJ9", "  "), "the name is empty"),
        (line("RJ9", "N" * 201), "the name is longer than 200 characters"),
        (line("RJ9", opened="20110231"), "the open date '20110231' is not a date written YYYYMMDD"),
        (line("RJ9", opened="2011-04-01"), "the open date '2011-04-01' is not a date written YYYYMMDD"),
        (line("RJ9", closed="never"), "the close date 'never' is not a date written YYYYMMDD"),
        (line("RJ9", closed="20110331"), "the close date is before the open date"),
        (line("RJ1"), "code RJ1 is already on line 1"),
        (line("RJ9", '"OPEN QUOTE'), "a quotation mark is not closed, or is in the wrong place"),
        (line("RJ9", '"STRAY" QUOTE'), "a quotation mark is not closed, or is in the wrong place"),
        (line("RJ9", "A\x00TRUST"), "it has a control character in it"),
        (
            line("RJ9", "BARKING, HAVERING"),
            "the region code 'HAVERING' is not 3 to 5 capital letters and digits",
        ),
    ],
)
def test_a_malformed_line_is_rejected_alone(bad: str, reason: str) -> None:
    file = read_etr([line("RJ1"), bad, line("RJ2"), line("RJ3")])
    assert [(rejected.line, rejected.reason) for rejected in file.rejected] == [(2, reason)]
    assert [(row.line, row.code) for row in file.rows] == [(1, "RJ1"), (3, "RJ2"), (4, "RJ3")]


def test_a_close_date_on_the_open_date_is_accepted() -> None:
    assert reasons(line(opened="20110401", closed="20110401")) == []


def test_blank_lines_are_no_error_and_are_counted_in_the_line_numbers() -> None:
    assert reasons("", line(), "   ", "x") == [(4, "it has 1 column; an etr file has 24 to 27")]


def test_a_rejected_line_still_tells_whose_it_was() -> None:
    file = read_etr([line("RJ1"), line("rj9"), line("RJ1"), '"RJ8","OPEN', "?", line("RJ7", "")])
    assert [rejected.code for rejected in file.rejected] == ["RJ9", "RJ1", "RJ8", None, "RJ7"]
    assert file.unread_codes == {"RJ9", "RJ8", "RJ7"}  # RJ1 was read, on its first line


@given(st.lists(st.text(max_size=60), max_size=8))
def test_no_text_breaks_the_reading(texts: list[str]) -> None:
    file = read_etr([line("RJ1"), *texts, line("ZZZZ9")])
    assert {"RJ1", "ZZZZ9"} <= {row.code for row in file.rows} | file.unread_codes
    assert all(rejected.reason for rejected in file.rejected)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.csv"
    path.write_bytes(line("RJ1").encode() + b"\n" + noise + b"\n" + line("RJ2").encode() + b"\n")
    assert {"RJ1", "RJ2"} <= {row.code for row in read_etr(path).rows}


@given(st.permutations(range(6)), st.sampled_from(['"', '","', '"",', "'", ",,,,"]))
def test_damage_on_one_line_costs_that_line_only(order: list[int], damage: str) -> None:
    good = [line(f"RJ{number}") for number in order]
    file = read_etr([*good[:3], damage, *good[3:]])
    assert [row.code for row in file.rows] == [f"RJ{number}" for number in order]
    assert [rejected.line for rejected in file.rejected] == [4]


def test_the_boards_and_their_regions() -> None:
    icbs = {icb.code: icb for icb in read_icbs()}
    assert len(icbs) == 36
    assert (icbs["S1Y5D"].short_name, icbs["S1Y5D"].region_code) == ("Central East", "Y61")


def test_the_boards_that_became_others() -> None:
    successions = read_icb_successions()
    assert len(successions) == 16
    assert {s.succeeded_on for s in successions} == {date(2026, 4, 1)}
    assert {s.successor_code for s in successions if s.predecessor_code == "QNQ"} == {"S0E4D", "S9B9J", "QRL"}
    assert {s.successor_code for s in successions} <= {icb.code for icb in read_icbs()}


def test_the_trusts_that_became_others() -> None:
    successions = read_trust_successions()
    assert len(successions) == 34
    assert {s.successor_code for s in successions if s.predecessor_code == "RW6"} == {"RM3", "R0A"}
    assert all(0 <= (s.succeeded_on - s.predecessor_closed_on).days <= 1 for s in successions)


def test_every_board_of_2025_is_listed_or_succeeded() -> None:
    named = {icb.code for icb in read_icbs()} | {s.predecessor_code for s in read_icb_successions()}
    filed = {row.icb_code for row in read_etr(ODS / "etr-2025-07.csv").rows}
    assert filed - named == {"Q99"}


def test_a_mistake_in_a_shipped_table_names_its_line() -> None:
    header = "predecessor_code,predecessor,successor_code,successor,type,date"
    with pytest.raises(ValueError, match="line 2"):
        read_icb_successions([header, "QHG,A,S1Y5D,B,merger,soon"])
