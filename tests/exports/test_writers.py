"""The bundle as others see it: a ZIP, a BagIt bag, the same bytes each time, of a length known beforehand."""

import csv
import hashlib
import io
import json
import random
import re
import shutil
import subprocess
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.bundles import CUT_OFF, FILES, Key, make_plan, make_table, sha256, write
from tracker.audit.rules import ChainEvent, canonical
from tracker.catalogue.loader import load_reports
from tracker.exports import rules, writers
from tracker.exports.rules import COLUMNS, safe_cell
from tracker.exports.writers import (
    BundleBroken,
    FileMember,
    Position,
    PreparedBundle,
    Standings,
    TableMember,
    TextMember,
)


def streamed(plan, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(writers.stream_range(plan, start, end))


def unpacked(plan, folder: Path) -> Path:
    with zipfile.ZipFile(write(folder / "bundle.zip", plan)) as archive:
        archive.extractall(folder / "bag")
    return folder / "bag"


@pytest.mark.parametrize("signer", [None, Key()])
def test_it_is_checked_by_sha256sum_and_by_bagit(tmp_path, signer):
    bag = unpacked(make_plan(signer=signer), tmp_path)
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        result = subprocess.run(
            ["sha256sum", "--strict", "-c", manifest], cwd=bag, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stdout + result.stderr
    bagit.Bag(str(bag)).validate()


def test_other_unpackers_read_it(tmp_path):
    path = write(tmp_path / "bundle.zip", make_plan())
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 23, 9, 30, 14)}
    if shutil.which("unzip"):
        assert subprocess.run(["unzip", "-tq", path], capture_output=True).returncode == 0


def test_members_are_sorted_and_the_lists_come_last(tmp_path):
    with zipfile.ZipFile(write(tmp_path / "bundle.zip", make_plan())) as archive:
        names = archive.namelist()
    assert names[-3:] == ["data/omissions.csv", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
    assert names[:-3] == sorted(names[:-3])
    assert set(names) >= rules.REQUIRED_MEMBERS
    assert all(name.isascii() for name in names)


def test_the_same_plan_gives_the_same_bytes():
    assert streamed(make_plan(signer=Key())) == streamed(make_plan(signer=Key()))


def test_the_order_in_which_a_plan_names_its_members_does_not_matter():
    plan = make_plan()
    turned = replace(plan, tables=plan.tables[::-1], texts=plan.texts[::-1], files=plan.files[::-1])
    assert streamed(plan) == streamed(turned)


def test_the_length_is_exact_whatever_is_left_out():
    for store in (None, {}, dict.fromkeys(FILES, b"altered")):
        plan = make_plan(store=store)
        assert writers.bundle_length(plan) == len(streamed(plan))


def test_every_range_is_a_slice_of_the_whole():
    plan = make_plan()
    whole = streamed(plan)
    choose = random.Random(2016)
    with PreparedBundle(plan) as bundle:
        for _ in range(300):
            start, end = sorted(choose.choices(range(len(whole) + 1), k=2))
            assert b"".join(bundle.stream(start, end)) == whole[start:end]
        assert b"".join(bundle.stream(5)) == whole[5:]
        assert b"".join(bundle.stream(len(whole))) == b""
        assert b"".join(bundle.stream(0, len(whole) + 99)) == whole
    assert streamed(plan, 1000, 2000) == whole[1000:2000]


def test_two_readers_of_one_prepared_bundle_do_not_disturb_each_other():
    big = TextMember("data/audit.jsonl", lambda: [b"x" * 1_000_000, b"y" * 1_000_000])
    plan = make_plan()
    plan = replace(plan, texts=[each for each in plan.texts if each.path != big.path] + [big])
    with PreparedBundle(plan) as bundle:
        pairs = list(zip(bundle.stream(), bundle.stream(), strict=True))
    assert all(one == other for one, other in pairs)


def test_the_etag_follows_the_bytes():
    def etag(plan) -> str:
        with PreparedBundle(plan) as bundle:
            return bundle.etag

    assert etag(make_plan()) == etag(make_plan())
    assert etag(make_plan()) != etag(make_plan(store={}))


def read_omissions(plan) -> dict[str, dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(streamed(plan))) as archive:
        text = archive.read("data/omissions.csv").decode()
        names = archive.namelist()
    found = {row["member"]: row for row in csv.DictReader(io.StringIO(text))}
    assert not found.keys() & set(names)
    return found


def test_a_missing_and_an_altered_file_are_left_out_and_listed():
    missing, altered, _ = FILES
    store = {**FILES, altered: b"other"}
    del store[missing]
    found = read_omissions(make_plan(store=store))
    assert found[missing]["reason"] == "missing"
    assert found[altered]["reason"] == "altered"
    assert found[altered]["expected_sha256"] == sha256(FILES[altered])
    assert found[altered]["found_sha256"] == sha256(b"other")
    assert "data/evidence/X00001/e5-r1-letter.pdf" in found


def test_a_store_may_name_altered_files_itself():
    class EvidenceAltered(Exception):
        pass

    def refuse():
        raise EvidenceAltered

    plan = make_plan()
    path = plan.files[0].path
    files = [replace(plan.files[0], open=refuse), *plan.files[1:]]
    assert read_omissions(replace(plan, files=files, altered=(EvidenceAltered,)))[path]["reason"] == "altered"


def test_a_store_that_does_not_answer_fails_the_export_instead_of_emptying_it():
    def fail():
        raise ConnectionError("no store")

    plan = make_plan()
    with pytest.raises(ConnectionError):
        streamed(replace(plan, files=[replace(plan.files[0], open=fail)]))


@pytest.mark.parametrize("becomes", [b"%PDX" * 500, b"", None])
def test_a_file_that_changes_after_the_check_breaks_the_download_off(becomes):
    store = dict(FILES)
    path = next(iter(FILES))
    plan = make_plan(store=store)
    with PreparedBundle(plan) as bundle:
        if becomes is None:
            del store[path]
        else:
            store[path] = becomes
        received: list[bytes] = []
        with pytest.raises(BundleBroken):
            received.extend(bundle.stream())
    assert b"%PDX" not in b"".join(received)


def test_a_store_without_seeking_is_read_once_and_sent_from_a_copy():
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_):
            raise io.UnsupportedOperation

    plan = make_plan()
    files = [replace(each, open=lambda content=FILES[each.path]: Pipe(content)) for each in plan.files]
    assert streamed(replace(plan, files=files)) == streamed(plan)


