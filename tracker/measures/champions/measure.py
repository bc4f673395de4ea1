"""What champions offer to the pages that combine measures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from tracker.access.identity import Identity
from tracker.catalogue import queries as catalogue
from tracker.measures.base import At, Fact, Figure, Need, Row
from tracker.measures.champions import queries, rules


class Champions:
    """Recommendation 12."""

    name = "champions"
    title = "Sepsis champions"
    codes: Sequence[str] = ("SEP16-12",)
    endpoint = "champions.index"

    def figures(
        self, identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Figure]:
        return queries.list_figures(identity, organisation_ids, at)

    def series(self, identity: Identity, code: str, organisation_id: UUID, until: date) -> Sequence[Figure]:
        """Quarter ends, each as it was known at the end of that day; the days before the first decision left out."""
        return queries.list_trend(identity, organisation_id, until)

    def needs(self, identity: Identity, organisation_id: UUID, today: date) -> Sequence[Need]:
        picture = queries.list_pictures(identity, [organisation_id]).get(organisation_id, rules.Picture())
        named = queries.may_see_names(identity, organisation_id)
        tasks = queries.list_tasks(identity, organisation_id)
        return rules.attention(picture, today, catalogue.get_marks(), tasks, named=named)

    def rows(self, organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
        return queries.iter_rows(organisation_ids, at)

    def facts(
        self, identity: Identity, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Mapping[str, Fact]]:
        """`owner`: sepsis training has a named owner and a deputy; absent where nobody ever held the role."""
        pictures = queries.list_pictures(identity, organisation_ids, at.moment)
        found = {each: rules.owner(picture, at.day) for each, picture in pictures.items()}
        return {each: {"owner": Fact(*fact)} for each, fact in found.items() if fact is not None}


MEASURE = Champions()
