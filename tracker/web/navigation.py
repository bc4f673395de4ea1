"""What every page shows around its own content: navigation, the demonstration banner, whose service this is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app, g, request, url_for
from sqlalchemy.exc import DBAPIError

from tracker import clock
from tracker.access.decorators import current_identity
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission, Role
from tracker.access.policy import allows
from tracker.web.pagination import not_offered, url_for_page

ALL_INVENTED = "Demonstration: every organisation and figure here is invented."
SOME_INVENTED = (
    "Demonstration: organisations whose code is X and five digits are invented, and so is all that they say."
    " The others are real."
)
ASKED_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link of the main navigation."""

    text: str
    href: str
    current: bool


def init_app(app: Flask) -> None:
    app.context_processor(page_context)
    app.jinja_env.globals["url_for_page"] = url_for_page
    app.jinja_env.globals["not_offered"] = not_offered
    app.jinja_env.globals["is_ours"] = is_ours


def is_ours(organisation: OrganisationRef) -> bool:
    """Whether who reads works for an organisation: to its own people its pages say "we", to who looks on "it"."""
    identity = current_identity()
    return identity is not None and organisation.id in identity.own


def page_context() -> dict[str, object]:
    """Names that every template may use."""
    settings = current_app.config["SETTINGS"]
    identity = current_identity()
    return {
        "identity": identity,
        "navigation": navigation(identity),
        "banner": banner(),
        "national_body": settings.national_body,
        "nhs_logo": settings.nhs_logo,
        "request_id": g.get("request_id", ""),
        "session_seconds": g.get("session_seconds"),
        "max_upload_mb": settings.max_upload_mb,
    }


def banner() -> str:
    """What every page says where there are invented organisations; empty where there are none.

    They never go, and real ones can come beside them: until both are there, that is asked again from time to time.
    """
    kept: tuple[str, datetime] | None = current_app.extensions.get("tracker_banner")
    if kept is not None and (kept[0] == SOME_INVENTED or clock.now() - kept[1] < ASKED_AGAIN):
        return kept[0]
    try:
        invented, real = current_app.extensions["tracker_worlds"]()
    except DBAPIError:
        return ""  # the page that says the database is out of reach must still be drawn
    if not invented:
        return ""
    words = SOME_INVENTED if real else ALL_INVENTED
    current_app.extensions["tracker_banner"] = (words, clock.now())
    return words


def navigation(identity: Identity | None) -> list[NavigationItem]:
    """The main navigation for this person, in the order of their work."""
    links = [] if identity is None else _own_links(identity) + _wide_links(identity)
    links += _open_links(identity)
    here = max((href for _text, href in links if _covers(href, request.path)), key=len, default=None)
    return [NavigationItem(text, href, href == here) for text, href in dict(links).items()]


def _open_links(identity: Identity | None) -> list[tuple[str, str]]:
    """What everybody may read; good practice, whoever is signed in and records, leads or audits."""
    links = [
        ("Recommendations", url_for("pages.recommendations")),
        ("Learning resources", url_for("library.index")),
    ]
    if identity is None:
        links.append(("Suggested training", url_for("library.training")))
    elif allows(identity, Permission.PRACTICE_VIEW):
        links.append(("Good practice", url_for("practice.published")))
    return [*links, ("Programme", url_for("programme.index"))]


def _covers(href: str, path: str) -> bool:
    return path == href or path.startswith(href + "/")


def _own_links(identity: Identity) -> list[tuple[str, str]]:
    own = sorted(identity.codes[each] for each in identity.own if each in identity.codes)
    if not own:
        return []
    code = own[0]
    links = [
        ("Our position", url_for("dashboard.organisation", organisation=code)),
        ("Evidence", url_for("evidence.register", organisation=code)),
        ("History", url_for("dashboard.history", organisation=code)),
    ]
    if identity.has(Role.TRUST_LEAD):
        links += [("People", url_for("accounts.people")), ("Evidence pack", url_for("exports.index"))]
    if len(own) > 1:
        links.append(("Organisations", url_for("organisations.index")))
    return links


def _wide_links(identity: Identity) -> list[tuple[str, str]]:
    links = []
    if identity.is_national or identity.audited:
        links += [
            ("England" if identity.is_national else "Summary", url_for("summary.index")),
            ("Organisations", url_for("organisations.index")),
            ("Evidence pack", url_for("exports.index")),
        ]
    if identity.is_national or identity.audited:
        links.append(("Sharing", url_for("summary.dissemination")))
    if identity.is_national:
        links.append(("Guidelines", url_for("alignment.guidelines")))
    if identity.is_administrator:
        links.append(("People", url_for("accounts.people")))
        links.append(("Organisations", url_for("organisations.index")))
    if identity.is_national or identity.audited or identity.is_administrator:
        links.append(("Audit trail", url_for("audit.index")))
    return links
