"""Lists of training coming in: received aside, read in a child process, and gone again whatever they hold."""

from __future__ import annotations

from collections.abc import Sequence

from tracker import spreadsheets
from tracker.evidence import actions as evidence
from tracker.evidence.actions import Received
from tracker.spreadsheets import Sheet


def read_upload(upload: Received) -> Sequence[Sheet]:
    """The sheets of a file that came with a form; nothing of it is kept. RuleBroken('file') says what is wrong."""
    incoming = evidence.store().receive(upload.stream, evidence.limits().file_bytes)
    try:
        return spreadsheets.read_sheets(incoming.path, upload.file_name)
    finally:
        incoming.discard()
