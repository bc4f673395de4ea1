"""Checks an evidence bundle from its file alone: no database, no network, no trust in whoever wrote it."""

from tracker.exports.readers.report import BundleProblem, BundleReport
from tracker.exports.readers.verifier import verify_bundle

__all__ = ["BundleProblem", "BundleReport", "verify_bundle"]
