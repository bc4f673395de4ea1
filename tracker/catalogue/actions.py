"""Writing the catalogue: the report files projected into tables, again and again, with the same result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.loader import ReportFile
from tracker.catalogue.models import Recommendation, RecommendationKind, RecommendationVersion, Report
from tracker.catalogue.rules import text_digest
from tracker.extensions import db

COLUMNS = ("number", "text", "short_title", "plain", "theme", "measure")
FLAGS = ("consider", "conditional", "not_applicable_allowed")
HEAD = ("title", "publisher", "published")


@dataclass(frozen=True, slots=True)
class SyncResult:
    """Codes of recommendations, and of reports whose own entry changed, by what became of them."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()

    @property
    def touched(self) -> tuple[str, ...]:
        return tuple(sorted({*self.added, *self.changed, *self.retired}))


def sync_catalogue(reports: Iterable[ReportFile], actor_id: UUID | None = None) -> SyncResult:
    """Make the tables say what all the files say. What no file names any longer is retired, never deleted."""
    chain = audit.open_chain()
    files = {report.code: report for report in reports}
    known = {row.code: row for row in db.session.scalars(select(Recommendation))}
    codes = sorted({*files, *(row.report_code for row in known.values())})
    results = [_sync_report(chain, code, files.get(code), known, actor_id) for code in codes]
    return SyncResult(
        added=tuple(code for each in results for code in each.added),
        changed=tuple(code for each in results for code in each.changed),
        unchanged=tuple(code for each in results for code in each.unchanged),
        retired=tuple(code for each in results for code in each.retired),
    )


def _sync_report(
    chain: Chain,
    code: str,
    file: ReportFile | None,
    known: Mapping[str, Recommendation],
    actor_id: UUID | None,
) -> SyncResult:
    became: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "retired": []}
    plain = {} if file is None else _plain(asdict(file))
    items = {item["code"]: item for item in plain.get("recommendations", [])}
    if plain and _keep_report(plain):
        became["changed"].append(code)
    for item in items.values():
        became[_keep(chain, plain, item, known.get(item["code"]))].append(item["code"])
    rows = [row for row in known.values() if row.report_code == code]
    became["retired"] += _retire(chain, rows, items)
    result = SyncResult(**{name: tuple(codes) for name, codes in became.items()})
    if result.touched:
        _record(chain, code, plain, result, actor_id)
    return result


def _keep_report(plain: Mapping[str, Any]) -> bool:
    """Whether a report that was known already says something else now."""
    details = {name: value for name, value in plain.items() if name not in {"code", "recommendations", *HEAD}}
    values = {**{name: plain[name] for name in HEAD}, "details": details}
    row = db.session.get(Report, plain["code"])
    if row is None:
        db.session.add(Report(code=plain["code"], **values))
        db.session.flush()
        return False
    before = {name: getattr(row, name) for name in values}
    _set(row, values)
    return before != values


def _keep(
    chain: Chain, report: Mapping[str, Any], item: Mapping[str, Any], row: Recommendation | None
) -> str:
    """Added, changed or unchanged: the version that stands decides, for it holds all that the file says."""
    values = _values(report["code"], item)
    # The marks that held on its day are part of what a version was.
    body = {"code": item["code"], **values, "owed_by": item["owed_by"], "thresholds": report["thresholds"]}
    version = _standing_version(item["code"])
    if version is not None and version.body == body:
        return "unchanged"
    if row is None:
        db.session.add(Recommendation(code=item["code"], retired_at=None, **values))
    else:
        _set(row, values | {"retired_at": None})
    _close(chain, version)
    db.session.flush()
    _keep_kinds(item["code"], set(item["owed_by"]))
    _add_version(chain, item["code"], body)
    return "added" if row is None else "changed"


def _values(report: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Columns, and in `details` whatever else the file says of it."""
    columns = {name: item[name] for name in (*COLUMNS, *FLAGS)}
    elsewhere = {*columns, "code", "group", "owed_by"}
    return {
        **columns,
        "report_code": report,
        "group_code": item["group"],
        "text_digest": text_digest(item["text"]),
        "details": {name: value for name, value in item.items() if name not in elsewhere},
    }


def _keep_kinds(code: str, wanted: set[str]) -> None:
    query = select(RecommendationKind).where(RecommendationKind.recommendation_code == code)
    rows = {row.kind: row for row in db.session.scalars(query)}
    for kind in rows.keys() - wanted:
        db.session.delete(rows[kind])
    for kind in sorted(wanted - rows.keys()):
        db.session.add(RecommendationKind(recommendation_code=code, kind=kind))


def _add_version(chain: Chain, code: str, body: dict[str, Any]) -> None:
    db.session.add(RecommendationVersion(recommendation_code=code, body=body, recorded_at=chain.recorded_at))
    db.session.flush()


def _retire(chain: Chain, rows: Iterable[Recommendation], wanted: Collection[str]) -> list[str]:
    """What no file names: kept with its versions, out of lists and denominators from now on."""
    leaving = [row for row in rows if row.code not in wanted and row.retired_at is None]
    for row in leaving:
        row.retired_at = chain.recorded_at
        _close(chain, _standing_version(row.code))
    db.session.flush()
    return sorted(row.code for row in leaving)


def _standing_version(code: str) -> RecommendationVersion | None:
    query = select(RecommendationVersion).where(
        RecommendationVersion.recommendation_code == code, RecommendationVersion.superseded_at.is_(None)
    )
    return db.session.scalars(query).one_or_none()


def _close(chain: Chain, version: RecommendationVersion | None) -> None:
    if version is not None:
        version.superseded_at = chain.recorded_at


def _set(row: Report | Recommendation, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _record(
    chain: Chain, code: str, plain: Mapping[str, Any], result: SyncResult, actor_id: UUID | None
) -> None:
    public: dict[str, Any] = {
        "report": code,
        "added": len(result.added),
        "changed": len(result.changed),
        "unchanged": len(result.unchanged),
        "retired": len(result.retired),
        "codes": list(result.touched),
    }
    if plain:
        public["source_digest"] = _digest(plain)
    audit.record(chain, "catalogue.synced", actor_id=actor_id, subject=("report", code), public=public)


def _plain(value: Any) -> Any:
    """As JSON gives it back, so that what is compared equals what is stored: lists, and days as text."""
    return json.loads(json.dumps(value, default=str))


def _digest(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
