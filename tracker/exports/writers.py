"""Writes the evidence bundle as a ZIP that is also a BagIt bag; what goes into it is decided by queries."""

import csv
import hashlib
import html
import io
import shutil
import tempfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import IO, BinaryIO, Protocol, Self, TypeAlias

from tracker.audit.rules import ChainEvent, Head, canonical, timestamp
from tracker.exports import rules
from tracker.exports.rules import Omission, OmissionReason, ZipEntry

_CHUNK = 256 * 1024
_IN_MEMORY = 1024 * 1024

_Body: TypeAlias = Generator[bytes, None, None]


# --- what to write ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TableMember:
    """A CSV under `data/`; `rows` is called once for each time that the bundle is prepared."""

    path: str
    header: Sequence[str]
    rows: Callable[[], Iterable[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class TextMember:
    """Any other generated member, as bytes."""

    path: str
    chunks: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class FileMember:
    """A stored evidence file, as recorded; `open` may raise FileNotFoundError or one of `plan.altered`."""

    path: str
    sha256: str
    size: int
    open: Callable[[], BinaryIO]


class Signer(Protocol):
    """Makes the dated seal: Ed25519, whose signature of the same bytes is always the same."""

    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """Everything that decides the bytes. `created` is the moment of the cut-off, never of the download."""

    created: datetime
    bag_info: Mapping[str, str]
    tables: Sequence[TableMember]
    texts: Sequence[TextMember]
    files: Sequence[FileMember]
    omissions: Sequence[Omission] = ()
    signer: Signer | None = None
    altered: tuple[type[Exception], ...] = ()


class BundleBroken(Exception):
    """A file changed in the store while the bundle was being sent: the download must break off, not go on."""


# --- the stream -------------------------------------------------------------------------------------------


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
    body: Callable[[int], _Body]


class PreparedBundle:
    """A plan whose tables are in temporary files and whose evidence was checked: so its length is known.

    Tables are spooled, and not made again for sending, so that no database transaction is open while a client
    reads. Close it (or use it in a `with`) to remove the temporary files.
    """

    def __init__(self, plan: BundlePlan) -> None:
        _check_plan(plan)
        self.plan = plan
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

    def _segments(self) -> Iterator[tuple[int, Callable[[int], _Body]]]:
        for part in self._parts:
            head = rules.local_header(part.entry, self._stamp)
            yield len(head), _from_bytes(head)
            yield part.entry.size, part.body
        yield len(self._directory), _from_bytes(self._directory)

    # Preparing, in the order of the ZIP. bag-info.txt needs the totals, so everything is known before it.

    def _prepare(self) -> None:
        checked = {member.path: member for member in self._checked_files()}
        generated = self._generated()
        self._add_sorted(generated, checked)
        self._add_last()
        entries = [part.entry for part in self._parts]
        self._directory = b"".join(rules.directory(entries, self._stamp, self._offset))

    def _checked_files(self) -> Iterator["_CheckedFile"]:
        self.omissions += self.plan.omissions
        for member in self.plan.files:
            result = _check_file(member, self.plan.altered)
            if isinstance(result, Omission):
                self.omissions.append(result)
            else:
                yield result

    def _generated(self) -> dict[str, "_Spool"]:
        found: dict[str, _Spool] = {}
        for table in self.plan.tables:
            found[table.path] = self._spool(csv_chunks(table.header, table.rows()))
        for text in self.plan.texts:
            found[text.path] = self._spool(text.chunks())
        return found

    def _add_sorted(self, generated: Mapping[str, "_Spool"], checked: Mapping[str, "_CheckedFile"]) -> None:
        rows = [omission.row() for omission in sorted(self.omissions, key=_omission_order)]
        self._omitted = self._spool(csv_chunks(rules.COLUMNS["omissions.csv"], rows))
        sizes = [each.size for each in (self._omitted, *generated.values(), *checked.values())]
        info = _bag_info(self.plan, total=sum(sizes), count=len(sizes))
        spools = {
            **generated,
            rules.BAG_INFO: self._spool([info]),
            rules.BAGIT: self._spool([rules.BAGIT_TEXT]),
        }
        for path in sorted((*spools, *checked)):
            self._add(path, spools[path] if path in spools else checked[path])

    def _add_last(self) -> None:
        self._add(rules.OMISSIONS, self._omitted)
        manifest = self._spool(_manifest(self._parts, payload=True))
        if self.plan.signer:
            tags = {part.entry.path: part.sha256 for part in self._parts if not _is_payload(part.entry.path)}
            sealed = {**tags, rules.MANIFEST: manifest.sha256}
            self._add(rules.SEAL, self._spool([_seal(self.plan.signer, sealed)]))
        self._add(rules.MANIFEST, manifest)
        self._add(rules.TAG_MANIFEST, self._spool(_manifest(self._parts, payload=False)))

    def _add(self, path: str, source: "_Spool | _CheckedFile") -> None:
        entry = ZipEntry(path, source.size, source.crc, self._offset)
        self._parts.append(_Part(entry, source.sha256, source.body))
        self._offset += len(rules.local_header(entry, self._stamp)) + source.size

    def _spool(self, chunks: Iterable[bytes]) -> "_Spool":
        handle = self._stack.enter_context(_temporary())
        tally = _Tally()
        for chunk in chunks:
            tally.add(chunk)
            handle.write(chunk)
        return _Spool(handle, tally.size, tally.crc, tally.sha256)


def _check_plan(plan: BundlePlan) -> None:
    paths = [member.path for member in (*plan.tables, *plan.texts, *plan.files)]
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


def _exactly(body: _Body, wanted: int) -> Iterator[bytes]:
    with closing(body) as chunks:
        for chunk in chunks:
            yield chunk[:wanted]
            wanted -= len(chunk[:wanted])
            if not wanted:
                return
    # The rest of the ZIP stands at offsets that are already promised: too little is as wrong as other bytes.
    raise BundleBroken("a member became shorter while it was being sent")


def _from_bytes(content: bytes) -> Callable[[int], _Body]:
    def body(at: int) -> _Body:
        yield content[at:]

    return body


# --- members ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tally:
    """Size, CRC and digest of bytes as they pass."""

    size: int = 0
    crc: int = 0
    _sha: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self.crc = zlib.crc32(chunk, self.crc)
        self._sha.update(chunk)

    def all_of(self, handle: IO[bytes]) -> Self:
        for chunk in _chunks(handle):
            self.add(chunk)
        return self

    @property
    def sha256(self) -> str:
        return self._sha.hexdigest()


@dataclass(frozen=True, slots=True)
class _Spool:
    """Generated bytes in a temporary file."""

    handle: IO[bytes]
    size: int
    crc: int
    sha256: str

    def body(self, at: int) -> _Body:
        while at < self.size:
            # Seeking each time lets two streams of one prepared bundle take turns.
            self.handle.seek(at)
            chunk = self.handle.read(_CHUNK)
            at += len(chunk)
            yield chunk


@dataclass(frozen=True, slots=True)
class _CheckedFile:
    """An evidence file that was as recorded when the bundle was prepared; checked again when it is sent."""

    member: FileMember
    crc: int
    altered: tuple[type[Exception], ...]

    @property
    def path(self) -> str:
        return self.member.path

    @property
    def size(self) -> int:
        return self.member.size

    @property
    def sha256(self) -> str:
        return self.member.sha256

    def body(self, at: int) -> _Body:
        with ExitStack() as stack:
            try:
                handle = stack.enter_context(closing(self.member.open()))
                source = _rewindable(handle, stack)
                found = _Tally().all_of(source).sha256
            except (FileNotFoundError, *self.altered) as error:
                raise BundleBroken(f"{self.path} went away while the bundle was being sent") from error
            if found != self.sha256:
                raise BundleBroken(f"{self.path} was altered while the bundle was being sent")
            source.seek(at)
            yield from _chunks(source)


def _check_file(member: FileMember, altered: tuple[type[Exception], ...]) -> _CheckedFile | Omission:
    """Only what is missing or altered is left out: a store that does not answer fails the whole export."""
    try:
        with closing(member.open()) as handle:
            tally = _Tally().all_of(handle)
    except FileNotFoundError:
        return _left_out(member, OmissionReason.MISSING, "The evidence store does not have this file.")
    except altered:
        return _left_out(member, OmissionReason.ALTERED, "The stored file is not the one that was recorded.")
    if (tally.sha256, tally.size) != (member.sha256, member.size):
        what = f"The stored file ({tally.size} bytes) is not the one that was recorded."
        return _left_out(member, OmissionReason.ALTERED, what, tally.sha256)
    return _CheckedFile(member, tally.crc, altered)


def _left_out(member: FileMember, reason: OmissionReason, what: str, found: str = "") -> Omission:
    explanation = f"{what} Noticed when this bundle was written; once put back, a later download holds it."
    return Omission(member.path, reason, explanation, member.sha256, member.size, found)


def _rewindable(handle: BinaryIO, stack: ExitStack) -> IO[bytes]:
    """The same bytes in something that can be read twice, so that what was checked is what is sent."""
    if handle.seekable():
        return handle
    copy = stack.enter_context(_temporary())
    shutil.copyfileobj(handle, copy, _CHUNK)
    copy.seek(0)
    return copy


def _temporary() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 — the caller closes it


def _chunks(handle: IO[bytes]) -> Iterator[bytes]:
    while chunk := handle.read(_CHUNK):
        yield chunk


# --- formats ----------------------------------------------------------------------------------------------


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8; every cell made safe; ValueError for a row of another width than the header."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells under {len(header)} columns")
        writer.writerow([rules.safe_cell(value) for value in row])
        if buffer.tell() > _CHUNK:
            yield _drained(buffer)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _manifest(parts: Sequence[_Part], *, payload: bool) -> Iterator[bytes]:
    digests = {part.entry.path: part.sha256 for part in parts if _is_payload(part.entry.path) is payload}
    return (f"{digests[path]}  {path}\n".encode() for path in sorted(digests))


def _bag_info(plan: BundlePlan, *, total: int, count: int) -> bytes:
    own = {
        rules.BAGGING_DATE: plan.created.astimezone(UTC).date().isoformat(),
        rules.CUT_OFF: timestamp(plan.created),
        rules.OXUM: f"{total}.{count}",
    }
    clash = {label.lower() for label in own} & {label.lower() for label in plan.bag_info}
    if clash or any(":" in label or label != " ".join(label.split()) for label in plan.bag_info):
        raise ValueError("bag-info labels are plain words, and the bundle writes its own date and totals")
    lines = {**plan.bag_info, **own}.items()
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in lines).encode()


