"""Pages that everybody may read: the front door, the recommendations, and what surrounds the service."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as BaseResponse

from tracker.access.decorators import current_identity, public
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.catalogue.queries import Recommendation
from tracker.library import queries as library
from tracker.library.queries import NationalResource
from tracker.organisations import queries as organisations
from tracker.pages import loader, presenters, queries
from tracker.pages.presenters import Group, Listing, Neighbour
from tracker.programme import queries as programme

bp = Blueprint("pages", "tracker.pages")


@bp.record_once
def _read_operator(state: BlueprintSetupState) -> None:
    # A slip in the file that the operator wrote stops the start, and not a page for somebody else later.
    loader.load_operator(state.app.config["SETTINGS"].instance)


@bp.get("/")
@public
def home() -> str | BaseResponse:
    """The front door for a visitor; a signed-in person goes straight to where they work."""
    identity = current_identity()
    place = None if identity is None else _workplace(identity)
    if place is not None:
        return redirect(place, 303)
    return render_template("pages/home.html", groups=_groups(catalogue.list_recommendations()))


def _workplace(identity: Identity) -> str | None:
    own = _own_codes(identity)
    if own:
        return url_for("dashboard.organisation", organisation=own[0])
    if identity.is_national:
        return url_for("summary.index")
    if identity.audited:
        return url_for("organisations.index")
    return url_for("accounts.people") if identity.is_administrator else None


def _own_codes(identity: Identity) -> list[str]:
    return sorted(identity.codes[each] for each in identity.own if each in identity.codes)


# --- the catalogue ----------------------------------------------------------------------------------------


@bp.get("/recommendations")
@public
def recommendations() -> str:
    """The recommendations by the group they are made to; `q` and `theme` narrow them and stay in the address."""
    words, theme = request.args.get("q", "").strip()[:100], request.args.get("theme", "")
    every = catalogue.list_recommendations()
    rows = [row for row in every if theme in ("", row.theme) and presenters.is_like(words, _texts(row))]
    return render_template(
        "pages/recommendations.html",
        groups=_groups(rows),
        found=len(rows),
        total=len(every),
        themes=presenters.theme_choices(each.details for each in catalogue.list_reports()),
        words=words,
        theme=theme,
    )


@bp.get("/recommendations/<recommendation:recommendation>")
@public
def recommendation(recommendation: str) -> str:
    """One recommendation, word for word and in plain words."""
    row = catalogue.get_recommendation(recommendation)
    report = next(each for each in catalogue.list_reports() if each.code == row.report_code)
    before, after = _neighbours(row)
    kinds = catalogue.list_kinds().get(row.code, frozenset())
    library_rows = library.list_national_resources()
    return render_template(
        "pages/recommendation.html",
        row=row,
        details=row.details,
        group=presenters.title_of(report.details["groups"], row.group_code),
        theme=presenters.title_of(report.details["themes"], row.theme),
        source=presenters.source(report.title, report.publisher, report.published, report.details),
        owed_by=presenters.sentence(presenters.owed_by(kinds)),
        remarks=presenters.remarks(
            consider=row.consider,
            conditional=row.conditional,
            not_applicable_allowed=row.not_applicable_allowed,
        ),
        own=[each for each in _own_organisations() if each.kind in kinds],
        resources=_serving(row.code, library_rows),
        held=presenters.held(row.measure, _facts(row), reads_practice=_reads_practice()),
        items=[
            presenters.programme_entry(each)
            for each in programme.list_serving(row.code, {one.code: one.serves for one in library_rows})
        ],
        before=before,
        after=after,
    )


def _facts(row: Recommendation) -> list[str]:
    """The facts of registers that fill questions of a recommendation, in order."""
    questions = [each for form in row.details.get("sets", ()) for each in form.get("questions", ())]
    return [each["filled_from"] for each in questions if each.get("filled_from")]


def _reads_practice() -> bool:
    identity = current_identity()
    return identity is not None and allows(identity, Permission.PRACTICE_VIEW)


def _serving(code: str, rows: Sequence[NationalResource]) -> list[NationalResource]:
    """The resources in use that serve it, in the order of the library."""
    return [each for each in rows if code in each.serves and each.retired_on is None]


def _texts(row: Recommendation) -> list[str]:
    return [row.code, row.short_title, row.plain, row.text]


def _groups(rows: Sequence[Recommendation]) -> list[Group]:
    kinds, groups = catalogue.list_kinds(), []
    for report in catalogue.list_reports():
        themes = report.details["themes"]
        for each in report.details["groups"]:
            mine = [row for row in rows if (row.report_code, row.group_code) == (report.code, each["code"])]
            listed = tuple(_listing(row, themes, kinds.get(row.code, frozenset())) for row in mine)
            groups.append(Group(f"{report.code}-{each['code']}".lower(), each["title"], report.title, listed))
    return [group for group in groups if group.rows]


def _listing(row: Recommendation, themes: list[dict[str, str]], kinds: frozenset[str]) -> Listing:
    return Listing(
        number=row.number,
        title=row.short_title,
        href=url_for("pages.recommendation", recommendation=row.code),
        sub=row.plain,
        lines=(f"Owed by {presenters.owed_by(kinds)}",),
        tag_text=presenters.title_of(themes, row.theme),
        tag_class="white",
    )


def _neighbours(row: Recommendation) -> tuple[Neighbour | None, Neighbour | None]:
    rows = [each for each in catalogue.list_recommendations() if each.report_code == row.report_code]
    before = max(
        (each for each in rows if each.number < row.number), key=lambda each: each.number, default=None
    )
    after = min(
        (each for each in rows if each.number > row.number), key=lambda each: each.number, default=None
    )
    return _neighbour(before), _neighbour(after)


def _neighbour(row: Recommendation | None) -> Neighbour | None:
    if row is None:
        return None
    return Neighbour(row.number, row.short_title, url_for("pages.recommendation", recommendation=row.code))


def _own_organisations() -> list[OrganisationRef]:
    identity = current_identity()
    codes = [] if identity is None else _own_codes(identity)
    return [found for found in map(organisations.find_ref, codes) if found is not None]


# --- what surrounds the service ---------------------------------------------------------------------------


def _about_us(template: str, **context: object) -> str:
    operator = loader.load_operator(current_app.config["SETTINGS"].instance)
    return render_template(f"pages/{template}.html", operator=operator, **context)


@bp.get("/accessibility-statement")
@public
def accessibility_statement() -> str:
    """How far everybody can use the service, and what to do when they cannot."""
    return _about_us("accessibility_statement")


@bp.get("/privacy")
@public
def privacy() -> str:
    """What is held about people, why, who sees it and for how long."""
    return _about_us("privacy")


@bp.get("/cookies")
@public
def cookies() -> str:
    """The one necessary cookie."""
    config = current_app.config
    idle, longest = config["SESSION_IDLE"], config["SESSION_LONGEST"]
    return _about_us(
        "cookies",
        name=config["SESSION_COOKIE_NAME"],
        idle_minutes=int(idle.total_seconds() // 60),
        longest_hours=int(longest.total_seconds() // 3600),
    )


@bp.get("/terms")
@public
def terms() -> str:
    """What those who use the service keep to."""
    return _about_us("terms")


@bp.get("/about")
@public
def about() -> str:
    """Who runs the service, and what it is meant for."""
    return _about_us("about")


@bp.get("/definitions")
@public
def definitions() -> str:
    """The words of the service, each in one sense."""
    return _about_us("definitions")


@bp.get("/help", endpoint="help")
@public
def help_page() -> str:
    """How to do the ordinary things, and what to do when something private was uploaded."""
    return _about_us("help")


# --- for machines -----------------------------------------------------------------------------------------


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
