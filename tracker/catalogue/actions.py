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
class _Standing:
    """What the tables say before a file is projected into them, each by the code of its recommendation."""

    rows: Mapping[str, Recommendation]
    versions: Mapping[str, RecommendationVersion]
    kinds: Mapping[str, Mapping[str, RecommendationKind]]


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
    known = _read_standing()
    codes = sorted({*files, *(row.report_code for row in known.rows.values())})
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
    known: _Standing,
    actor_id: UUID | None,
) -> SyncResult:
    became: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "retired": []}
    plain = {} if file is None else _plain(asdict(file))
    bodies = {item["code"]: _body(plain, item) for item in plain.get("recommendations", [])}
    if plain and _keep_report(plain):
        became["changed"].append(code)
    for item, body in bodies.items():
        became[_keep(item, body, known)].append(item)
    # What refers to a recommendation is written after it: no mapping tells the unit of work the order.
    db.session.flush()
    for item in [each for each in bodies if each not in became["unchanged"]]:
        _replace_version(chain, item, bodies[item], known)
    became["retired"] += _retire(chain, code, known, bodies)
    db.session.flush()
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


def _body(report: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """All that a version holds. The marks that held on its day are part of what it was."""
    values = _values(report["code"], item)
    return {"code": item["code"], **values, "owed_by": item["owed_by"], "thresholds": report["thresholds"]}


def _keep(code: str, body: dict[str, Any], known: _Standing) -> str:
    """Added, changed or unchanged: the version that stands decides, for it holds all that the file says."""
    version, row = known.versions.get(code), known.rows.get(code)
    if version is not None and version.body == body:
        return "unchanged"
    values = {name: value for name, value in body.items() if name not in {"code", "owed_by", "thresholds"}}
    if row is None:
        db.session.add(Recommendation(code=code, retired_at=None, **values))
        return "added"
    _set(row, values | {"retired_at": None})
    return "changed"


def _replace_version(chain: Chain, code: str, body: dict[str, Any], known: _Standing) -> None:
    _close(chain, known.versions.get(code))
    _keep_kinds(code, known.kinds.get(code, {}), set(body["owed_by"]))
    db.session.add(RecommendationVersion(recommendation_code=code, body=body, recorded_at=chain.recorded_at))


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


def _keep_kinds(code: str, rows: Mapping[str, RecommendationKind], wanted: set[str]) -> None:
    for kind in rows.keys() - wanted:
        db.session.delete(rows[kind])
    for kind in sorted(wanted - rows.keys()):
        db.session.add(RecommendationKind(recommendation_code=code, kind=kind))


def _retire(chain: Chain, report: str, known: _Standing, wanted: Collection[str]) -> list[str]:
    """What no file names: kept with its versions, out of lists and denominators from now on."""
    rows = [row for row in known.rows.values() if row.report_code == report]
    leaving = [row for row in rows if row.code not in wanted and row.retired_at is None]
    for row in leaving:
        row.retired_at = chain.recorded_at
        _close(chain, known.versions.get(row.code))
    return sorted(row.code for row in leaving)


def _read_standing() -> _Standing:
    """Three reads for however many recommendations there are."""
    kinds: dict[str, dict[str, RecommendationKind]] = {}
    for kind in db.session.scalars(select(RecommendationKind)):
        kinds.setdefault(kind.recommendation_code, {})[kind.kind] = kind
    standing = select(RecommendationVersion).where(RecommendationVersion.superseded_at.is_(None))
    return _Standing(
        rows={row.code: row for row in db.session.scalars(select(Recommendation))},
        versions={row.recommendation_code: row for row in db.session.scalars(standing)},
        kinds=kinds,
    )


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
