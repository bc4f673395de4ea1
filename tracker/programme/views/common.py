"""What the pages of the programme share: the blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("programme", "tracker.programme")
