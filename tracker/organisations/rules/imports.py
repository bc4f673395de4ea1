"""What a file of trusts changes, compared with what is known; nothing is read or written here."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeAlias, TypeVar

ClosedBecause: TypeAlias = Literal["file", "succession"]


class FiledOrganisation(Protocol):
    """One line of a file, whatever its format."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def region_code(self) -> str | None: ...
    @property
    def icb_code(self) -> str | None: ...
    @property
    def opened_on(self) -> date | None: ...
    @property
    def closed_on(self) -> date | None: ...


class KnownSuccession(Protocol):
    """That an organisation ended in another, and the last day on which it was open."""

    @property
    def predecessor_code(self) -> str: ...
    @property
    def predecessor_closed_on(self) -> date: ...


@dataclass(frozen=True)
class Membership:
    """Region and ICB together: a file states both at once."""

    region_code: str | None
    icb_code: str | None

    @property
    def is_stated(self) -> bool:
        """A file that gives neither says nothing of where it is; it does not say that it is nowhere."""
        return self.region_code is not None or self.icb_code is not None


@dataclass(frozen=True)
class KnownOrganisation:
    """An organisation before the import: name and membership as at the import's date, the rest as it stands.

    `name` is as filed, and None when no row reaches back to that date. `last_seen_on` is the latest as-at
    date of a file that named it; None when no file ever did (it was entered by hand), and then no file can
    miss it.
    """

    code: str
    name: str | None
    region_code: str | None
    icb_code: str | None
    opened_on: date | None
    closed_on: date | None
    absent_since: date | None
    last_seen_on: date | None

    @property
    def membership(self) -> Membership:
        return Membership(self.region_code, self.icb_code)


@dataclass(frozen=True)
class Added:
    code: str
    name: str
    membership: Membership
    opened_on: date | None


@dataclass(frozen=True)
class Renamed:
    """`old` is None when the organisation was known only from a later date."""

    code: str
    old: str | None
    new: str


@dataclass(frozen=True)
class Moved:
    code: str
    old: Membership
    new: Membership


@dataclass(frozen=True)
class Redated:
    """The open date was filled in or corrected; a new name or place may then reach back to it."""

    code: str
    old: date | None
    new: date


@dataclass(frozen=True)
class Closed:
    """`on` is the last day on which it was open, and may lie ahead."""

    code: str
    on: date
    because: ClosedBecause


@dataclass(frozen=True)
class Reopened:
    """The newest file names it without a close date, though one was known."""

    code: str
    closed_on: date


@dataclass(frozen=True)
class Absent:
    """Not in the file since `since`, and nothing known says why: reported, never guessed."""

    code: str
    since: date


@dataclass(frozen=True)
class Returned:
    """In the file again after an absence."""

    code: str
    absent_since: date


@dataclass(frozen=True)
class Unread:
    """Known, and its line was rejected: it is not absent, and nothing about it changes."""

    code: str


@dataclass(frozen=True)
class Unchanged:
    code: str


Change: TypeAlias = (
    Added | Renamed | Moved | Redated | Closed | Reopened | Absent | Returned | Unread | Unchanged
)
C = TypeVar("C", bound=Change)
KINDS: tuple[type[Change], ...] = (
    Added, Renamed, Moved, Closed, Reopened, Absent, Returned, Redated, Unread, Unchanged,
)  # fmt: skip