def test_files_are_closed_also_when_a_client_goes_away():
    handles: list[io.BytesIO] = []
    plan = make_plan()

    def opened(content: bytes) -> io.BytesIO:
        handles.append(io.BytesIO(content))
        return handles[-1]

    content = FILES[plan.files[0].path]
    plan = replace(plan, files=[replace(plan.files[0], open=lambda: opened(content)), *plan.files[1:]])
    stream = writers.stream_bundle(plan)
    while len(handles) < 2:
        next(stream)
    stream.close()
    assert all(handle.closed for handle in handles)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../data/x",
            "/data/x",
            "data/../x",
            "data//x",
            "data/ä.csv",
            "data/a b",
            "data/con.txt",
            "data\\x",
        ),
        *("data/x.", "data/.x", "data/" + "x" * 300, "C:/x", "data/x\n", "bagit.txt", "other/x"),
        *("data/omissions.csv", "data/Progress.csv", "data/progress.csv/x", "data/EVIDENCE/x"),
    ],
)
def test_a_plan_with_a_path_that_could_unpack_elsewhere_is_refused(path):
    plan = make_plan()
    with pytest.raises(ValueError):
        streamed(replace(plan, texts=[*plan.texts, TextMember(path, lambda: [b"x"])]))


def test_a_row_of_another_width_is_refused():
    table = TableMember("data/people.csv", ("a", "b"), lambda: [("1",)])
    with pytest.raises(ValueError, match="a row of 1 cells"):
        streamed(replace(make_plan(), tables=[table]))