def seal_message(tags: Mapping[str, str]) -> bytes:
    """What the seal signs: the digests of the manifest and of the files that say what the bundle is."""
    return b"sepsis-tracker bundle seal 1\n" + canonical(dict(tags))


def _seal(signer: Signer, tags: Mapping[str, str]) -> bytes:
    signature = signer.sign(seal_message(tags))
    content = {"format": 1, "signed": dict(tags), "key": signer.public_key.hex()}
    return canonical({**content, "signature": signature.hex()}) + b"\n"


def audit_line(chain: str, event: ChainEvent, *, withhold: bool = False) -> bytes:
    """One line of audit.jsonl; `withhold` leaves out text that this auditor did not ask for, and says so."""
    line: dict[str, object] = {"chain": chain, "header": event.header_bytes.decode(), "hash": event.hash}
    if event.private is not None and event.salt is not None and not withhold and not event.redacted:
        line |= {"private": event.private.decode(), "salt": event.salt.hex()}
    elif event.redacted or event.private is not None:
        line |= {"private_absent": "redacted" if event.redacted else "withheld"}
    return canonical(line) + b"\n"


def checkpoint_json(
    *,
    at: datetime,
    heads: Mapping[str, Head],
    included: Iterable[str],
    extra: Mapping[str, object] | None = None,
) -> bytes:
    """`heads` of every chain at the cut-off; `included` are the chains that audit.jsonl holds in full.

    `extra` is where a signature made elsewhere goes.
    """
    chains = {chain: {"seq": head.seq, "hash": head.hash} for chain, head in heads.items()}
    content = {"format": 1, "at": timestamp(at), "chains": chains, "included": sorted(included)}
    return canonical({**(extra or {}), **content}) + b"\n"


