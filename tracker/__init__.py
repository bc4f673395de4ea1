"""The application factory and nothing else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings, flask_config, load_settings
from tracker.extensions import Migrations, csrf, db, login_manager
from tracker.measures import NAMES
from tracker.web.logs import init_logs
from tracker.web.routing import LazyRule

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "pages",
    "accounts",
    "organisations",
    "dashboard",
    "progress",
    "practice",
    "library",
    "programme",
    "evidence",
    "assurance",
    "summary",
    "exports",
    "audit",
)
MEASURES = tuple(f"measures.{name}" for name in NAMES)
TABLES = (
    "audit",
    "accounts",
    "catalogue",
    "organisations",
    "evidence",
    "library",
    "programme",
    "practice",
    "progress",
    "assurance",
    "exports",
)
# Where rows name evidence: the page of an item, which lies below them, lists what rests on it.
NAME_EVIDENCE = ("measures.coverage", "library", "programme", "practice")


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Raises UnsafeSettings when production would start unsafely."""
    settings = settings or load_settings()
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance),
    )
    app.url_rule_class = LazyRule
    app.config.update(flask_config(settings))
    init_logs()
    _bind_extensions(app)
    _bind_web(app)
    for room in (*ROOMS, *MEASURES):
        app.register_blueprint(import_module(f"tracker.{room}.views").bp)
    import_module("tracker.cli.commands").init_app(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _bind_extensions(app: Flask) -> None:
    from tracker.accounts.sessions import init_app as bind_sessions
    from tracker.database import prepare_engine
    from tracker.evidence.storage import store_from_url

    for room in (*TABLES, *MEASURES):
        import_module(f"tracker.{room}.models")
    settings: Settings = app.config["SETTINGS"]
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Migrations(app, str(ROOT / "migrations"))
    app.extensions["evidence_store"] = store_from_url(settings.evidence_url, settings.instance)
    _bind_names(app)
    app.extensions["tracker_checked_words"] = lambda: import_module("tracker.pages.views").checked_words()
    app.extensions["tracker_evidence_uses"] = tuple(
        import_module(f"tracker.{room}.queries").list_uses_of for room in NAME_EVIDENCE
    )
    from tracker.web import headers

    # In this order: host and request id, then the gate, then CSRF, which reads the body.
    headers.init_app(app)
    login_manager.init_app(app, add_context_processor=False)
    bind_sessions(app)
    csrf.init_app(app)


def _bind_names(app: Flask) -> None:
    """The audit trail lies below people, organisations and what has a title, and shows their names."""
    queries = import_module("tracker.exports.queries")
    app.extensions["tracker_person_names"] = queries.people_by_id
    app.extensions["tracker_find_people"] = queries.find_people
    app.extensions["tracker_organisation_names"] = queries.organisations_by_id
    titles = import_module("tracker.dashboard.queries")
    app.extensions["tracker_titles_of_resources"] = titles.titles_of_resources
    app.extensions["tracker_titles_of_items"] = titles.titles_of_items


def _bind_web(app: Flask) -> None:
    from tracker.organisations.queries import has_worlds
    from tracker.web import components, converters, errors, formats, navigation, saving

    app.extensions["tracker_worlds"] = has_worlds
    for part in (components, converters, errors, formats, navigation, saving):
        part.init_app(app)
