"""Runs the checks of a bundle in the order in which a later one relies on an earlier one."""

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
        return read_checkpoint(Archive(handle))


def _note_limits(archive: Archive, public_key: bytes | None, findings: Findings) -> None:
    key = seal_key(archive)
    if key is None:
        findings.notes.append("No dated seal: who wrote the lists in this bundle cannot be told from it.")
    elif public_key is None:
        what = "compare this with the key that the tracker publishes, or give the key to this check"
        findings.notes.append(f"Sealed with the key {key.hex()}: {what}.")
