"""Pages of signing in, one's own account, and people with their roles."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from tracker.accounts.views import account, people, roles, signing_in  # noqa: E402  (they need bp)

__all__ = ["account", "bp", "people", "roles", "signing_in"]