@dataclass(frozen=True)
class ImportPlan:
    """Everything that the file changes, by code: several changes for one organisation, or `Unchanged`.

    Changes are to be written in their order. `seen` are those whose `last_seen_on` becomes the as-at date if
    it is earlier; a rejected line counts, for it names its organisation all the same.
    """

    as_at: date
    changes: tuple[Change, ...]
    seen: frozenset[str]

    def of(self, kind: type[C]) -> tuple[C, ...]:
        return tuple(change for change in self.changes if isinstance(change, kind))

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind, `added` to `unchanged`, in the order in which people read them."""
        return {kind.__name__.lower(): len(self.of(kind)) for kind in KINDS}

    @property
    def counts_as_import(self) -> bool:
        """False when no line could be read: the date is then no date on which anybody was missing."""
        return any(not isinstance(change, Unread) for change in self.changes)

    @property
    def changes_anything(self) -> bool:
        return not all(isinstance(change, Unread | Unchanged) for change in self.changes)


@dataclass(frozen=True)
class Standing:
    """Whether an organisation is closed, or missing from the files; never both."""

    closed_on: date | None = None
    because: ClosedBecause | None = None
    absent_since: date | None = None


@dataclass(frozen=True)
class _Context:
    """What every line is judged against."""

    as_at: date
    imported: tuple[date, ...]  # with this one, in order
    ends: Mapping[str, tuple[date, ...]]


def plan_import(
    known: Mapping[str, KnownOrganisation],
    rows: Iterable[FiledOrganisation],
    successions: Iterable[KnownSuccession],
    as_at: date,
    *,
    imported: Collection[date] = (),
    unread: Collection[str] = (),
) -> ImportPlan:
    """Compare a file with what is known.

    `imported` are the as-at dates of the files already imported; `unread` are the codes of rejected lines, as
    far as they could be read. Whether an organisation is open follows from the newest file that names it and
    from the files after that one, so a file older than that leaves it alone, and the order of imports does
    not matter.
    """
    filed = {row.code: row for row in rows}
    context = _Context(as_at, tuple(sorted({*imported, as_at})), _ends(successions))
    changes: list[Change] = []
    for code in sorted({*known, *filed}):
        if code in filed:
            found = _changes_of_row(known.get(code), filed[code], context)
        elif code in unread or not filed:  # a file without one readable line proves nothing about anybody
            found = [Unread(code)]
        else:
            found = _changes_of_missing(known[code], context)
        changes.extend(found or [Unchanged(code)])
    return ImportPlan(as_at, tuple(changes), seen=frozenset({*filed, *(known.keys() & set(unread))}))


def _ends(successions: Iterable[KnownSuccession]) -> dict[str, tuple[date, ...]]:
    ends: dict[str, tuple[date, ...]] = {}
    for succession in successions:
        code = succession.predecessor_code
        ends[code] = (*ends.get(code, ()), succession.predecessor_closed_on)
    return ends


def _changes_of_row(
    known: KnownOrganisation | None, row: FiledOrganisation, context: _Context
) -> list[Change]:
    membership = Membership(row.region_code, row.icb_code)
    if known is None:
        added = Added(row.code, row.name, membership, row.opened_on)
        return [added, *_changes_of_standing(row.code, Standing(), _standing_when_named(row, context))]
    changes: list[Change] = []
    is_newest = known.last_seen_on is None or known.last_seen_on <= context.as_at
    opened_on = row.opened_on if is_newest or known.opened_on is None else known.opened_on
    if opened_on is not None and opened_on != known.opened_on:
        changes.append(Redated(row.code, known.opened_on, opened_on))
    if known.name != row.name:
        changes.append(Renamed(row.code, known.name, row.name))
    if membership.is_stated and membership != known.membership:
        changes.append(Moved(row.code, known.membership, membership))
    if is_newest:
        changes.extend(_changes_of_standing(row.code, _standing(known), _standing_when_named(row, context)))
    return changes


def _changes_of_missing(known: KnownOrganisation, context: _Context) -> list[Change]:
    last_seen = known.last_seen_on
    if last_seen is None or last_seen >= context.as_at or known.closed_on is not None:
        return []
    return list(
        _changes_of_standing(
            known.code, _standing(known), _standing_when_missing(known.code, last_seen, context)
        )
    )


def _standing(known: KnownOrganisation) -> Standing:
    return Standing(known.closed_on, None, known.absent_since)


def _standing_when_named(row: FiledOrganisation, context: _Context) -> Standing:
    """The standing when this file is the newest that names the organisation; later files then do not."""
    if row.closed_on is not None:
        return Standing(row.closed_on, "file")
    return _standing_when_missing(row.code, context.as_at, context)


def _standing_when_missing(code: str, last_seen_on: date, context: _Context) -> Standing:
    """Closed by its succession, if one is known; otherwise absent from the next file on.

    A succession that lies after the newest file does not explain why the organisation is missing already.
    """
    absent_since = next((day for day in context.imported if day > last_seen_on), None)
    if absent_since is None:
        return Standing()
    ends = [end for end in context.ends.get(code, ()) if end <= context.imported[-1]]
    return Standing(max(ends), "succession") if ends else Standing(absent_since=absent_since)


def _changes_of_standing(code: str, old: Standing, new: Standing) -> Iterator[Change]:
    if new.closed_on is not None:
        if new.closed_on != old.closed_on and new.because is not None:
            yield Closed(code, new.closed_on, new.because)
        return
    if old.closed_on is not None:
        yield Reopened(code, old.closed_on)
    if new.absent_since is not None and new.absent_since != old.absent_since:
        yield Absent(code, new.absent_since)
    if new.absent_since is None and old.absent_since is not None:
        yield Returned(code, old.absent_since)
