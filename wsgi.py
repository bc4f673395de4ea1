"""The application for gunicorn and the `flask` program."""

from tracker import create_app

app = create_app()