# --- the way in -------------------------------------------------------------------------------------------

_STYLE = (
    "body{font:1.1rem/1.5 Arial,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#212b32}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #4c6272}code{background:#f0f4f5;padding:.1rem .3rem}dt{font-weight:bold}"
)

_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<dl>
{facts}</dl>
<h2>What is inside</h2>
<table>
<thead>
<tr><th scope="col">File</th><th scope="col">What it holds</th><th scope="col">Rows</th></tr>
</thead>
<tbody>
{tables}</tbody>
</table>
{checking}</main>
</body>
</html>
"""

_CHECKING = """<h2>How to check this evidence pack</h2>
<p>You do not have to trust the tracker, this page or whoever gave you the file. No network is needed.</p>
<ol>
<li>Unpack the ZIP into an empty folder and run <code>sha256sum -c manifest-sha256.txt</code> there: every
line must end in OK. (On a Mac: <code>shasum -a 256 -c manifest-sha256.txt</code>.)</li>
<li>Or run <code>bagit.py --validate</code> with the folder's name: it also finds files that were added or
removed.</li>
<li>Or run <code>flask verify bundle</code> with the name of the ZIP: it also follows the chain of the audit
trail in <code>data/audit.jsonl</code>, and checks that evidence and figures agree with each other. With
<code>--previous</code> and an earlier pack it shows whether anything was rewritten in between.</li>
</ol>
<p>The first two show that the files are as listed, not that the list is the one that was handed out: only the
third does, by the dated seal. Somebody who holds both the server and its signing key could rewrite everything;
an earlier pack shows that.</p>
<p>What should be here and is not stands in <a href="omissions.csv">omissions.csv</a>, each with the reason. A
file that is missing from the store, or altered there, is left out and listed at the moment of the download: the
same pack downloaded on another day is the same to the last byte only while the store is unchanged.</p>
"""


def index_html(
    title: str,
    facts: Sequence[tuple[str, object]],
    tables: Sequence[tuple[str, str, int]],
) -> bytes:
    """A readable way in, for a browser without a network; `tables` are (file, what it is, rows)."""
    filled = _PAGE.format(
        title=_text(title),
        style=_STYLE,
        facts="".join(
            f"<dt>{_text(label)}</dt><dd>{_text(_readable(value))}</dd>\n" for label, value in facts
        ),
        tables="".join(_table_row(*each) for each in tables),
        checking=_CHECKING,
    )
    return filled.encode()


def _table_row(name: str, what: str, rows: int) -> str:
    link = f'<a href="{_text(name)}">{_text(name)}</a>'
    return f"<tr><td>{link}</td><td>{_text(what)}</td><td>{rows:,}</td></tr>\n"


def _text(value: object) -> str:
    return html.escape(str(value))


def _readable(value: object) -> str:
    if isinstance(value, datetime):
        return rules.moment_text(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return f"{value:,}" if isinstance(value, int) else str(value)
