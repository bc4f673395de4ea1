"""What was generated for a pack, kept a while: a download that is repeated or carried on need not make it again.

Only tables and audit trail lie here, never evidence. Nothing depends on it: whatever is missing or does not fit is
made again, and where there is no room nothing is kept. The list is signed: what somebody else puts here is not sent.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from tracker import clock
from tracker.exports.storage.keys import FileSigner

KEPT_BYTES = 1_000_000_000
KEPT_SECONDS = 2 * 60 * 60
_LIST = "list.json"
_CHUNK = 256 * 1024
Kept = Mapping[str, tuple[IO[bytes], str]]


class FileShelf:
    """A folder with one folder for each pack; the oldest go when there are too many bytes."""

    def __init__(
        self, folder: Path, signer: FileSigner, *, size: int = KEPT_BYTES, seconds: float = KEPT_SECONDS
    ) -> None:
        self.folder, self.signer, self.size, self.seconds = folder, signer, size, seconds

    def find(self, key: str, stack: ExitStack) -> Kept | None:
        """Open files with the digests that they must have, by path; None when this pack is not here."""
        try:
            self._tidy()
            place = self.folder / key
            signature, _, text = (place / _LIST).read_bytes().partition(b"\n")
            if signature != self._signed(key, text):
                return None
            listed = json.loads(text)
            return {
                path: (stack.enter_context((place / str(number)).open("rb")), digest)
                for number, (path, digest) in enumerate(listed)
            }
        except (OSError, ValueError):
            return None

    def keep(self, key: str, members: Iterable[tuple[str, str, IO[bytes]]], size: int) -> None:
        """Whole or not at all; never an error: a full disk costs time later and nothing else."""
        draft = self.folder / f".{uuid4().hex}"
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if size > self.size or shutil.disk_usage(self.folder).free < 4 * size:
                return
            draft.mkdir(mode=0o700)
            text = _write(draft, members)
            (draft / _LIST).write_bytes(self._signed(key, text) + b"\n" + text)
            # One that did not fit, or was made meanwhile: whoever has it open goes on reading it.
            shutil.rmtree(self.folder / key, ignore_errors=True)
            os.rename(draft, self.folder / key)
            self._tidy()
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)

    def _signed(self, key: str, text: bytes) -> bytes:
        return self.signer.sign(f"sepsis-tracker kept pack 1\n{key}\n".encode() + text).hex().encode()

    def _tidy(self) -> None:
        """Old ones go, and the oldest of too many; a draft that somebody left behind grows old like the rest."""
        now, total = clock.now().timestamp(), 0
        found = []
        with suppress(FileNotFoundError):
            found = [(each.stat().st_mtime, each) for each in self.folder.iterdir()]
        for written, place in sorted(found, reverse=True):
            with suppress(FileNotFoundError):
                total += sum(each.stat().st_size for each in place.iterdir())
            if total > self.size or now - written > self.seconds:
                shutil.rmtree(place, ignore_errors=True)


def _write(draft: Path, members: Iterable[tuple[str, str, IO[bytes]]]) -> bytes:
    listed = []
    for number, (path, digest, handle) in enumerate(members):
        handle.seek(0)
        with (draft / str(number)).open("xb") as copy:
            shutil.copyfileobj(handle, copy, _CHUNK)
        listed.append((path, digest))
    return json.dumps(listed).encode()
