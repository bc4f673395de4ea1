"""Prints the list of addresses that tests/house/routes.txt holds."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from config import load_settings
from tests.house.test_urls import listing
from tracker import create_app

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        settings = load_settings(
            {"TRACKER_INSTANCE": folder, "DATABASE_URL": f"sqlite:///{path / 'empty.db'}"}
        )
        sys.stdout.write(listing(create_app(settings)))
