"""The audit trail of a bundle: every chain followed from its first event to the head that the checkpoint names."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.audit.rules import GENESIS, NO_EVENTS, ChainChecker, ChainEvent, Head, canonical, read_header
from tracker.exports import rules
from tracker.exports.readers.archive import UNREADABLE, Archive
from tracker.exports.readers.ledgers import Owner
from tracker.exports.readers.report import Findings
from tracker.exports.readers.tables import Claim, Tables
from tracker.exports.readers.texts import Shown, Texts

_LINE_KEYS = frozenset(("chain", "header", "hash", "private", "salt", "private_absent"))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Heads of all chains at the cut-off, and whose chains the bundle holds in full.

    Of an earlier bundle also `cut_off`, and `shown`: of which events the text was there.
    """

    heads: Mapping[str, Head]
    included: frozenset[str]
    owners: Mapping[str, Owner]
    cut_off: datetime | None = None
    shown: Shown = field(default_factory=dict)


def read_checkpoint(archive: Archive) -> Checkpoint | None:
    """None when it is missing or not in the form in which the tracker writes it."""
    try:
        raw = archive.read(rules.CHECKPOINT)
        content = json.loads(raw)
        if raw != canonical(content) + b"\n" or content["format"] != 1:
            return None
        heads = {chain: _head(each) for chain, each in content["chains"].items()}
        included = frozenset(content["included"])
        owners = {
            chain: Owner(each["code"], each["kind"]) for chain, each in content["organisations"].items()
        }
    except (KeyError, TypeError, AttributeError, RecursionError, *UNREADABLE):
        return None
    return Checkpoint(heads, included, owners) if owners.keys() == included <= heads.keys() else None


def _head(content: Mapping[str, Any]) -> Head:
    seq, digest = content["seq"], content["hash"]
    if type(seq) is not int or not isinstance(digest, str) or (seq == 0) != (digest == GENESIS):
        raise ValueError("not the head of a chain")
    return Head(seq, digest)


def check_trail(archive: Archive, tables: Tables, previous: Checkpoint | None, findings: Findings) -> None:
    """Follow the chains, hold rows against the events that they name, and heads against earlier ones."""
    checkpoint = read_checkpoint(archive)
    if checkpoint is None:
        findings.add(rules.CHECKPOINT, "is not a checkpoint as the tracker writes it")
    now = checkpoint or Checkpoint({}, frozenset(), {})
    earlier = previous.heads if previous else {}
    checkers = {chain: _checker(chain, earlier) for chain in now.included}
    tables.registers.owners = now.owners
    texts = Texts(previous.shown if previous else {})
    try:
        _follow(archive, checkers, tables, texts, findings)
    except (KeyError, *UNREADABLE) as error:
        findings.add(rules.AUDIT, f"cannot be read: {error}")
    for chain, checker in sorted(checkers.items()):
        findings.counts["audit chains"] += 1
        for problem in checker.finish(now.heads[chain]):
            findings.add(rules.AUDIT, f"chain {chain}: {problem.what}")
    findings.extend(_owner_problems(tables, now))
    findings.extend(tables.registers.finish())
    findings.extend(texts.problems(tables.texts_omitted))
    findings.notes.extend(tables.registers.notes())
    findings.notes.extend(texts.notes())
    _unanswered(tables, now, findings)
    _compare_heads(now, earlier, findings)


def _checker(chain: str, earlier: Mapping[str, Head]) -> ChainChecker:
    head = earlier.get(chain, NO_EVENTS)
    return ChainChecker(chain, {head.seq: head.hash} if head.seq else {})


def _follow(
    archive: Archive,
    checkers: Mapping[str, ChainChecker],
    tables: Tables,
    texts: Texts,
    findings: Findings,
) -> None:
    with archive.open(rules.AUDIT) as lines:
        for number, raw in enumerate(lines, 1):
            findings.counts["audit events"] += 1
            line = _line(raw)
            if line is None:
                findings.add(rules.AUDIT, f"line {number} is not an event as the tracker writes it")
            elif line["chain"] not in checkers:
                findings.add(
                    rules.AUDIT, f"line {number} belongs to a chain that the checkpoint does not include"
                )
            else:
                event = _event(line)
                for problem in checkers[line["chain"]].feed(event):
                    where = f"line {number}, chain {line['chain']}, event {problem.seq}"
                    findings.add(rules.AUDIT, f"{where}: {problem.what}")
                texts.hear(line["chain"], event.seq, line)
                _answer(tables, line["chain"], event, findings)
                findings.extend(tables.registers.follow(line["chain"], line["content"], line))


