"""The national library: a list for everybody, and the forms of the national lead who keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import current_identity, public, requires, the_identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.library import actions, loader, queries
from tracker.library.actions.national import problems_of_resource, problems_of_retirement
from tracker.library.forms.national import NationalForm, RestoreForm, RetireForm, shown
from tracker.library.presenters import national as presenters
from tracker.library.queries import NationalResource
from tracker.library.rules import (
    Audience,
    LearningFormat,
    Level,
    Module,
    NationalFacts,
    audiences_of,
    closeness,
    says,
)
from tracker.library.rules.words import resource_line
from tracker.library.views.choosing import read_choice, read_wanted
from tracker.library.views.common import bp
from tracker.library.views.registers import page_within
from tracker.organisations import queries as organisations
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, url_for_page
from tracker.web.saving import Answer, Stands, keep, typed_before
from tracker.web.transactions import commits


@bp.get("/resources")
@public
def index() -> str:
    """Every resource, with the source's ask; words and filters narrow the list and stay in the address."""
    every, keeps = queries.list_national_resources(), may_manage()
    found = [row for row in every if all(test(row) for test in _tests())]
    checks = queries.last_link_checks() if keeps else {}
    number = page_within(len(found))
    rows = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "library/index.html",
        ask=loader.load_national().ask,
        page=Page([resource_line(row, checks.get(row.entity_id)) for row in rows], number, len(found)),
        address=url_for_page,
        total=len(every),
        chosen=request.args,
        narrowed=any(request.args.get(name) for name in _NAMES),
        choices=_choices(),
        may_manage=keeps,
        today=clock.today(),
    )


_NAMES = ("q", "staff", "setting", "patients", "format", "level", "state")


def _choices() -> dict[str, list[presenters.Choice]]:
    return {
        "staff": presenters.staff_choices(),
        "setting": presenters.setting_choices(),
        "patients": presenters.patients_choices(),
        "format": presenters.format_choices(),
        "level": presenters.level_choices(),
        "state": [presenters.Choice("retired", "Retired"), presenters.Choice("all", "All")],
    }


def _tests() -> list[Callable[[NationalResource], bool]]:
    """What a resource must pass to stay in the list."""
    words, wanted = request.args.get("q", "").strip()[:100], read_wanted()
    of, level, state = (
        read_choice(LearningFormat, "format"),
        read_choice(Level, "level"),
        request.args.get("state"),
    )
    tests: list[Callable[[NationalResource], bool]] = [
        lambda row: says(words, _texts(row)),
        lambda row: state == "all" or (row.retired_on is not None) == (state == "retired"),
        lambda row: of in (None, row.format),
        lambda row: level in (None, row.level),
    ]
    if wanted.staff or wanted.setting or wanted.patients:
        tests.append(lambda row: closeness(audiences_of(row.audiences), wanted) is not None)
    return tests


def _texts(row: NationalResource) -> Iterator[str]:
    """Everything of a resource that can be read as words."""
    yield from (row.title, row.made_by, row.audience_words, row.description, row.session_code, row.note)
    yield from row.covers
    for module in row.modules:
        yield from module.values()


def may_manage() -> bool:
    identity = current_identity()
    return identity is not None and allows(identity, Permission.LIBRARY_MANAGE)


# --- kept by the national lead ----------------------------------------------------------------------------


@bp.get("/resources/new")
@requires(Permission.LIBRARY_MANAGE)
def new() -> Answer:
    """An empty resource."""
    return _page(NationalForm(typed_before()), None)


@bp.post("/resources/new")
@requires(Permission.LIBRARY_MANAGE)
@commits
def create() -> Answer:
    """Add it."""
    return _save(None)


@bp.get("/resources/<resource>/edit")
@requires(Permission.LIBRARY_MANAGE)
def edit(resource: str) -> Answer:
    """A resource as it stands."""
    row = queries.get_national_resource(resource)
    if row.retired_on is not None:
        return render_template("library/retired.html", row=row)
    typed = typed_before()
    return _page(NationalForm(typed) if typed else _filled(row), row)


@bp.post("/resources/<resource>/edit")
@requires(Permission.LIBRARY_MANAGE)
@commits
def save(resource: str) -> Answer:
    """Save what was changed."""
    return _save(queries.get_national_resource(resource))


def _save(row: NationalResource | None) -> Answer:
    form = _offering(NationalForm(MultiDict(request.form)), row)
    is_whole, facts, identity = form.validate(), form.facts(_further(row)), the_identity()
    if not is_whole:
        listed, own = queries.list_national_resources(), row.entity_id if row else None
        form.add_further(problems_of_resource(facts, listed, own))
        return _page(form, row), 422

    def act() -> None:
        if row is None:
            actions.add_national(identity, facts)
        else:
            actions.change_national(identity, row.code, facts, version=form.version_number())

    return keep(
        form,
        act,
        lambda **more: _page(form, row, **more),
        lambda: _stands(row),
        notice=f"“{facts.title}” is saved.",
        location=url_for("pages.resource", resource=row.code) if row else url_for("library.index"),
    )


def _further(row: NationalResource | None) -> tuple[Audience, ...]:
    """Audiences that the form has no fields for: the shipped file may name any number."""
    return audiences_of(row.audiences)[2:] if row else ()


def _filled(row: NationalResource) -> NationalForm:
    return _offering(NationalForm(None, data={**shown(_facts(row)), "version": str(row.version)}), row)


