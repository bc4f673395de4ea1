"""Bytes of exports that lie on the disk: the key of the dated seal, and packs that were prepared lately."""

from tracker.exports.storage.keys import FileSigner, KeyUnusable, load_signer, read_public_key
from tracker.exports.storage.shelf import FileShelf

__all__ = ["FileShelf", "FileSigner", "KeyUnusable", "load_signer", "read_public_key"]
