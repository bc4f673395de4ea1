"""What the pages of good practice share: the blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("practice", "tracker.practice")
