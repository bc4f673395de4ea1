"""A bundle's plan from a saved request, and what a bundle would hold before anybody asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from tracker.access.identity import Identity
from tracker.audit.models import PLATFORM
from tracker.audit.rules import PLATFORM as PLATFORM_NAME
from tracker.exports import rules
from tracker.exports.models import ExportRequest
from tracker.exports.queries.cut import Chosen, Cut, cut_of, require_scope
from tracker.exports.queries.events import LeftOut, audit_lines, left_out
from tracker.exports.queries.ledger_controls import count_ledgers, ledger_controls
from tracker.exports.queries.ledgers import LEDGERS
from tracker.exports.queries.measured import measure_controls, measure_rows
from tracker.exports.queries.reading import Reading
from tracker.exports.queries.records import (
    action_rows,
    control_rows,
    count_records,
    finding_rows,
    progress_rows,
)
from tracker.exports.queries.reference import catalogue_rows, people_rows
from tracker.exports.queries.register import Holding, Store, count_register, evidence_rows, file_members
from tracker.exports.rules import COLUMNS, Omission, OmissionReason
from tracker.exports.writers import BundlePlan, Signer, TableMember, TextMember, checkpoint_json, index_html

Row = Sequence[object]
NAMED_AT_MOST = 20
# Raised when the tables of the same request come to say something else: what was kept of it is then made anew.
LAYOUT = 6


def _control_rows(cut: Cut) -> Iterator[Row]:
    yield from control_rows(cut)
    yield from measure_controls(cut)
    yield from ledger_controls(cut)


_TABLES: Mapping[str, tuple[Callable[[Cut], Iterable[Row]], str]] = {
    "progress.csv": (
        progress_rows,
        "Where each organisation stood on each recommendation, and how it got there",
    ),
    "measures.csv": (
        measure_rows,
        "The figures of the day, their parts, and the rows of the registers behind them",
    ),
    "actions.csv": (action_rows, "What was still to be done, with every change"),
    "evidence.csv": (evidence_rows, "Every file and link, those taken out of use and replaced ones too"),
    "findings.csv": (finding_rows, "What national leads and auditors found when they checked"),
    **LEDGERS,
    "catalogue.csv": (
        catalogue_rows,
        "Wordings of the day, rules of figures, marks that count as enough, versions of guidelines",
    ),
    "people.csv": (people_rows, "Who held which role, under numbers instead of names"),
    "control.csv": (_control_rows, "Totals to count again"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pack would hold if it were asked for now."""

    cut: Cut
    records: int
    entries: int
    actions: int
    findings: int
    events: int
    holding: Holding
    withheld: int
    redacted: int
    registers: Mapping[str, int]


def plan_bundle(
    identity: Identity | None, request: ExportRequest, store: Store, signer: Signer | None
) -> BundlePlan:
    """The plan of a saved request: the same bytes each time. Raises NotFound for what is out of scope."""
    cut = cut_of(request)
    require_scope(identity, cut.organisations)
    files = file_members(cut, store)
    omissions = _omissions(cut, left_out(cut))
    reading = Reading(cut)
    page = partial(_page, cut, request.id, reading, len(files))
    return BundlePlan(
        created=cut.at,
        bag_info=_bag_info(cut, request.id, signer),
        tables=[_table(cut, name, reading) for name in _TABLES],
        texts=[
            TextMember(rules.AUDIT, partial(audit_lines, cut)),
            TextMember(rules.CHECKPOINT, partial(_checkpoint, cut)),
            TextMember(rules.INDEX, page),
        ],
        files=files,
        omissions=omissions,
        signer=signer,
        key=_key(request.id, omissions),
    )


def _key(request_id: UUID, omissions: Sequence[Omission]) -> str:
    """A text that is taken out later makes another pack of the same request, and so does another layout."""
    decides = repr((LAYOUT, [each.row() for each in omissions]))
    return f"{request_id}-{hashlib.sha256(decides.encode()).hexdigest()[:16]}"