def test_bag_info_keeps_to_its_lines(tmp_path):
    plan = replace(make_plan(), bag_info={"Contact-Name": "A\nPayload-Oxum: 1.1"})
    with zipfile.ZipFile(write(tmp_path / "bundle.zip", plan)) as archive:
        lines = archive.read("bag-info.txt").decode().splitlines()
    assert lines[0] == "Contact-Name: A Payload-Oxum: 1.1"
    assert lines[2] == "Bundle-Cut-Off: 2026-11-23T09:30:15.250000Z"
    with pytest.raises(ValueError, match="its own date and totals"):
        streamed(replace(plan, bag_info={"payload-oxum": "1.1"}))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        *(("=1+1", "'=1+1"), ("+44", "'+44"), ("-3", "'-3"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx")),
        *(
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠x", "'＠x"),
            (" =1", "' =1"),
            ("\u200b=1", "'\u200b=1"),
        ),
        *(
            (-3, "-3"),
            (2.5, "2.5"),
            (None, ""),
            (True, "yes"),
            (False, "no"),
            ("plain - text", "plain - text"),
        ),
        *((date(2026, 1, 2), "2026-01-02"), (CUT_OFF, "2026-11-23T09:30:15.250000Z"), ("", ""), ("–", "–")),
        (rules.OmissionReason.MISSING, "missing"),
    ],
)
def test_a_cell_never_runs_as_a_formula(value, cell):
    assert safe_cell(value) == cell


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        safe_cell(datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("original", "safe"),
    [
        *(("Sepsis policy.pdf", "Sepsis-policy.pdf"), ("../../etc/passwd", "etc-passwd"), ("日本", "file")),
        *(
            ("Überblick.DOCX", "Uberblick.DOCX"),
            (".htaccess", "file.htaccess"),
            ("a" * 200 + ".pdf", "a" * 76 + ".pdf"),
        ),
        *(("", "file"), ("x.p/../df", "x-p-df"), ("=cmd|x.csv", "cmd-x.csv"), ("a\r\nb.csv", "a-b.csv")),
    ],
)
def test_file_names_become_portable(original, safe):
    assert rules.safe_file_name(original) == safe
    assert rules.path_problem(f"data/evidence/X1/e-r1-{rules.safe_file_name(original)}") is None


@given(header=st.text(), private=st.none() | st.text(), withhold=st.booleans())
def test_a_line_of_the_trail_is_canonical(header, private, withhold):
    body = None if private is None else private.encode(errors="ignore")
    event = ChainEvent(1, header.encode(errors="ignore"), "0" * 64, "1" * 64, body and bytes(32), body)
    line = writers.audit_line("a chain", event, withhold=withhold)
    assert line == canonical(json.loads(line)) + b"\n"


def test_the_way_in_is_escaped_and_needs_no_network():
    page = writers.index_html(
        "<script>x", [("A & B", "<i>"), ("On", date(2026, 3, 1))], [('"x', "<b>", 1200)]
    ).decode()
    for raw in ("<script", "<i>", "<b>", 'href=""x', "http:", "https:", "src="):
        assert raw not in page
    for text in ("1 March 2026", "1,200", "sha256sum -c manifest-sha256.txt", "bagit.py --validate"):
        assert text in page


def test_the_way_in_says_what_is_needed_to_recompute_it_without_the_tracker():
    page = writers.index_html("Evidence pack", [], []).decode()
    for needed in (
        "hash",
        "prev",
        "seq",
        "salt",
        "private_absent",
        "checkpoint.json",
        "assured_evidence",
        "apostrophe",
        "network.member_removed",
        "for reference, and what they say rests on the seal alone",
        "resources_with_funder_and_developer",
    ):
        assert needed in page
    assert all(figure in page for figure in rules.CONTROL_FIGURES)
    assert all(f"&lt;measure&gt;_{name}" in page for name in rules.MEASURE_CONTROLS)
    assert all(f"<code>{name}</code>" in page for name in ("supports", "superseded_at_utc"))
    assert "Each row names the event" not in page
    named = set(re.findall(r"<code>([a-z_]+_months)</code>", page))
    assert named and named <= catalogue_marks()
    for name in (
        "measures.csv",
        "library.csv",
        "dissemination.csv",
        "practice.csv",
        "programme.csv",
        "control.csv",
    ):
        assert f'href="{name}"' in page


def test_the_guide_says_how_a_pack_is_counted_and_what_only_the_seal_covers():
    page = " ".join(writers.index_html("Evidence pack", [], []).decode().split())
    checked = page[page.index("flask verify bundle") : page.index("--previous")]
    assert "--key FILE" in checked
    assert "count for reach, and for nothing else" in page and "counts in no figure)" not in page
    for needed in ("organisation.closed", "organisation.added", "row “use” of it", "whose period ended"):
        assert needed in page
    alone = page[page.index("What rests on the seal alone") :].partition("</ul>")[0]
    counted_again = {*rules.RECOUNTED}
    for figure in rules.CONTROL_FIGURES:
        assert (f"<code>{figure}</code>" in alone) is (figure not in counted_again), figure
    assert "people.csv" in alone and "As-At" in alone and "order of rows" in alone
    assert "whose roles stand in" not in page