def _facts(row: NationalResource) -> NationalFacts:
    return NationalFacts(
        title=row.title,
        kind=row.kind,
        made_by=row.made_by,
        level=row.level,
        session_code=row.session_code,
        format=row.format,
        format_words=row.format_words,
        audience_words=row.audience_words,
        audiences=audiences_of(row.audiences),
        covers=tuple(row.covers),
        modules=tuple(Module(each.get("title", ""), each.get("audience", "")) for each in row.modules),
        description=row.description,
        minutes=row.minutes,
        is_interactive=row.is_interactive,
        endorsement=row.endorsement,
        serves=tuple(row.serves),
        link=row.link,
        note=row.note,
        owner_id=row.owner_id,
    )


def _stands(row: NationalResource | None) -> Stands | None:
    if row is None:
        return None
    found = queries.get_national_resource(row.code)
    return Stands(_filled(found), queries.find_author(the_identity(), found.author_id), found.recorded_at)


def _offering(form: NationalForm, row: NationalResource | None) -> NationalForm:
    form.offer(
        ((each.code, f"{each.number}. {each.short_title}") for each in catalogue.list_recommendations()),
        _owners(row),
    )
    return form


def _owners(row: NationalResource | None) -> list[tuple[str, str]]:
    """Organisations that are open, and the one that was recorded before; one of a demonstration says so."""
    recorded = row.owner_id if row else None
    return [
        (str(each.id), f"{each.name} (demonstration)" if each.demonstration else each.name)
        for each in organisations.list_directory(the_identity())
        if each.is_open or each.id == recorded
    ]


def _page(form: NationalForm, row: NationalResource | None, *, clash: Clash | None = None) -> str:
    return render_template(
        "library/edit.html",
        form=_offering(form, row),
        row=row,
        further=len(_further(row)),
        clash=clash,
        draft=True,
        cancel_href=url_for("pages.resource", resource=row.code) if row else url_for("library.index"),
    )


@bp.get("/resources/<resource>/retire")
@requires(Permission.LIBRARY_MANAGE)
def retire(resource: str) -> Answer:
    """Say that it is no longer to be used; who shared it is told first."""
    row = queries.get_national_resource(resource)
    typed = typed_before()
    return _retire_page(
        RetireForm(typed) if typed else RetireForm(None, data={"version": str(row.version)}), row
    )


@bp.post("/resources/<resource>/retire")
@requires(Permission.LIBRARY_MANAGE)
@commits
def take_out_of_use(resource: str) -> Answer:
    """Retire it: it stays in every ledger."""
    row = queries.get_national_resource(resource)
    form = RetireForm(MultiDict(request.form))
    if not form.validate():
        form.add_further(problems_of_retirement(row, form.retired_on.data, form.reason.data or ""))
        return _retire_page(form, row), 422
    identity = the_identity()

    def act() -> None:
        actions.retire_national(
            identity,
            row.code,
            on=form.retired_on.data,
            reason=form.reason.data or "",
            version=form.version_number(),
        )

    return keep(
        form,
        act,
        lambda **more: _retire_page(form, row, **more),
        notice=f"“{row.title}” is retired. It stays wherever it was recorded.",
        location=url_for("pages.resource", resource=row.code),
    )


def _retire_page(form: RetireForm, row: NationalResource, *, clash: Clash | None = None) -> str:
    return render_template(
        "library/retire.html",
        form=form,
        row=row,
        clash=clash,
        shares=queries.count_shares_of(the_identity(), row.entity_id),
        sharers_href=_sharers(row),
        draft=True,
        cancel_href=url_for("pages.resource", resource=row.code),
    )


def _sharers(row: NationalResource) -> str:
    """Where those who shared it are listed, for whoever may read it: the longest time that can be asked for."""
    if not allows(the_identity(), Permission.SUMMARY_VIEW):
        return ""
    here = url_for("summary.dissemination", resource=row.code, within=36, reached="yes")
    return f"{here}#organisations"


@bp.get("/resources/<resource>/bring-back")
@requires(Permission.LIBRARY_MANAGE)
def bring_back(resource: str) -> Answer:
    """Ask why a retired resource is to be used again."""
    row = queries.get_national_resource(resource)
    typed = typed_before()
    return _restore_page(
        RestoreForm(typed) if typed else RestoreForm(None, data={"version": str(row.version)}), row
    )


@bp.post("/resources/<resource>/bring-back")
@requires(Permission.LIBRARY_MANAGE)
@commits
def restore(resource: str) -> Answer:
    """List and suggest it again."""
    row = queries.get_national_resource(resource)
    form = RestoreForm(MultiDict(request.form))
    if not form.validate():
        return _restore_page(form, row), 422
    identity = the_identity()
    return keep(
        form,
        lambda: actions.restore_national(
            identity, row.code, reason=form.reason.data or "", version=form.version_number()
        ),
        lambda **more: _restore_page(form, row, **more),
        notice=f"“{row.title}” is in use again.",
        location=url_for("pages.resource", resource=row.code),
    )


def _restore_page(form: RestoreForm, row: NationalResource, *, clash: Clash | None = None) -> str:
    return render_template(
        "library/bring_back.html",
        form=form,
        row=row,
        clash=clash,
        draft=True,
        cancel_href=url_for("pages.resource", resource=row.code),
    )
