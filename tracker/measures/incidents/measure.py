"""What the register offers to the pages that combine measures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from tracker.access.identity import Identity
from tracker.measures.base import At, Figure, Need, Row
from tracker.measures.incidents import queries
from tracker.measures.incidents.rules import CODE, NAME


class Incidents:
    """Recommendation 18. Whoever asks: people with a role in the trust get its figure, others what may leave it."""

    name = NAME
    title = "Learning from incidents"
    codes: Sequence[str] = (CODE,)
    endpoint = "incidents.register"

    def figures(
        self, identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Figure]:
        return queries.figures(identity, code, organisation_ids, at)

    def series(self, identity: Identity, code: str, organisation_id: UUID, until: date) -> Sequence[Figure]:
        return queries.series(identity, organisation_id, until) if code == CODE else []

    def needs(self, identity: Identity, organisation_id: UUID, today: date) -> Sequence[Need]:
        return queries.list_needs(identity, organisation_id, today)

    def rows(self, organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
        return queries.pack_rows(organisation_ids, at)


MEASURE = Incidents()
