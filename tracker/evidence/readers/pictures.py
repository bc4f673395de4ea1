"""Pictures coming in: does the file hold the picture its name says; nothing can be read from it."""

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from tracker.errors import RuleBroken

PIXELS = 200_000_000
BROKEN = "This picture is damaged. Open it, save it again as PNG or JPEG, and add the new copy."
TOO_MANY = "This picture has more than 200 million points. Save a smaller copy and add that."
_FORMATS = {"png": "PNG", "jpg": "JPEG"}


def check(path: Path, extension: str) -> None:
    """Only the headers and checksums are read: points are never unpacked here."""
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=[_FORMATS[extension]]) as picture:
            width, height = picture.size
            picture.verify()
    except Image.DecompressionBombError:
        raise RuleBroken("files", TOO_MANY) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise RuleBroken("files", BROKEN) from None
    if width * height > PIXELS:
        raise RuleBroken("files", TOO_MANY)
