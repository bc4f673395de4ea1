"""The verifier of bundles: whatever is altered has to be named, whoever altered the lists with it."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.exports.bundles import (
    CUT_OFF,
    FILES,
    Key,
    Trail,
    make_plan,
    make_table,
    make_trails,
    members_of,
    rebuild,
    relist,
    sha256,
    write,
)
from tracker.audit.rules import canonical
from tracker.exports import rules, writers
from tracker.exports.readers import verify_bundle
from tracker.exports.rules import Omission, OmissionReason

PDF, PDF2, EMPTY = FILES


@pytest.fixture
def bundle(tmp_path) -> Path:
    return write(tmp_path / "bundle.zip", make_plan(signer=Key()))


@pytest.fixture
def unsealed(tmp_path) -> Path:
    return write(tmp_path / "unsealed.zip", make_plan())


def wrong(path: Path, **options) -> list[str]:
    return [str(problem) for problem in verify_bundle(path, **options).problems]


def test_a_whole_bundle_verifies(bundle):
    report = verify_bundle(bundle, public_key=Key().public_key)
    assert report.problems == ()
    assert report.notes == ()
    assert report.counts["evidence files"] == 3
    assert report.counts["audit chains"] == 2
    assert report.counts["audit events"] == 13
    assert report.counts["rows held against their events"] == 11


def test_without_the_key_the_limit_is_said(bundle, unsealed):
    assert Key().public_key.hex() in verify_bundle(bundle).notes[0]
    assert "No dated seal" in verify_bundle(unsealed).notes[0]
    for path in (bundle, unsealed):
        (alone,) = [note for note in verify_bundle(path).notes if "What rests on the seal alone" in note]
        assert "people.csv" in alone and "organisations, nothing_recorded, reason_accepted" in alone
    assert wrong(unsealed) == []
    assert wrong(unsealed, public_key=Key().public_key)
    assert wrong(bundle, public_key=Key(8).public_key) == [
        "seal.json: was made with another key than the one given"
    ]


def test_files_left_out_are_accounted_for(tmp_path):
    path = write(tmp_path / "b.zip", make_plan(store={PDF: b"altered"}))
    assert wrong(path) == []
    assert verify_bundle(path).counts["rows of omissions.csv"] == 4


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_named_and_not_raised(tmp_path, content):
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    assert wrong(path)


def test_bytes_before_or_after_the_zip_are_noticed(bundle, tmp_path):
    other = tmp_path / "other.zip"
    for content in (b"#!" + bundle.read_bytes(), bundle.read_bytes() + b"\0"):
        other.write_bytes(content)
        assert wrong(other)


def test_a_pack_cut_short_is_one_clear_line_although_its_evidence_ends_in_a_zip(tmp_path):
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as inner:
        inner.writestr("[Content_Types].xml", "x")
    whole = write(tmp_path / "b.zip", make_plan(files={PDF: document.getvalue()})).read_bytes()
    (tmp_path / "b.zip").write_bytes(whole[: whole.index(b"PK\x05\x06") + 22 + 300])
    (found,) = wrong(tmp_path / "b.zip")
    assert found == "is not a readable ZIP: it was cut short, or something stands before its first member"


def test_a_member_that_cannot_be_read_is_not_called_absent(bundle):
    content = bytearray(bundle.read_bytes())
    content[content.index(b"%PDF")] ^= 1
    bundle.write_bytes(content)
    first, *others = wrong(bundle)
    assert first.startswith(PDF) and "cannot be read" in first
    assert not [each for each in others if "is not in the bundle" in each or "Payload-Oxum" in each]


def test_a_seal_that_the_bag_speaks_of_is_missed(tmp_path):
    plan = make_plan()
    plan = replace(plan, bag_info={**plan.bag_info, "Seal-Public-Key": "ed25519 00"})
    assert wrong(write(tmp_path / "b.zip", plan)) == [
        "seal.json: is missing, although bag-info.txt names the key that it was made with"
    ]


def added(path: Path, name: str, content: bytes = b"x", **attributes) -> list[str]:
    """Add a member with an ordinary tool, and verify."""
    info = zipfile.ZipInfo(name, (2026, 11, 23, 9, 30, 14))
    for key, value in attributes.items():
        setattr(info, key, value)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, content)
    return wrong(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("name", "attributes", "what"),
    [
        ("data/progress.csv", {}, "data/progress.csv: is in the bundle twice"),
        ("data/Progress.csv", {}, "data/Progress.csv: differs from data/progress.csv in case only"),
        ("data/../evil", {}, "data/../evil: its path climbs out of the bundle"),
        ("/evil", {}, "/evil: its path is absolute or not portable"),
        ("data/é", {}, "data/é: its name is not ASCII"),
        (
            "data/evidence/X00001/more.pdf",
            {},
            "data/evidence/X00001/more.pdf: has no row in data/evidence.csv",
        ),
        ("data/more", {}, "data/more: is in the bundle, but not listed in manifest-sha256.txt"),
        ("more.txt", {}, "more.txt: does not belong in a bundle"),
        ("data/link", {"external_attr": 0o120777 << 16}, "data/link: is a link"),
        (
            "data/packed",
            {"compress_type": 8},
            "data/packed: is compressed: the tracker stores members as they are",
        ),
    ],
)
def test_an_added_member_is_noticed(bundle, name, attributes, what):
    assert what in added(bundle, name, **attributes)


def test_a_compressed_member_is_never_inflated(tmp_path):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bag-info.txt", b"\0" * 50_000_000)
    found = wrong(path)
    assert "bag-info.txt: cannot be read: compressed or encrypted" in found


def test_a_repacked_bundle_is_refused(bundle, tmp_path):
    path = tmp_path / "repacked.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members_of(bundle).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    assert any("does not stand in the ZIP as the tracker writes it" in each for each in wrong(path))


# --- altered by somebody who makes the lists fit ----------------------------------------------------------


def forge(path: Path, change: Callable[[dict[str, bytes]], None], *, fit: bool = True) -> list[str]:
    """What is found without the key after `change`, with manifests made to fit unless told otherwise."""
    members = members_of(path)
    change(members)
    return wrong(rebuild(path, relist(members) if fit else members))


def change_text(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change


def test_a_bundle_put_together_again_is_the_same(bundle):
    before = bundle.read_bytes()
    assert forge(bundle, lambda members: None) == []
    assert bundle.read_bytes() == before


def test_a_changed_byte_without_new_lists_is_noticed(unsealed):
    found = forge(unsealed, change_text("data/progress.csv", b"SEP16-12", b"SEP16-13"), fit=False)
    assert "data/progress.csv: was altered: manifest-sha256.txt lists another digest" in found


def test_a_member_taken_out_without_new_lists_is_noticed(unsealed):
    found = forge(unsealed, lambda members: members.pop(PDF), fit=False)
    assert f"{PDF}: is listed in manifest-sha256.txt, but is not in the bundle" in found
    assert "bag-info.txt: its Payload-Oxum is not the number of bytes and files under data/" in found


def test_evidence_taken_out_with_new_lists_is_noticed(unsealed):
    what = "is in data/evidence.csv, but neither in the bundle nor in data/omissions.csv"
    assert forge(unsealed, lambda members: members.pop(PDF)) == [f"{PDF}: {what}"]


def test_evidence_exchanged_with_new_lists_is_noticed(unsealed):
    def swap(members: dict[str, bytes]) -> None:
        members[PDF], members[PDF2] = members[PDF2], members[PDF]

    what = "is not the file that data/evidence.csv describes"
    assert forge(unsealed, swap) == [f"{PDF}: {what}", f"{PDF2}: {what}"]


def test_evidence_exchanged_with_its_row_and_new_lists_is_noticed_by_the_trail(unsealed):
    def swap(members: dict[str, bytes]) -> None:
        old, members[PDF] = members[PDF], members[PDF][:-1] + b"!"
        digests = [sha256(each).encode() for each in (old, members[PDF])]
        change_text("data/evidence.csv", *digests)(members)

    found = forge(unsealed, swap)
    assert len(found) == 1
    assert "event 1 says another sha256 than row 2 of data/evidence.csv" in found[0]


def test_a_position_that_its_event_does_not_know_is_noticed(unsealed):
    found = forge(unsealed, change_text("data/progress.csv", b",delivered,", b",assured,"))
    assert any("says another delivery than row 2 of data/progress.csv" in each for each in found)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b",p1,", b",p2,", "another person"),
        (b",p1,", b",,", "another person"),
        (b"2025-", b"2024-", "another moment"),
    ],
)
def test_who_recorded_a_row_and_when_is_held_against_its_event(unsealed, old, new, what):
    found = forge(unsealed, change_text("data/progress.csv", old, new))
    assert found and all(what in each for each in found)


def test_an_agreement_that_relied_on_what_is_not_in_the_register_is_noticed(tmp_path):
    relied = f"e1 r1 {sha256(FILES[PDF])}; e1 r9 {'0' * 64}"
    plan = make_plan()
    table = make_table("progress.csv", [{"current_at_date": False, "assured_evidence": relied}])
    register = make_table("evidence.csv", [{"evidence": "e1", "revision": 1, "sha256": sha256(FILES[PDF])}])
    tables = [each for each in plan.tables if each.path not in (table.path, register.path)]
    found = wrong(write(tmp_path / "b.zip", replace(plan, tables=[*tables, table, register], files=[])))
    (what,) = [each for each in found if "relies on" in each]
    assert what.endswith(f"relies on e1 r9 {'0' * 64}, which has no row in data/evidence.csv")


def test_a_control_sheet_that_does_not_add_up_is_noticed(unsealed):
    found = forge(unsealed, change_text("data/control.csv", b"delivered,2", b"delivered,3"))
    assert found == ["data/control.csv: delivered for SEP16-12 is 3, but progress.csv has 2"]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"staff in date,,,,2026-09-30,90,120,75", b"staff in date,,,,2026-09-29,90,120,75", "another about_on than"),
        (b"staff in date,,,,2026-09-30,90,120,75", b"staff in date,,,,2026-09-30,96,120,80", "another in_date than"),
        (b"staff in date,,,,2026-09-30,90,120,75", b"staff in date,,,,2026-09-30,90,100,90", "another in_post than"),
        (b"staff in date,,,,2026-09-30,90,120,75", b"staff in date,,,,2026-09-30,,,", "another in_date than"),
        (b",90,120,75", b",90,120,76", "a percentage that does not follow from its numbers"),
        (b",90,120,75", b",90,120,", "a percentage that does not follow from its numbers"),
        (b",90,120,75", b",3,4,75", "a percentage that does not follow from its numbers"),
        (b",90,120,75", b",-90,120,75", "something else than a whole number"),
        (b"figure,,,,2026-09-30,90,120,75", b"figure,,,,2026-09-30,96,120,80", "numerators for SEP16-10 is 180"),
        (b"figure,,,,2026-09-30,90,120,75", b"figure,,,,2026-09-30,,,", "coverage_with_figure for SEP16-10 is 2"),
    ],
)  # fmt: skip
def test_a_figure_that_does_not_follow_from_what_is_there_is_noticed(unsealed, old, new, what):
    found = forge(unsealed, change_text("data/measures.csv", old, new))
    assert found and any(what in each for each in found), found


@pytest.mark.parametrize(
    ("delivery", "live", "answered", "figures"),
    [
        ("delivered", "0", "confirmed", ["delivered", "no_evidence", "confirmed_within_12_months"]),
        ("delivered", "3", "older", ["delivered", "waiting", "confirmed_longer_ago"]),
        ("assured", "0", "", ["assured", "lapsed"]),
        ("assured", "1", "", ["assured", "checked"]),
        ("in_progress", "2", "", ["in_progress"]),
    ],
)
def test_a_position_counts_as_what_the_control_sheet_says(delivery, live, answered, figures):
    row = {"delivery": delivery, "live_evidence": live, "answered": answered}
    assert list(rules.counted_as(row)) == figures
    assert set(figures) <= set(rules.RECOUNTED)


@pytest.mark.parametrize("figure", ["delivered", "no_evidence"])
def test_each_figure_of_positions_is_counted_again(unsealed, figure):
    found = forge(unsealed, change_text("data/control.csv", f"{figure},2".encode(), f"{figure},1".encode()))
    assert found == [f"data/control.csv: {figure} for SEP16-12 is 1, but progress.csv has 2"]


def test_a_sum_that_does_not_add_up_is_noticed(unsealed):
    found = forge(
        unsealed, change_text("data/control.csv", b"coverage_numerators,180", b"coverage_numerators,181")
    )
    assert found == ["data/control.csv: coverage_numerators for SEP16-10 is 181, but measures.csv has 180"]


def change_lines(change: Callable[[list[bytes]], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(members: dict[str, bytes]) -> None:
        lines = members["data/audit.jsonl"].splitlines(keepends=True)
        change(lines)
        members["data/audit.jsonl"] = b"".join(lines)

    return changed


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda lines: lines.pop(), "but its recorded head is event"),
        (lambda lines: lines.pop(1), "are missing"),
        (lambda lines: lines.pop(0), "are missing"),
        (lambda lines: lines.reverse(), "out of order"),
        (lambda lines: lines.insert(2, lines[1]), "out of order"),
        (lambda lines: lines.append(b"{}\n"), "is not an event"),
        (lambda lines: lines.append(b"\n"), "is not an event"),
        (
            lambda lines: lines.append(lines[0].replace(b"X00001", b"X00077")),
            "that the checkpoint does not include",
        ),
        (lambda lines: lines.clear(), "but its recorded head is event"),
    ],
)
def test_a_trail_with_events_dropped_or_added_is_noticed_although_the_lists_fit(unsealed, change, what):
    assert any(what in each for each in forge(unsealed, change_lines(change)))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"delivered", b"assured", "its header was altered"),
        (b'\\"note\\":\\"0\\"', b'\\"note\\":\\"9\\"', "its text was altered"),
        (b"000102", b"ff0102", "its text was altered"),
        (b'"chain":"X00001"', b'"chain":"X00002"', "its header belongs to another chain"),
    ],
)
def test_an_altered_event_is_noticed_although_the_lists_fit(unsealed, old, new, what):
    assert any(what in each for each in forge(unsealed, change_text("data/audit.jsonl", old, new)))


def test_text_may_be_withheld_or_redacted():
    trail = make_trails()[0]
    withheld = writers.audit_line("X00001", trail.events[-1], withhold=True)
    assert json.loads(withheld)["private_absent"] == "withheld"
    gone = replace(trail.events[-1], salt=None, private=None, redacted=True)
    assert json.loads(writers.audit_line("X00001", gone))["private_absent"] == "redacted"


def test_a_bundle_with_withheld_text_verifies(tmp_path):
    trails = make_trails()
    for trail in trails:
        trail.lines = [writers.audit_line(trail.chain, event, withhold=True) for event in trail.events]
    plan = make_plan(trails=trails)
    path = write(tmp_path / "unlisted.zip", plan)
    assert wrong(path) == [
        f"data/omissions.csv: chain {trail.chain}: texts that are withheld in data/audit.jsonl: 4; listed here: 0"
        for trail in trails
    ]
    listed = [texts_omitted(trail.chain, OmissionReason.WITHHELD, 4) for trail in trails]
    path = write(tmp_path / "b.zip", replace(plan, omissions=listed))
    assert wrong(path) == []
    assert b"private_absent" in members_of(path)["data/audit.jsonl"]
    assert b'"salt"' not in members_of(path)["data/audit.jsonl"]


def texts_omitted(chain: str, reason: OmissionReason, number: int) -> Omission:
    what = f"The text of {number} events of {chain} holds names of people, which were not asked for."
    return Omission(f"data/audit.jsonl#{chain}", reason, what)


def take_out_words(members: dict[str, bytes]) -> None:
    """The words of the last event of the first chain, as somebody would who means to alter what a row says of them."""
    lines = members["data/audit.jsonl"].split(b"\n")
    place = max(n for n, line in enumerate(lines) if line and json.loads(line)["chain"] == "X00001")
    line = json.loads(lines[place])
    del line["private"], line["salt"]
    lines[place] = canonical({**line, "private_absent": "redacted"})
    members["data/audit.jsonl"] = b"\n".join(lines)


def test_words_taken_out_of_the_trail_on_the_sly_are_noticed(unsealed):
    what = "texts that are redacted in data/audit.jsonl: 1; listed here: 0"
    assert forge(unsealed, take_out_words) == [f"data/omissions.csv: chain X00001: {what}"]


def test_words_that_an_earlier_bundle_had_and_this_one_has_not_are_named(tmp_path):
    earlier = write(tmp_path / "1.zip", make_plan())
    plan = make_plan()
    listed = texts_omitted("X00001", OmissionReason.REDACTED, 1)
    later = write(tmp_path / "2.zip", replace(plan, omissions=[listed]))
    assert forge(later, take_out_words) == []
    seq = make_trails()[0].head.seq
    found = verify_bundle(later, previous=earlier)
    assert found.ok
    gone = f"Chain X00001: the earlier bundle has the text of event {seq}, which this one says is redacted"
    assert [note for note in found.notes if note.startswith(gone)]
    assert not any(note.startswith("Chain") for note in verify_bundle(later, previous=later).notes)


def change_checkpoint(change: Callable[[dict], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(members: dict[str, bytes]) -> None:
        content = json.loads(members["data/checkpoint.json"])
        change(content)
        members["data/checkpoint.json"] = canonical(content) + b"\n"

    return changed


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["chains"]["X00001"].update(seq=3),
        lambda content: content["chains"]["X00001"].update(hash="0" * 64),
        lambda content: content["chains"]["X00001"].update(seq="3"),
        lambda content: content["chains"].pop("X00001"),
        lambda content: content["included"].pop(),
        lambda content: content.clear(),
    ],
)
def test_an_altered_checkpoint_is_noticed_although_the_lists_fit(unsealed, change):
    assert forge(unsealed, change_checkpoint(change))


def test_with_a_seal_nothing_can_be_changed_without_the_key(bundle):
    found = forge(bundle, change_text("data/progress.csv", b"HYPERLINK", b"HYPERLINX"))
    assert found == ["seal.json: does not fit this bundle: its lists are not those that were sealed"]


def test_a_seal_taken_off_is_missed_by_whoever_holds_the_key(bundle):
    def unseal(members: dict[str, bytes]) -> None:
        del members["seal.json"]

    members = members_of(bundle)
    unseal(members)
    path = rebuild(bundle, relist(members))
    assert wrong(path) == []
    assert wrong(path, public_key=Key().public_key)


# --- against an earlier bundle ----------------------------------------------------------------------------


def test_a_longer_history_agrees_with_an_earlier_bundle(tmp_path):
    earlier = write(tmp_path / "1.zip", make_plan(trails=make_trails(3)))
    later = write(tmp_path / "2.zip", make_plan(trails=make_trails(5)))
    assert wrong(later, previous=earlier) == []
    assert any("a checkpoint names is missing" in each for each in wrong(earlier, previous=later))


def test_bundles_given_the_wrong_way_round_are_told_from_a_rewritten_history(tmp_path):
    earlier = write(tmp_path / "1.zip", make_plan(trails=make_trails(3)))
    plan = replace(make_plan(trails=make_trails(5)), created=CUT_OFF + timedelta(seconds=5))
    later = write(tmp_path / "2.zip", plan)
    assert wrong(later, previous=earlier) == []
    (found,) = wrong(earlier, previous=later)
    assert "the bundle given as the earlier one is the newer one" in found
    assert "2026-11-23T09:30:20.250000Z" in found and "2026-11-23T09:30:15.250000Z" in found


def test_a_history_rewritten_with_the_key_shows_against_an_earlier_bundle(tmp_path):
    earlier = write(tmp_path / "1.zip", make_plan(signer=Key()))
    trails = make_trails()
    other = Trail("X00001", {path: FILES[path] for path in trails[0].seq_of}, 2)
    for number in range(2, 5):
        other.add("progress.recorded", {"delivery": "delivered"}, b'{"note":"new %d"}' % number)
    rewritten = write(tmp_path / "2.zip", make_plan(trails=[other, trails[1]], signer=Key()))
    assert wrong(rewritten, public_key=Key().public_key) == []
    found = wrong(rewritten, previous=earlier, public_key=Key().public_key)
    assert any("is not the event that a checkpoint names" in each for each in found)


def test_an_earlier_bundle_that_was_altered_proves_nothing(bundle, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(bundle.read_bytes()[:-1])
    assert "the earlier bundle has 1 problems of its own" in wrong(bundle, previous=broken)[0]


# --- mutations --------------------------------------------------------------------------------------------


def flip(content: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << choose.randrange(8)]) + content[at + 1 :]


def cut(content: bytes, choose: random.Random) -> bytes:
    return content[: choose.randrange(len(content))]


def grow(content: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(len(content) + 1)
    return content[:at] + choose.randbytes(1 + choose.randrange(20)) + content[at:]


def drop(content: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(len(content))
    return content[:at] + content[at + 1 + choose.randrange(20) :]


def test_no_random_change_of_the_file_goes_unseen(unsealed, tmp_path):
    choose = random.Random(20161123)
    whole, path = unsealed.read_bytes(), tmp_path / "mutated.zip"
    for number in range(300):
        mutate = choose.choice((flip, flip, cut, grow, drop))
        path.write_bytes(mutate(whole, choose))
        assert path.read_bytes() == whole or wrong(path), (
            f"mutation {number} by {mutate.__name__} went unseen"
        )


def test_no_random_change_of_a_member_goes_unseen_although_the_lists_fit(bundle, tmp_path):
    """With the tracker's key known; the forger has everything else."""
    choose = random.Random(20161124)
    whole, path, key = members_of(bundle), tmp_path / "mutated.zip", Key().public_key
    names = sorted(name for name in whole if whole[name])
    for number in range(300):
        members = dict(whole)
        name = choose.choice(names)
        members[name] = choose.choice((flip, cut, grow, drop))(whole[name], choose)
        if number % 10 == 0:
            del members[name]
        elif number % 10 == 1:
            members[name], members[names[0]] = whole[names[0]], whole[name]
        with suppress(KeyError, UnicodeDecodeError):
            members = relist(members)
        if members != whole:
            assert wrong(rebuild(path, members), public_key=key), f"mutation {number} of {name} went unseen"


def test_the_cut_off_dates_every_member(unsealed):
    later = CUT_OFF.isoformat().encode()[:10].replace(b"23", b"24")
    found = forge(
        unsealed, change_text("bag-info.txt", b"Bundle-Cut-Off: 2026-11-23", b"Bundle-Cut-Off: " + later)
    )
    assert any("does not stand in the ZIP as the tracker writes it" in each for each in found)
