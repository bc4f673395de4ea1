"""People: the list, inviting somebody, a person's page, one-time links, closing an account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import ORGANISATION_ROLES, Permission, Role
from tracker.accounts import actions, presenters, queries, rules
from tracker.accounts.forms import ConfirmForm, InviteForm, ReasonForm
from tracker.accounts.views import bp
from tracker.audit import queries as audit
from tracker.audit.queries import TrailFilter
from tracker.errors import NotAllowed, RuleBroken
from tracker.web.pagination import Page, page_number, url_for_page
from tracker.web.transactions import commits

# Where the browser that asked for a link keeps it until the page that shows it, once.
LINK = "one_time_link"


@bp.get("/people")
@requires(Permission.PEOPLE_LIST)
def people() -> Any:
    identity, today, number = the_identity(), clock.today(), page_number()
    asked = queries.PeopleFilter(
        text=request.args.get("q", "")[:200],
        role=request.args.get("role", ""),
        organisation=request.args.get("organisation", "")[:10],
        show=request.args.get("show", ""),
    )
    rows, total = queries.list_people(identity, asked, page=number)
    lines = [presenters.person_line(row, today) for row in rows]
    return render_template(
        "accounts/people.html",
        page=Page(lines, number, total, queries.PER_PAGE),
        asked=asked,
        is_narrowed=asked != queries.PeopleFilter(),
        page_address=url_for_page,
        roles=[{"value": role.value, "label": role.label} for role in _roles_to_filter()],
        shows=SHOWS,
        ending=[(who, presenters.role_line(role, today)) for who, role in queries.list_ending(identity, 5)],
        leavers=len(queries.list_leavers(identity)),
        may_import=identity.is_administrator,
        last_import=_last_import() if identity.is_administrator else None,
    )


SHOWS = [
    {"value": "ending", "label": "Roles that end within 30 days"},
    {"value": "leavers", "label": "People without a role"},
]


@bp.get("/people/invite")
@requires(Permission.PEOPLE_MANAGE)
def invite() -> Any:
    draft = queries.find_draft(the_identity(), request.path)
    form = InviteForm(MultiDict(draft) if draft else None)
    offer(form)
    if "organisations" in form and not draft:
        form.organisations.data = _asked_code()
    return _invite_page(form, draft is not None)


@bp.post("/people/invite")
@requires(Permission.PEOPLE_MANAGE)
@commits
def invite_post() -> Any:
    form, identity = InviteForm(), the_identity()
    offer(form)
    if not form.validate():
        return _invite_page(form), 422
    try:
        actions.claim_form(identity.user_id, form.idempotency_key.data, url_for("accounts.people"))
        came = actions.invite(identity, form.email.data or "", form.name.data or "", grants(form))
    except RuleBroken as broken:
        form.add_problems(at_field(broken, form))
        return _invite_page(form), 422
    actions.discard_draft(identity, request.path)
    _say_what_came(came)
    return redirect(url_for("accounts.person", person=came.user_id), 303)


@bp.get("/people/<uuid:person>")
@requires(Permission.PEOPLE_LIST)
def person(person: UUID) -> Any:
    identity = the_identity()
    found = queries.get_person(identity, person)
    changeable = frozenset(
        role.entity_id for role in found.roles if rules.may_manage(identity, role.role, role.organisation_id)
    )
    may_link = not found.disabled and rules.may_give_link(identity, queries.list_holdings(person))
    return render_template(
        "accounts/person.html",
        person=presenters.person_line(found, clock.today(), changeable),
        found=found,
        may_link=may_link,
        may_close=identity.is_administrator and identity.user_id != person,
        one_time_link=_take_link(person),
    )


@bp.get("/people/<uuid:person>/link")
@requires(Permission.PEOPLE_MANAGE)
def give_link(person: UUID) -> Any:
    return _confirm_page("accounts/give_link.html", ConfirmForm(), person, "Make the link")


@bp.post("/people/<uuid:person>/link")
@requires(Permission.PEOPLE_MANAGE)
@commits
def give_link_post(person: UUID) -> Any:
    token = actions.give_link(the_identity(), person)
    session[LINK] = [str(person), token]
    return redirect(url_for("accounts.person", person=person), 303)


@bp.get("/people/<uuid:person>/close")
@requires(Permission.PEOPLE_MANAGE)
def close(person: UUID) -> Any:
    queries.get_person(the_identity(), person)
    if not the_identity().is_administrator:
        raise NotAllowed
    return _confirm_page("accounts/close.html", ReasonForm(), person, "Close the account")


@bp.post("/people/<uuid:person>/close")
@requires(Permission.PEOPLE_MANAGE)
@commits
def close_post(person: UUID) -> Any:
    form = ReasonForm()
    try:
        if form.validate():
            actions.close_account(the_identity(), person, reason=form.reason.data or "")
            flash("The account is closed. What the person recorded stays.", "success")
            return redirect(url_for("accounts.person", person=person), 303)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
    return _confirm_page("accounts/close.html", form, person, "Close the account"), 422


@bp.post("/people/<uuid:person>/reopen")
@requires(Permission.PEOPLE_MANAGE)
@commits
def reopen_post(person: UUID) -> Any:
    actions.reopen_account(the_identity(), person)
    flash("The account is open again.", "success")
    return redirect(url_for("accounts.person", person=person), 303)


def offer(form: InviteForm) -> None:
    """What this person may give: an administrator anything, a lead roles in her own organisations."""
    identity = the_identity()
    own = None
    if not identity.is_administrator:
        own = [(code, name) for _id, code, name in queries.list_own_organisations(identity)]
    form.offer(rules.grantable_roles(identity), own)


def grants(form: InviteForm) -> list[rules.Grant]:
    """The roles asked for, one for each organisation. Raises RuleBroken."""
    role, until, codes = Role(form.role.data), form.until.data, form.codes()
    if role not in ORGANISATION_ROLES and not codes:
        return [rules.Grant(role, until=until)]
    if not codes:
        raise RuleBroken(form.organisation_field, f"Say which organisation the {role.label.lower()} is for")
    found = queries.find_organisations(codes)
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise RuleBroken(form.organisation_field, f"No organisation has the code {', '.join(unknown)}")
    return [rules.Grant(role, found[code], until) for code in codes]


def at_field(broken: RuleBroken, form: InviteForm) -> list[tuple[str, str]]:
    """Rules speak of `organisations`; the form may ask for them another way."""
    named = {"organisations": form.organisation_field}
    return [(named.get(field, field), message) for field, message in broken.problems]


def _asked_code() -> str:
    """The organisation that the address names, from the list of organisations."""
    code = request.args.get("organisation", "").upper()
    return code if code in queries.find_organisations([code]) else ""


def _last_import() -> presenters.LastImport | None:
    for row in audit.list_trail(
        the_identity(), TrailFilter(type="organisations.imported"), limit=1, offset=0
    ):
        return presenters.last_import(row.at, row.public, row.private)
    return None


def _roles_to_filter() -> list[Role]:
    return [role for role in Role if the_identity().is_administrator or role in rules.MEMBERS]


def _invite_page(form: InviteForm, draft_offered: bool = False) -> str:
    return render_template(
        "accounts/invite.html",
        form=form,
        draft=True,
        draft_offered=draft_offered,
        may_add=the_identity().is_administrator,
        submit_text="Invite",
        cancel_href=url_for("accounts.people"),
    )


def _confirm_page(template: str, form: Any, person: UUID, submit_text: str) -> str:
    found = queries.get_person(the_identity(), person)
    cancel = url_for("accounts.person", person=person)
    return render_template(template, form=form, found=found, submit_text=submit_text, cancel_href=cancel)


def _say_what_came(came: actions.Invitation) -> None:
    if came.token is not None:
        session[LINK] = [str(came.user_id), came.token]
        flash("The account is ready. Give the person the link below.", "success")
    elif came.had_account:
        flash("The role is given. The person has an account already and signs in as before.", "success")


def _take_link(person: UUID) -> str | None:
    """The link that this browser has just asked for; taken out, so that it is shown once."""
    kept = session.get(LINK)
    if not kept or kept[0] != str(person):
        return None
    del session[LINK]
    return url_for("accounts.link", token=kept[1], _external=True)
