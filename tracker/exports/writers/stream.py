"""Writes a plan as a ZIP that is also a BagIt bag, the same bytes each time, from any byte on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Self

from tracker.exports import rules
from tracker.exports.rules import Omission, ZipEntry
from tracker.exports.writers.formats import bag_info, csv_chunks, manifest, seal
from tracker.exports.writers.members import Body, CheckedFile, Spool, Tally, check_file, temporary
from tracker.exports.writers.plan import (
    BundleBroken,
    BundlePlan,
    FileMember,
    Shelf,
    TableMember,
    TextMember,
)


def stream_bundle(plan: BundlePlan) -> Iterator[bytes]:
    """The whole bundle; nothing is sent before every file has been checked."""
    return stream_range(plan, 0, None)


def bundle_length(plan: BundlePlan) -> int:
    """Exactly how many bytes `stream_bundle` gives while the store holds."""
    with PreparedBundle(plan) as bundle:
        return bundle.length


def stream_range(plan: BundlePlan, start: int, end: int | None) -> Iterator[bytes]:
    """Bytes `start` up to, not including, `end`; files outside the range are not sent, but still checked."""
    with PreparedBundle(plan) as bundle:
        yield from bundle.stream(start, end)


@dataclass(frozen=True, slots=True)
class _Part:
    """A member whose size and CRC are known; `body(at)` gives its bytes from `at` on."""

    entry: ZipEntry
    sha256: str
    body: Callable[[int], Body]


class PreparedBundle:
    """A plan whose tables are in temporary files and whose evidence was checked: so its length is known.

    Tables are spooled, and not made again for sending, so that no database transaction is open while a client
    reads. Close it (or use it in a `with`) to remove the temporary files.
    """

    def __init__(self, plan: BundlePlan, shelf: Shelf | None = None) -> None:
        _check_plan(plan)
        self.plan = plan
        self._shelf = shelf if plan.key else None
        self.omissions: list[Omission] = []
        self._stack = ExitStack()
        self._parts: list[_Part] = []
        self._offset = 0
        self._stamp = rules.zip_date(plan.created)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stack.close()

    @property
    def length(self) -> int:
        return self._offset + len(self._directory)

    @property
    def etag(self) -> str:
        """A strong validator: the tag manifest covers every byte but the ZIP's own, which follow from it."""
        return self._parts[-1].sha256

    @property
    def manifest_sha256(self) -> str:
        return next(part.sha256 for part in self._parts if part.entry.path == rules.MANIFEST)

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes `start` up to, not including, `end`. Raises BundleBroken when the store changed meanwhile."""
        end = self.length if end is None else min(end, self.length)
        position = 0
        for size, body in self._segments():
            skip = max(0, start - position)
            wanted = min(size, end - position) - skip
            if wanted > 0:
                yield from _exactly(body(skip), wanted)
            position += size
            if position >= end:
                return

    def _segments(self) -> Iterator[tuple[int, Callable[[int], Body]]]:
        for part in self._parts:
            head = rules.local_header(part.entry, self._stamp)
            yield len(head), _from_bytes(head)
            yield part.entry.size, part.body
        yield len(self._directory), _from_bytes(self._directory)

    # Preparing, in the order of the ZIP. bag-info.txt needs the totals, so everything is known before it.

    def _prepare(self) -> None:
        checked = {each.path: each for each in self._checked_files()}
        generated = self._generated()
        self._add_sorted(generated, checked)
        self._add_last()
        entries = [part.entry for part in self._parts]
        self._directory = b"".join(rules.directory(entries, self._stamp, self._offset))

    def _checked_files(self) -> Iterator[CheckedFile]:
        self.omissions += self.plan.omissions
        for member in self.plan.files:
            result = check_file(member, self.plan.altered)
            if isinstance(result, Omission):
                self.omissions.append(result)
            else:
                yield result

    def _generated(self) -> dict[str, Spool]:
        """From the shelf where they were made before, each held against its digest; made where not."""
        kept = self._kept()
        if kept is None:
            kept = self._made()
            if self._shelf:
                members = ((path, spool.sha256, spool.handle) for path, spool in kept.items())
                self._shelf.keep(self.plan.key, members, sum(each.size for each in kept.values()))
        return kept

    def _kept(self) -> dict[str, Spool] | None:
        found = self._shelf.find(self.plan.key, self._stack) if self._shelf else None
        wanted = {table.path for table in self.plan.tables} | {text.path for text in self.plan.texts}
        if found is None or found.keys() != wanted:
            return None
        spools = {}
        for path, (handle, digest) in found.items():
            tally = Tally().all_of(handle)
            if tally.sha256 != digest:
                return None
            spools[path] = Spool(handle, tally.size, tally.crc, digest)
        return spools

    def _made(self) -> dict[str, Spool]:
        found: dict[str, Spool] = {}
        for table in self.plan.tables:
            found[table.path] = self._spool(csv_chunks(table.header, table.rows()))
        for text in self.plan.texts:
            found[text.path] = self._spool(text.chunks())
        return found

    def _add_sorted(self, generated: Mapping[str, Spool], checked: Mapping[str, CheckedFile]) -> None:
        rows = [omission.row() for omission in sorted(self.omissions, key=_omission_order)]
        self._omitted = self._spool(csv_chunks(rules.COLUMNS["omissions.csv"], rows))
        payload: list[Spool | CheckedFile] = [self._omitted, *generated.values(), *checked.values()]
        info = bag_info(self.plan, total=sum(each.size for each in payload), count=len(payload))
        spools = {
            **generated,
            rules.BAG_INFO: self._spool([info]),
            rules.BAGIT: self._spool([rules.BAGIT_TEXT]),
        }
        for path in sorted((*spools, *checked)):
            self._add(path, spools[path] if path in spools else checked[path])

    def _add_last(self) -> None:
        self._add(rules.OMISSIONS, self._omitted)
        listed = self._spool(manifest(self._digests(payload=True)))
        if self.plan.signer:
            sealed = {**self._digests(payload=False), rules.MANIFEST: listed.sha256}
            self._add(rules.SEAL, self._spool([seal(self.plan.signer, sealed)]))
        self._add(rules.MANIFEST, listed)
        self._add(rules.TAG_MANIFEST, self._spool(manifest(self._digests(payload=False))))

    def _add(self, path: str, source: Spool | CheckedFile) -> None:
        entry = ZipEntry(path, source.size, source.crc, self._offset)
        self._parts.append(_Part(entry, source.sha256, source.body))
        self._offset += len(rules.local_header(entry, self._stamp)) + source.size

    def _digests(self, *, payload: bool) -> dict[str, str]:
        parts = (part for part in self._parts if _is_payload(part.entry.path) is payload)
        return {part.entry.path: part.sha256 for part in parts}

    def _spool(self, chunks: Iterable[bytes]) -> Spool:
        handle = self._stack.enter_context(temporary())
        tally = Tally()
        for chunk in chunks:
            tally.add(chunk)
            handle.write(chunk)
        return Spool(handle, tally.size, tally.crc, tally.sha256)


def _check_plan(plan: BundlePlan) -> None:
    members: list[TableMember | TextMember | FileMember] = [*plan.tables, *plan.texts, *plan.files]
    paths = [member.path for member in members]
    for path in paths:
        rules.member_path(path)
        if not _is_payload(path) or path == rules.OMISSIONS:
            raise ValueError(f"{path} is not for a plan to write")
    for path, what in rules.path_clashes((*paths, rules.OMISSIONS)):
        raise ValueError(f"{path} {what}")


def _is_payload(path: str) -> bool:
    return path.startswith("data/")


def _omission_order(omission: Omission) -> tuple[str, str]:
    return omission.member, omission.explanation


def _exactly(body: Body, wanted: int) -> Iterator[bytes]:
    with closing(body) as chunks:
        for chunk in chunks:
            yield chunk[:wanted]
            wanted -= len(chunk[:wanted])
            if not wanted:
                return
    # The rest of the ZIP stands at offsets that are already promised: too little is as wrong as other bytes.
    raise BundleBroken("a member became shorter while it was being sent")


def _from_bytes(content: bytes) -> Callable[[int], Body]:
    def body(at: int) -> Body:
        yield content[at:]

    return body
