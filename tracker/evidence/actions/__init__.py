"""Every write of evidence: bytes first (checked, hashed, in the store), then rows, history and audit event."""

from tracker.evidence.actions.adding import add_files, add_item, add_proof, next_item_id
from tracker.evidence.actions.changing import change_item
from tracker.evidence.actions.common import FACTS, ItemInput
from tracker.evidence.actions.handing_out import record_download
from tracker.evidence.actions.linking import link_item
from tracker.evidence.actions.receiving import Received, limits, read_spreadsheet, receive_files, store
from tracker.evidence.actions.taking_out_of_use import withdraw_item
from tracker.evidence.storage import EvidenceAltered

__all__ = [
    "FACTS",
    "EvidenceAltered",
    "ItemInput",
    "Received",
    "add_files",
    "add_item",
    "add_proof",
    "change_item",
    "limits",
    "link_item",
    "next_item_id",
    "read_spreadsheet",
    "receive_files",
    "record_download",
    "store",
    "withdraw_item",
]
