"""Flask extensions: created here, bound to the application in `create_app`."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from tracker.database import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
login_manager = LoginManager()
csrf = CSRFProtect()


class Migrations:
    """Flask-Migrate, bound when a migration first asks for it: a server starts without Alembic."""

    def __init__(self, app: Flask, directory: str) -> None:
        self._app, self._directory = app, directory
        app.extensions["migrate"] = self

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        Migrate(self._app, db, directory=self._directory)
        return getattr(self._app.extensions["migrate"], name)


def bound(name: str) -> Any:
    """What `create_app` bound under a name: the evidence store, for rooms that may not know Flask."""
    return current_app.extensions[name]


def setting(name: str) -> Any:
    """A setting in Flask's words, for rooms that may not know Flask."""
    return current_app.config[name]
