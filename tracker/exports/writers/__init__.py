"""File formats going out: the evidence bundle."""

from tracker.exports.writers.formats import audit_line, checkpoint_json, csv_chunks
from tracker.exports.writers.page import Position, Standings, index_html
from tracker.exports.writers.plan import (
    BundleBroken,
    BundlePlan,
    FileMember,
    Shelf,
    Signer,
    TableMember,
    TextMember,
)
from tracker.exports.writers.stream import PreparedBundle, bundle_length, stream_bundle, stream_range

__all__ = [
    "BundleBroken",
    "BundlePlan",
    "FileMember",
    "Position",
    "PreparedBundle",
    "Shelf",
    "Signer",
    "Standings",
    "TableMember",
    "TextMember",
    "audit_line",
    "bundle_length",
    "checkpoint_json",
    "csv_chunks",
    "index_html",
    "stream_bundle",
    "stream_range",
]
