"""Keeping the programme: the national lead adds the next year, its items, parts and events, and takes items out."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.catalogue import queries as catalogue
from tracker.errors import NotAllowed
from tracker.library import queries as library
from tracker.programme import actions, queries, rules
from tracker.programme.forms import ItemForm, SourceItemForm, TakeOutForm, YearForm
from tracker.programme.queries import ProgrammeItem, ProgrammeYear
from tracker.programme.rules import DEEPEST, ItemFacts
from tracker.programme.views.common import bp
from tracker.web.conflicts import Clash
from tracker.web.fields import Item
from tracker.web.saving import Answer, Stands, Typed, keep, typed_before
from tracker.web.transactions import commits

FIELDS = tuple(ItemFacts.__dataclass_fields__)


# --- years -------------------------------------------------------------------------------------------------


@bp.get("/programme/new")
@requires(Permission.PROGRAMME_MANAGE)
def new_year() -> Answer:
    """The next year, filled in."""
    following = rules.following_year(each.code for each in queries.list_years())
    return _year_page(YearForm(typed_before(), data={"code": following}), None)


@bp.post("/programme/new")
@requires(Permission.PROGRAMME_MANAGE)
@commits
def create_year() -> Answer:
    """Add a year to the programme."""
    form = YearForm(MultiDict(request.form))
    facts, is_whole = form.facts(), form.validate()
    if not is_whole:
        form.add_further(rules.problems_of_year(facts, {each.code for each in queries.list_years()}))
        return _year_page(form, None), 422
    return keep(
        form,
        lambda: actions.add_year(the_identity(), facts),
        lambda **more: _year_page(form, None, **more),
        notice="The year is added. Add its first item.",
        location=url_for("programme.index", year=rules.year_code(facts.code)),
    )


@bp.get("/programme/years/<year>")
@requires(Permission.PROGRAMME_MANAGE)
def edit_year(year: str) -> Answer:
    """What is said of a year."""
    row = queries.get_year(year)
    return _year_page(_year_form(row, typed_before()), row)


@bp.post("/programme/years/<year>")
@requires(Permission.PROGRAMME_MANAGE)
@commits
def save_year(year: str) -> Answer:
    """Change what is said of a year."""
    row = queries.get_year(year)
    form = _year_form(row, MultiDict(request.form))
    if not form.validate():
        return _year_page(form, row), 422
    version, facts = form.version_number(), form.facts(row.code)
    return keep(
        form,
        lambda: actions.change_year(the_identity(), row.code, facts, version=version),
        lambda **more: _year_page(form, row, **more),
        lambda: _year_stands(year),
        notice=f"{row.name} is saved.",
        location=url_for("programme.index", year=row.code),
    )


def _year_form(row: ProgrammeYear, typed: Typed) -> YearForm:
    data = {"is_confirmed": row.is_confirmed, "note": row.note, "version": str(row.version)}
    return YearForm(typed, data=data).fix(from_source=row.from_source)


def _year_stands(year: str) -> Stands:
    row = queries.get_year(year)
    return Stands(_year_form(row, None), _name_of(row), row.recorded_at)


def _year_page(form: YearForm, row: ProgrammeYear | None, *, clash: Clash | None = None) -> str:
    back = url_for("programme.index", year=row.code) if row else url_for("programme.index")
    return render_template(
        "programme/year.html", form=form, row=row, clash=clash, draft=True, cancel_href=back
    )


# --- items -------------------------------------------------------------------------------------------------


@bp.get("/programme/years/<year>/new")
@requires(Permission.PROGRAMME_MANAGE)
def new_item(year: str) -> Answer:
    """An empty item of a year; `parent` in the address makes it a part of another."""
    row = queries.get_year(year)
    form = _offered(ItemForm(typed_before(), data={"parent_code": request.args.get("parent", "")}), row)
    return _item_page(form, row, None)


@bp.post("/programme/years/<year>/new")
@requires(Permission.PROGRAMME_MANAGE)
@commits
def create_item(year: str) -> Answer:
    """Add an item, a part or an event to a year."""
    row = queries.get_year(year)
    form = _offered(ItemForm(MultiDict(request.form)), row)
    if not form.validate():
        form.add_further(_further_problems(form, row.code))
        return _item_page(form, row, None), 422
    facts, parent = form.facts(), form.parent_code.data or ""
    return keep(
        form,
        lambda: actions.add_item(the_identity(), row.code, facts, parent_code=parent),
        lambda **more: _item_page(form, row, None, **more),
        notice=f"“{facts.title}” is added to {row.name}.",
        location=url_for("programme.index", year=row.code),
    )


@bp.get("/programme/<item>/edit")
@requires(Permission.PROGRAMME_MANAGE)
def edit_item(item: str) -> Answer:
    """An item as it stands; of one of the source only what is ours."""
    row = _in_use(item)
    return _item_page(_item_form(row, typed_before()), queries.get_year(row.year_code), row)


@bp.post("/programme/<item>/edit")
@requires(Permission.PROGRAMME_MANAGE)
@commits
def save_item(item: str) -> Answer:
    """Change what is said of an item."""
    row = _in_use(item)
    year, form = queries.get_year(row.year_code), _item_form(row, MultiDict(request.form))
    if not form.validate():
        form.add_further(_further_problems(form, year.code, row))
        return _item_page(form, year, row), 422
    facts, version = form.facts(), form.version_number()
    return keep(
        form,
        lambda: actions.change_item(the_identity(), row.code, facts, version=version),
        lambda **more: _item_page(form, year, row, **more),
        lambda: _item_stands(item),
        notice="Saved.",
        location=url_for("programme.item", item=row.code),
    )


@bp.get("/programme/<item>/take-out")
@requires(Permission.PROGRAMME_MANAGE)
def ask_take_out(item: str) -> Answer:
    """Why an item is taken out, with its parts."""
    row = _removable(item)
    return _take_out_page(TakeOutForm(typed_before(), data={"version": str(row.version)}), row)


@bp.post("/programme/<item>/take-out")
@requires(Permission.PROGRAMME_MANAGE)
@commits
def take_out(item: str) -> Answer:
    """Take an item out; it stays in the history."""
    row, form = _removable(item), TakeOutForm(MultiDict(request.form))
    if not form.validate():
        return _take_out_page(form, row), 422
    reason, version = form.reason.data or "", form.version_number()
    return keep(
        form,
        lambda: actions.take_out(the_identity(), row.code, reason, version=version),
        lambda **more: _take_out_page(form, row, **more),
        notice=f"“{row.title}” is taken out of the programme.",
        location=url_for("programme.index", year=row.year_code),
    )


def _further_problems(
    form: ItemForm | SourceItemForm, year: str, row: ProgrammeItem | None = None
) -> list[tuple[str, str]]:
    """What the rules say besides: one round, not two."""
    if isinstance(form, SourceItemForm):
        return rules.problems_of_note(form.facts())
    own = row.code if row else ""
    listed = [each for each in queries.list_items() if each.year_code == year and each.code != own]
    return rules.problems_of_item(form.facts(), year, [each.title for each in listed])


def _in_use(code: str) -> ProgrammeItem:
    row = queries.get_item(code)
    if row.retired_reason:
        raise NotAllowed("it was taken out of the programme")
    return row


def _removable(code: str) -> ProgrammeItem:
    row = _in_use(code)
    if row.from_source:
        raise NotAllowed("what the source says stays")
    return row


def _item_form(row: ProgrammeItem, typed: Typed) -> ItemForm | SourceItemForm:
    values = {name: getattr(row, name) for name in FIELDS}
    data = {**values, "kind": row.kind.value, "version": str(row.version)}
    form = (SourceItemForm if row.from_source else ItemForm)(typed, data=data)
    if isinstance(form, ItemForm):
        # A code says for ever what it belongs to.
        del form.parent_code
    return _offered(form)


def _offered(form: ItemForm | SourceItemForm, year: ProgrammeYear | None = None) -> ItemForm | SourceItemForm:
    form.offer(
        [
            (each.code, f"Recommendation {each.number}: {each.short_title}")
            for each in catalogue.list_recommendations()
        ],
        [
            (each.code, each.title)
            for each in library.list_national_resources()
            if each.retired_on is None or each.code == form["resource_code"].data
        ],
    )
    if year is not None:
        form["parent_code"].items = [Item(each.code, each.title) for each in _parents(year.code)]
    return form


def _parents(year: str) -> list[ProgrammeItem]:
    listed = [each for each in queries.list_items() if each.year_code == year and not each.retired_reason]
    return [each for each in listed if rules.depth_of(each.code, year) < DEEPEST]


def _item_stands(item: str) -> Stands:
    row = queries.get_item(item)
    return Stands(_item_form(row, None), _name_of(row), row.recorded_at)


def _name_of(row: ProgrammeItem | ProgrammeYear) -> str:
    return queries.names_of(the_identity(), [row.author_id]).get(row.author_id, "") if row.author_id else ""


def _item_page(
    form: ItemForm | SourceItemForm,
    year: ProgrammeYear,
    row: ProgrammeItem | None,
    *,
    clash: Clash | None = None,
) -> str:
    back = url_for("programme.item", item=row.code) if row else url_for("programme.index", year=year.code)
    return render_template(
        "programme/edit.html", form=form, year=year, row=row, clash=clash, draft=True, cancel_href=back
    )


def _take_out_page(form: TakeOutForm, row: ProgrammeItem, *, clash: Clash | None = None) -> str:
    listed = queries.list_items()
    parts = [each for each in listed if each.code.startswith(f"{row.code}-") and not each.retired_reason]
    return render_template(
        "programme/take_out.html",
        form=form,
        row=row,
        parts=parts,
        clash=clash,
        draft=True,
        cancel_href=url_for("programme.item", item=row.code),
    )
