"""The key of the dated seal: a file outside the database, made once, readable by its owner alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_PUBLIC_BYTES = 32


class KeyUnusable(Exception):
    """A key file that does not hold an Ed25519 key; the message names it."""


class FileSigner:
    """Signs with the Ed25519 key of a file."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def load_signer(path: Path) -> FileSigner:
    """The key of a deployment; made when there is none. Raises KeyUnusable, OSError."""
    if not path.exists():
        _make_key(path)
    key = _read_pem(path.read_bytes())
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} does not hold an Ed25519 private key")
    return FileSigner(key)


def read_public_key(path: Path) -> bytes:
    """A public key as somebody keeps it: PEM, 64 hexadecimal digits, or the 32 bytes. Raises KeyUnusable, OSError."""
    content = path.read_bytes()
    key = _read_pem(content)
    if isinstance(key, Ed25519PrivateKey):
        return key.public_key().public_bytes_raw()
    if isinstance(key, Ed25519PublicKey):
        return key.public_bytes_raw()
    if len(content) == _PUBLIC_BYTES:
        return content
    with suppress(ValueError):
        found = bytes.fromhex(content.decode("ascii").strip().removeprefix("ed25519 "))
        if len(found) == _PUBLIC_BYTES:
            return found
    raise KeyUnusable(f"{path} does not hold an Ed25519 public key (PEM, or 64 hexadecimal digits)")


def _make_key(path: Path) -> None:
    """Whole or not at all, and never over one that another process has just made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _read_pem(content: bytes) -> object:
    with suppress(ValueError, TypeError):
        return serialization.load_pem_private_key(content, password=None)
    with suppress(ValueError):
        return serialization.load_pem_public_key(content)
    return None