def test_tables_scroll_on_a_narrow_screen_and_their_words_stay_whole():
    standings = Standings(
        ("Asked",), [("1. Guide", [3])], [("Trust (X00001)", [Position("1. Guide", "In place", "1 May")])]
    )
    page = writers.index_html("Evidence pack", [], [("progress.csv", "Positions", 4)], standings).decode()
    before = [piece[-200:].rstrip().rpartition("<div ")[2] for piece in page.split("<table>")[:-1]]
    assert len(before) > 10
    regions = [
        re.fullmatch(r'class="(?:wide|wide numbers)" tabindex="0" role="region" aria-label="([^"]+)">', each)
        for each in before
    ]
    assert all(regions), before
    names = [each[1] for each in regions if each]
    assert len(set(names)) == len(names)
    style = page[page.index("<style>") : page.index("</style>")]
    cells = [rule for rule in style.split("}") if re.search(r"\bt[hd]\b", rule)]
    assert not [rule for rule in cells if "anywhere" in rule or "break-word" in rule]
    assert ".wide{overflow-x:auto}" in style


def test_one_recommendation_is_not_several():
    behind = [count.recount.partition("the figures of ")[2] for count in rules.LEDGER_CONTROLS.values()]
    assert "recommendations 1, 6, 7 and 8" in behind and "recommendation 15" in behind
    assert not [each for each in behind if each.startswith("recommendation ") and " and " in each]


def catalogue_marks() -> set[str]:
    """The marks that the guide may speak of: those of the shipped report."""
    return {mark for report in load_reports() for mark in report.thresholds}


def test_tables_hold_what_they_were_given(tmp_path):
    rows = [{"title": 'A "quoted"\r\ntitle, with =', "evidence": "e1"}]
    plan = replace(make_plan(files={}), tables=[make_table("evidence.csv", rows)])
    with zipfile.ZipFile(write(tmp_path / "bundle.zip", plan)) as archive:
        text = archive.read("data/evidence.csv").decode()
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(read[0]) == COLUMNS["evidence.csv"]
    assert read[0]["title"] == rows[0]["title"]


class Pattern(io.RawIOBase):
    """Many bytes that nobody has to keep."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def seekable(self) -> bool:
        return True

    def seek(self, at: int, whence: int = 0) -> int:
        self.at = at
        return at

    def read(self, wanted: int = -1) -> bytes:
        count = min(wanted, self.size - self.at)
        self.at += count
        return b"\0" * count


def test_memory_does_not_grow_with_what_is_sent():
    size, files = 10_000_000, 20
    digest = hashlib.sha256(b"\0" * size).hexdigest()
    plan = replace(
        make_plan(),
        tables=[TableMember("data/big.csv", ("n",), lambda: ((n,) for n in range(150_000)))],
        files=[
            FileMember(f"data/evidence/X1/{number}-r1-a.bin", digest, size, lambda: Pattern(size))
            for number in range(files)
        ],
    )
    tracemalloc.start()
    try:
        total = sum(len(chunk) for chunk in writers.stream_bundle(plan))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total > size * files
    assert peak < 20_000_000, f"{peak:,} bytes"


def test_beyond_four_gigabytes_the_wide_records_are_used():
    """Laid out and read back by zipfile, without writing the bytes between."""
    stamp = rules.zip_date(CUT_OFF)
    big = rules.ZipEntry("a", 5_000_000_000, 0, 0)
    at = len(rules.local_header(big, stamp)) + big.size
    small = rules.ZipEntry("b", 3, zipfile.crc32(b"abc"), at)
    end = at + len(rules.local_header(small, stamp)) + 3
    pieces = {0: rules.local_header(big, stamp), at: rules.local_header(small, stamp) + b"abc"}
    pieces[end] = b"".join(rules.directory([big, small], stamp, end))
    with zipfile.ZipFile(Sparse(pieces)) as archive:
        assert [info.file_size for info in archive.infolist()] == [5_000_000_000, 3]
        assert archive.read("b") == b"abc"


class Sparse(io.RawIOBase):
    """A huge file of which only some pieces are written."""

    def __init__(self, pieces: dict[int, bytes]) -> None:
        self.pieces, self.at = pieces, 0
        self.size = max(at + len(piece) for at, piece in pieces.items())

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, at: int, whence: int = 0) -> int:
        self.at = at + (0, self.at, self.size)[whence]
        return self.at

    def read(self, wanted: int = -1) -> bytes:
        start = max(each for each in self.pieces if each <= self.at)
        piece = self.pieces[start][self.at - start :]
        piece = piece if wanted < 0 else piece[:wanted]
        self.at += len(piece)
        return piece
