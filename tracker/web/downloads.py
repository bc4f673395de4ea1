"""Handing out the bytes of a stored file: always as an attachment, in a sandbox, never guessed at by the browser."""

from __future__ import annotations

from typing import BinaryIO
from urllib.parse import quote

from flask import current_app
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper


def attachment(stream: BinaryIO, disposition: str, content_type: str, size: int) -> Response:
    """The answer that carries a file; the stream is closed with it."""
    answer = current_app.response_class(
        FileWrapper(stream, 64 * 1024), mimetype=content_type, direct_passthrough=True
    )
    answer.call_on_close(stream.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def content_disposition(name: str, plain_name: str) -> str:
    """An attachment's header: a plain ASCII name for old browsers, the name itself for the others."""
    shown = "".join(character for character in name if character.isprintable())
    return f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(shown, safe='')}"
