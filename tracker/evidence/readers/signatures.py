"""What a file is by its first bytes, held against what its name says; nothing is parsed here."""

from pathlib import Path

HEAD_BYTES = 1024
_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"GIF8", "gif"),
    (b"{\\rtf", "rtf"),
)
_CONTAINERS = ("docx", "xlsx", "pptx", "odt", "ods")
_TEXTS = ("csv", "txt")
# Two letters are too few to tell a text apart from ("MZ ward", "BZh…"): a text with these reads on as text.
_WEAK = ("program", "archive")
_WORDS = {
    "pdf": "a PDF",
    "png": "a PNG picture",
    "jpg": "a JPEG picture",
    "gif": "a GIF picture",
    "zip": "a ZIP archive or an Office document",
    "archive": "a compressed archive",
    "program": "a program",
    "rtf": "a rich text document",
}
ENCRYPTED_OR_OLD = (
    "This is either protected by a password or saved in the old Office format. "
    "Save it without a password in a format of today (docx, xlsx, pptx or PDF)."
)


def signature(head: bytes) -> str | None:
    return next((kind for magic, kind in _SIGNATURES if head.startswith(magic)), None)


def disagreement(path: Path, extension: str) -> str | None:
    """What is wrong when the content is not of the type that the name claims."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    found = signature(head)
    if found == _expected(extension) or (extension in _TEXTS and found in _WEAK):
        return None
    if found == "ole":
        return ENCRYPTED_OR_OLD
    really = f"is {_WORDS[found]}" if found else f"is not a {extension} file"
    return f"The content {really}, and the name ends in .{extension}. Save it again in the type that it should be."


def _expected(extension: str) -> str | None:
    if extension in _CONTAINERS:
        return "zip"
    return None if extension in _TEXTS else extension
