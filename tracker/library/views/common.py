"""What the pages of the library share: the blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("library", "tracker.library")
