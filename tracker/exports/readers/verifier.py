"""Runs the checks of a bundle in the order in which a later one relies on an earlier one."""

from dataclasses import replace
from pathlib import Path

from tracker.exports import rules
from tracker.exports.readers.archive import (
    UNREADABLE,
    Archive,
    Content,
    layout_problems,
    member_problems,
    name_problems,
    order_problems,
)
from tracker.exports.readers.bag import bag_problems, seal_key, seal_problems
from tracker.exports.readers.report import BundleReport, Findings
from tracker.exports.readers.tables import control_problems, evidence_problems, read_tables
from tracker.exports.readers.texts import read_shown
from tracker.exports.readers.trail import Checkpoint, check_trail, read_checkpoint


def verify_bundle(
    path: Path, previous: Path | None = None, *, public_key: bytes | None = None
) -> BundleReport:
    """Everything that is wrong with the bundle at `path`; OSError only when the file cannot be opened.

    `previous`: an earlier bundle, which shows a history that was rewritten since, even with the right key.
    `public_key`: the tracker's Ed25519 key (32 bytes), got from elsewhere than the bundle.
    """
    findings = Findings()
    earlier = _earlier(previous, findings) if previous else None
    with path.open("rb") as handle:
        try:
            archive = Archive(handle)
        except UNREADABLE as error:
            findings.add("", f"is not a readable ZIP: {error}")
            return findings.report()
        _check(archive, earlier, public_key, findings)
    return findings.report()


def _check(
    archive: Archive, earlier: Checkpoint | None, public_key: bytes | None, findings: Findings
) -> None:
    for check in (name_problems, member_problems, order_problems, layout_problems):
        findings.extend(check(archive))
    contents = _contents(archive, findings)
    findings.extend(bag_problems(archive, contents))
    findings.extend(seal_problems(archive, contents, public_key))
    tables = read_tables(archive, findings)
    findings.extend(evidence_problems(tables, contents))
    findings.extend(control_problems(tables))
    if earlier and _is_newer(earlier, archive, findings):
        earlier = None
    check_trail(archive, tables, earlier, findings)
    _note_limits(archive, public_key, findings)


def _contents(archive: Archive, findings: Findings) -> dict[str, Content]:
    """Digest and size of every member that can be read, its CRC checked on the way."""
    contents: dict[str, Content] = {}
    for path in archive.paths():
        findings.counts["members"] += 1
        findings.counts["evidence files"] += path.startswith(rules.EVIDENCE_FOLDER)
        try:
            contents[path] = archive.content(path)
        except UNREADABLE as error:
            findings.add(path, f"cannot be read: {error}")
    return contents


def _earlier(path: Path, findings: Findings) -> Checkpoint | None:
    """An earlier bundle that was itself altered would prove nothing."""
    report = verify_bundle(path)
    for problem in report.problems[:1]:
        findings.add(
            "", f"the earlier bundle has {len(report.problems)} problems of its own, first: {problem}"
        )
    if not report.ok:
        return None
    with path.open("rb") as handle:
        archive = Archive(handle)
        found = read_checkpoint(archive)
        return found and replace(found, cut_off=archive.cut_off(), shown=read_shown(archive))


def _is_newer(earlier: Checkpoint, archive: Archive, findings: Findings) -> bool:
    """Packs given the wrong way round would look like a history that was cut off."""
    other, own = earlier.cut_off, archive.cut_off()
    if other is None or own is None or other <= own:
        return False
    stated = f"{rules.moment_text(other)}, this one’s {rules.moment_text(own)}"
    findings.add(
        "",
        f"the bundle given as the earlier one is the newer one (its {rules.CUT_OFF} is {stated}): swap them",
    )
    return True


_SEALED = ", ".join(each for each in rules.CONTROL_FIGURES if each not in rules.RECOUNTED)
_ALONE = (
    f"Without the key nothing covers {_SEALED} and the words in control.csv, live_evidence and answered in"
    " progress.csv, numbers that registers fill in measures.csv, people.csv, catalogue.csv, index.html, the order of"
    " rows and the day that the pack is of: see “What rests on the seal alone” in data/index.html."
)


def _note_limits(archive: Archive, public_key: bytes | None, findings: Findings) -> None:
    key = seal_key(archive)
    if key is None:
        findings.notes.append("No dated seal: who wrote the lists in this bundle cannot be told from it.")
    elif public_key is None:
        what = "compare this with the key that the tracker publishes, or give the key to this check"
        findings.notes.append(f"Sealed with the key {key.hex()}: {what}.")
    if key is None or public_key is None:
        findings.notes.append(_ALONE)
