"""The application for gunicorn and the `flask` program."""

from config import UnsafeSettings
from tracker import create_app

try:
    app = create_app()
except UnsafeSettings as error:
    # One line for whoever runs it, from gunicorn and from every command.
    raise SystemExit(f"The tracker does not start: {error}") from None
