"""Flask extensions: created here, bound to the application in `create_app`."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from tracker.database import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
login_manager = LoginManager()
csrf = CSRFProtect()
migrate = Migrate()


def bound(name: str) -> Any:
    """What `create_app` bound under a name: the evidence store, for rooms that may not know Flask."""
    return current_app.extensions[name]


def setting(name: str) -> Any:
    """A setting in Flask's words, for rooms that may not know Flask."""
    return current_app.config[name]