def preview(cut: Cut, store: Store, *, absent: bool = True) -> Preview:
    """Counts by the database; the store is asked only whether each file is there.

    `absent=False` leaves out the search of every text for names, which takes longest.
    """
    texts = left_out(cut) if absent else {}
    records = count_records(cut)
    return Preview(
        cut=cut,
        records=records["records"],
        entries=records["entries"],
        actions=records["actions"],
        findings=records["findings"],
        events=sum(cut.heads[each.id].seq for each in cut.organisations),
        holding=count_register(cut, store),
        withheld=sum(each.withheld for each in texts.values()),
        redacted=sum(each.redacted for each in texts.values()),
        registers=count_ledgers(cut),
    )


def _table(cut: Cut, name: str, reading: Reading) -> TableMember:
    rows = partial(_TABLES[name][0], cut)
    return TableMember(f"data/{name}", COLUMNS[name], partial(reading.passing, name, rows))


def _omissions(cut: Cut, absent: Mapping[UUID, LeftOut]) -> list[Omission]:
    return [
        omission
        for each in cut.organisations
        if each.id in absent
        for omission in _omissions_of(each, absent[each.id])
    ]


def _omissions_of(chosen: Chosen, absent: LeftOut) -> Iterator[Omission]:
    """One row for a chain and a reason; the events themselves are there, with the digests of their texts."""
    member = f"{rules.AUDIT}#{chosen.chain}"
    if absent.withheld:
        what = f"The text of {absent.withheld} events of {chosen.code} holds names of people, which were not asked for."
        yield Omission(member, OmissionReason.WITHHELD, what)
    if absent.redacted:
        what = f"The text of {absent.redacted} events of {chosen.code} was removed for confidentiality."
        yield Omission(member, OmissionReason.REDACTED, what)


def _bag_info(cut: Cut, request_id: UUID, signer: Signer | None) -> dict[str, str]:
    info = {
        "Bag-Software-Agent": "Recommendation tracker",
        "External-Identifier": str(request_id),
        "External-Description": "Evidence pack: positions, evidence and audit trail on recommendations",
        rules.AS_AT: cut.as_at.isoformat(),
        "Organisations": str(len(cut.organisations)),
        "Recommendations": " ".join(cut.recommendations),
    }
    if signer is not None:
        info[rules.SEAL_KEY] = f"ed25519 {signer.public_key.hex()}"
    return info


def _checkpoint(cut: Cut) -> Iterator[bytes]:
    heads = {_name(key): head for key, head in cut.heads.items()}
    included = {each.chain: (each.code, each.kind) for each in cut.organisations}
    yield checkpoint_json(at=cut.at, heads=heads, included=included)


def _name(chain_id: UUID) -> str:
    return PLATFORM_NAME if chain_id == PLATFORM else str(chain_id)


def _page(cut: Cut, request_id: UUID, reading: Reading, files: int) -> Iterator[bytes]:
    tables = [(name, what, reading.rows[name]) for name, (_rows, what) in _TABLES.items()]
    events = sum(cut.heads[each.id].seq for each in cut.organisations)
    tables.append(("audit.jsonl", "The audit trail of each organisation from its first event on", events))
    if files:
        tables.append(("evidence/", "The files of evidence", files))
    yield index_html(_title(cut), _facts(cut, request_id), tables, reading.standings())


def _title(cut: Cut) -> str:
    if len(cut.organisations) == 1:
        return f"Evidence pack: {cut.organisations[0].name}"
    return f"Evidence pack: {len(cut.organisations):,} organisations"


def _facts(cut: Cut, request_id: UUID) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("Position on", cut.as_at),
        ("Holds what was recorded up to", cut.at),
        ("Organisations", _named(cut.organisations)),
        ("Recommendations", ", ".join(cut.recommendations)),
        ("Names of people", "Left out: people stand under numbers (people.csv)"),
        ("Number of this request", request_id),
    ]
    if cut.demonstration:
        facts.insert(0, ("Demonstration", "Organisations, people and figures here are invented"))
    return facts


def _named(organisations: Sequence[Chosen]) -> str:
    named = "; ".join(f"{each.name} ({each.code})" for each in organisations[:NAMED_AT_MOST])
    more = len(organisations) - NAMED_AT_MOST
    return f"{named}; and {more} more, in progress.csv" if more > 0 else named
