"""Pages that everybody may read: the front door, the recommendations, and what surrounds the service."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from tracker.access.decorators import current_identity, public
from tracker.access.identity import Identity
from tracker.catalogue import queries as catalogue
from tracker.pages import queries

bp = Blueprint("pages", __name__)


@bp.get("/")
@public
def home() -> str | BaseResponse:
    """The front door for a visitor; a signed-in person goes straight to where they work."""
    identity = current_identity()
    place = None if identity is None else _workplace(identity)
    return render_template("pages/home.html") if place is None else redirect(place)


def _workplace(identity: Identity) -> str | None:
    own = sorted(identity.codes[each] for each in identity.own if each in identity.codes)
    if own:
        return url_for("dashboard.organisation", organisation=own[0])
    if identity.is_national:
        return url_for("summary.index")
    if identity.audited:
        return url_for("organisations.index")
    return url_for("accounts.people") if identity.is_administrator else None


@bp.get("/recommendations")
@public
def recommendations() -> str:
    """The recommendations by the group they are made to; `q` and `theme` narrow them."""
    return render_template(
        "pages/recommendations.html", rows=catalogue.list_recommendations(), args=request.args
    )


@bp.get("/recommendations/<recommendation:recommendation>")
@public
def recommendation(recommendation: str) -> str:
    """One recommendation, word for word and in plain words."""
    row = catalogue.get_recommendation(recommendation)
    return render_template("pages/recommendation.html", row=row)


@bp.get("/resources")
@public
def resources() -> str:
    """The learning resources that the source names."""
    return render_template("pages/resources.html")


@bp.get("/programme")
@public
def programme() -> str:
    """The yearly programmes of the source."""
    return render_template("pages/programme.html")


@bp.get("/accessibility-statement")
@public
def accessibility_statement() -> str:
    return render_template("pages/accessibility_statement.html")


@bp.get("/privacy")
@public
def privacy() -> str:
    return render_template("pages/privacy.html")


@bp.get("/cookies")
@public
def cookies() -> str:
    return render_template("pages/cookies.html")


@bp.get("/terms")
@public
def terms() -> str:
    return render_template("pages/terms.html")


@bp.get("/about")
@public
def about() -> str:
    return render_template("pages/about.html")


@bp.get("/definitions")
@public
def definitions() -> str:
    return render_template("pages/definitions.html")


@bp.get("/help")
@public
def help() -> str:  # noqa: A001 - named like its address
    return render_template("pages/help.html")


@bp.get("/health")
@public
def health() -> tuple[Response, int]:
    """Whether the database and the evidence store answer, for machines that watch over the service."""
    failing = queries.list_failing(current_app.extensions["evidence_store"])
    if failing:
        return jsonify(status="unavailable", failing=failing), 503
    return jsonify(status="ok"), 200


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """No search engine needs these pages."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