def _line(raw: bytes) -> dict[str, Any] | None:
    """One event, with its header read; the one way of writing it, so that no key can hide behind another."""
    try:
        line = json.loads(raw)
        if canonical(line) + b"\n" != raw or not isinstance(line, dict) or not line.keys() <= _LINE_KEYS:
            return None
        if not all(isinstance(each, str) for each in line.values()):
            return None
        content = read_header(line["header"].encode())
        if content is None or not {"chain", "hash"} <= line.keys() or ("private" in line) != ("salt" in line):
            return None
        bytes.fromhex(line.get("salt", ""))
        if line.get("private_absent", "redacted") not in ("redacted", "withheld"):
            return None
    except (KeyError, ValueError, RecursionError):
        return None
    return {**line, "content": content}


def _event(line: Mapping[str, Any]) -> ChainEvent:
    private = line.get("private")
    return ChainEvent(
        seq=line["content"]["seq"],
        header_bytes=line["header"].encode(),
        hash=line["hash"],
        prev=line["content"]["prev"],
        salt=None if private is None else bytes.fromhex(line["salt"]),
        private=None if private is None else private.encode(),
        redacted="private_absent" in line,
    )


# --- rows and events --------------------------------------------------------------------------------------


def _answer(tables: Tables, chain: str, event: ChainEvent, findings: Findings) -> None:
    claims = tables.claims.pop((chain, event.seq), None)
    content = read_header(event.header_bytes) if claims else None
    for claim in claims or ():
        findings.counts["rows held against their events"] += 1
        for key in sorted(_disagreements(claim, content or {})):
            findings.add(
                rules.AUDIT, f"chain {chain}, event {event.seq} says another {key} than {claim.place}"
            )


def _disagreements(claim: Claim, content: Mapping[str, Any]) -> Iterator[str]:
    """A fact that the event does not mention did not change with it; who and when it always says."""
    if claim.actor != (content.get("actor") or ""):
        yield "person"
    if claim.at != str(content.get("at")).replace(".000000Z", "Z"):
        yield "moment"
    public = content.get("public", {})
    for key, cell in claim.facts.items():
        if key in public and _said(public[key]) != cell:
            yield key


def _said(value: object) -> str:
    """A fact of an event as a cell of a table has it."""
    if isinstance(value, dict):
        return _said(value.get("new"))
    if isinstance(value, list):
        listed = [each for each in value if isinstance(each, dict)]
        plain = " ".join(str(each) for each in value if not isinstance(each, dict))
        return plain or "; ".join(
            sorted(f"{each.get('item')} r{each.get('revision')} {each.get('sha256')}" for each in listed)
        )
    return "" if value is None else str(value)


def _owner_problems(tables: Tables, now: Checkpoint) -> Iterator[tuple[str, str]]:
    """An organisation's rows name its own chain."""
    for (chain, code), (path, place) in sorted(tables.owners.items()):
        owner = now.owners.get(chain)
        if owner is None or owner.code != code:
            yield (
                path,
                f"{place} and others of “{code}” name the chain {chain or 'of nobody'}, which is not its own",
            )


def _unanswered(tables: Tables, now: Checkpoint, findings: Findings) -> None:
    for (chain, seq), claims in sorted(tables.claims.items()):
        if chain in now.included:
            for claim in claims:
                findings.add(
                    rules.AUDIT, f"{claim.place} names event {seq} of chain {chain}, which is not here"
                )
        elif chain not in now.heads:
            findings.add(
                rules.CHECKPOINT, f"{claims[0].place} names the chain {chain}, which has no head here"
            )


def _compare_heads(now: Checkpoint, earlier: Mapping[str, Head], findings: Findings) -> None:
    """Chains whose events are not in this bundle can still be seen to have gone back."""
    for chain, head in sorted(earlier.items()):
        if chain not in now.heads:
            findings.notes.append(f"Chain {chain} is in the earlier bundle, but not in this one.")
        elif chain not in now.included and now.heads[chain].seq < head.seq:
            findings.add(rules.CHECKPOINT, f"chain {chain} was longer in the earlier bundle")
        elif chain not in now.included and now.heads[chain].seq == head.seq and now.heads[chain] != head:
            findings.add(rules.CHECKPOINT, f"chain {chain} ended in another event in the earlier bundle")
