"""What a bundle is to hold: plain values that queries fill and the stream writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, Protocol

from tracker.exports.rules import Omission


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


class Shelf(Protocol):
    """Where generated members may be kept for the next download; it may forget them at any time."""

    def find(self, key: str, stack: ExitStack) -> Mapping[str, tuple[IO[bytes], str]] | None: ...
    def keep(self, key: str, members: Iterable[tuple[str, str, IO[bytes]]], size: int) -> None: ...


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """Everything that decides the bytes. `created` is the moment of the cut-off, never of the download.

    `key` stands for all that decides the generated members; without one they are never kept.
    """

    created: datetime
    bag_info: Mapping[str, str]
    tables: Sequence[TableMember]
    texts: Sequence[TextMember]
    files: Sequence[FileMember]
    omissions: Sequence[Omission] = ()
    signer: Signer | None = None
    altered: tuple[type[Exception], ...] = ()
    key: str = ""


class BundleBroken(Exception):
    """A file changed in the store while the bundle was being sent: the download must break off, not go on."""
