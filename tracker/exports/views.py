"""Evidence packs: choose what one holds, see it before, and take it away as often as needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4, uuid5

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_range_header
from werkzeug.wrappers import Response

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.audit import queries as audit
from tracker.catalogue import queries as catalogue
from tracker.errors import RuleBroken
from tracker.exports import actions, presenters, queries
from tracker.exports.forms import ALL, CHOSEN, REGION, AskForm, PackForm
from tracker.exports.presenters import Figures, PackRow
from tracker.exports.queries import Cut, Preview, Store
from tracker.exports.storage import FileShelf, FileSigner, load_signer
from tracker.exports.writers import PreparedBundle
from tracker.organisations import queries as organisations
from tracker.organisations.queries import DirectoryFilter
from tracker.organisations.rules import World
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.transactions import commits, writing
from tracker.web.worlds import asks_for_invented

bp = Blueprint("exports", __name__, url_prefix="/exports")
Answer = str | tuple[str, int] | Response
OFFERED_AT_MOST = 50


@bp.get("")
@requires(Permission.EXPORT_MAKE)
def index() -> Answer:
    """Choose organisations, recommendations and a day; the packs asked for earlier."""
    typed = request.args if set(request.args) - {"page"} else None
    return _index_page(_form(typed))


@bp.get("/preview")
@requires(Permission.EXPORT_MAKE)
def preview() -> Answer:
    """What the pack would hold, before it is asked for."""
    form = _form(request.args)
    if form.find.data:
        return _index_page(form)
    if not form.validate():
        return _index_page(form), 422
    return _preview_page(form)


@bp.post("")
@requires(Permission.EXPORT_MAKE)
@commits
def save() -> Answer:
    """Save what is asked for, with the point in each audit trail up to which it goes."""
    asked, form = AskForm(), _form(MultiDict(request.form))
    if not asked.validate() or not form.validate():
        return _index_page(form), 422
    try:
        saved = actions.request_export(
            the_identity(),
            _codes(form),
            _recommendations(form),
            form.as_at.data,
            request_id=_request_id(asked.idempotency_key.data),
        )
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _index_page(form), 422
    return redirect(url_for("exports.ready", request_id=saved.id), 303)


@bp.get("/<uuid:request_id>/ready")
@requires(Permission.EXPORT_MAKE)
def ready(request_id: UUID) -> Answer:
    """The link, and how to check what comes from it."""
    saved = queries.get_request(the_identity(), request_id)
    cut = queries.cut_of(saved)
    figures = _figures(queries.preview(cut, _store(), absent=False))
    return render_template(
        "exports/ready.html",
        pack=saved,
        asked=_question(cut),
        holds=presenters.what_it_holds(figures),
        how_long=presenters.how_long(figures),
        file_name=_file_name(saved.id, cut),
        public_key=_signer().public_key.hex(),
    )


@bp.get("/<uuid:request_id>")
@requires(Permission.EXPORT_MAKE)
def download(request_id: UUID) -> Answer:
    """The pack, whole or from any byte on: the same bytes each time. Told to the audit trail before the first."""
    identity = the_identity()
    saved = queries.get_request(identity, request_id)
    name = _file_name(saved.id, queries.cut_of(saved))
    plan = queries.plan_bundle(identity, saved, _store(), _signer())
    bundle = PreparedBundle(plan, _shelf())
    queries.release()
    try:
        start, end = _wanted_range(bundle)
        if request.method == "GET" and not (start and _told_today(request_id)):
            with writing():
                actions.record_download(identity, queries.get_request(identity, request_id))
    except BaseException:
        bundle.close()
        raise
    return _answer(bundle, name, start, end)


# --- the form ---------------------------------------------------------------------------------------------


def _form(typed: MultiDict[str, str] | None) -> PackForm:
    form = PackForm(formdata=typed) if typed is not None else PackForm(formdata=None, as_at=clock.today())
    world = _world()
    total = organisations.count_directory(
        the_identity(),
        DirectoryFilter(demonstration=world.demonstration),
        permission=Permission.EXPORT_ORGANISATION,
    )
    if not total:
        abort(403)
    form.offer(
        _offered(form, world),
        organisations.list_regions(world.demonstration),
        [(each.code, f"{each.number}. {each.short_title}") for each in catalogue.list_recommendations()],
        total=total,
        today=clock.today(),
    )
    return form


def _offered(form: PackForm, world: World) -> list[tuple[str, str]]:
    """Those ticked already, then the first of those that the words in the box find."""
    scope = Permission.EXPORT_ORGANISATION
    ticked = set(form.organisations.data or ())
    wanted = DirectoryFilter(text=form.q.data or "", demonstration=world.demonstration)
    rows = list(organisations.list_directory(the_identity(), wanted, permission=scope, limit=OFFERED_AT_MOST))
    found = {row.code for row in rows}
    for code in sorted(ticked - found):
        rows += organisations.list_directory(
            the_identity(), DirectoryFilter(text=code), permission=scope, limit=1
        )
    rows.sort(key=lambda row: row.code not in ticked)
    return [(row.code, f"{row.name} ({row.code})") for row in rows]


def _world() -> World:
    """Of which organisations a pack is: real ones, unless there are only invented ones or those are asked for."""
    return organisations.find_world(the_identity(), asked=asks_for_invented())


def _codes(form: PackForm) -> list[str]:
    identity = the_identity()
    if form.who.data == CHOSEN:
        return sorted(set(form.organisations.data or ()))
    region = (form.region.data or "") if form.who.data == REGION else ""
    found = queries.list_codes(identity, region, demonstration=_world().demonstration)
    if not found and form.who.data != ALL:
        raise RuleBroken("region", "You may see no organisation of this region. Choose another.")
    return found


def _recommendations(form: PackForm) -> list[str]:
    return sorted(set(form.recommendations.data or ())) or queries.list_recommendation_codes()


def _request_id(key: str | None) -> UUID | None:
    """The same form sent twice asks for one pack; nobody can take the number of somebody else's."""
    return uuid5(the_identity().user_id, key) if key else None


# --- pages ------------------------------------------------------------------------------------------------


def _index_page(form: PackForm) -> str:
    identity, page = the_identity(), page_number()
    rows = queries.list_requests(identity, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    of_all = len(catalogue.list_recommendations())
    packs: list[PackRow] = [
        presenters.pack_row(
            url_for("exports.ready", request_id=each.id) if queries.is_covered(identity, each) else "",
            each.organisation_codes,
            each.recommendation_codes,
            of_all,
            each.as_at,
            each.requested_at,
        )
        for each in rows
    ]
    earlier = Page(packs, page, queries.count_requests(identity))
    return render_template(
        "exports/index.html", form=form, page=earlier, page_address=url_for_page, world=_world()
    )


def _preview_page(form: PackForm) -> Answer:
    identity = the_identity()
    try:
        cut = queries.cut_now(identity, _codes(form), _recommendations(form), form.as_at.data)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _index_page(form), 422
    found = queries.preview(cut, _store())
    carried = presenters.arguments(request.args.to_dict(flat=False))
    return render_template(
        "exports/preview.html",
        asked=_question(cut),
        holds=presenters.what_it_holds(_figures(found)),
        missing=presenters.what_is_missing(found.holding.missing, found.withheld, found.redacted),
        carried=[(name, value) for name, values in carried.items() for value in values],
        change_href=f"{url_for('exports.index')}?{urlencode(carried, doseq=True)}",
        form=AskForm(formdata=None, idempotency_key=uuid4().hex),
    )


def _question(cut: Cut) -> list[presenters.Line]:
    return presenters.what_is_asked(
        [(each.code, each.name) for each in cut.organisations],
        cut.recommendations,
        cut.as_at,
        len(catalogue.list_recommendations()),
    )


def _figures(found: Preview) -> Figures:
    holding = found.holding
    return Figures(
        found.records,
        found.entries,
        found.actions,
        found.findings,
        holding.items,
        holding.files,
        holding.size,
        found.events,
        found.registers,
    )


# --- sending ----------------------------------------------------------------------------------------------


def _store() -> Store:
    found: Store = current_app.extensions["evidence_store"]
    return found


def _shelf() -> FileShelf:
    return FileShelf(current_app.config["SETTINGS"].instance / "packs", _signer())


def _signer() -> FileSigner:
    return load_signer(current_app.config["SETTINGS"].signing_key)


def _file_name(request_id: UUID, cut: Cut) -> str:
    whose = (
        cut.organisations[0].code
        if len(cut.organisations) == 1
        else f"{len(cut.organisations)}-organisations"
    )
    return f"evidence-pack-{whose}-{cut.as_at.isoformat()}-{str(request_id)[:8]}.zip"


def _told_today(request_id: UUID) -> bool:
    """A download that is resumed is the same download."""
    since = clock.end_of_day(clock.today() - timedelta(days=1))
    subject = ("export", str(request_id))
    return audit.has_event_today(the_identity().user_id, "export.downloaded", subject, since)


def _wanted_range(bundle: PreparedBundle) -> tuple[int, int | None]:
    """(start, end) with None for the whole; 416 for a range outside. A pack changed since is sent whole."""
    asked = parse_range_header(request.headers.get("Range"))
    unchanged = request.if_range.etag in (None, bundle.etag) and request.if_range.date is None
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or not unchanged:
        return 0, None
    found = asked.range_for_length(bundle.length)
    if found is None:
        abort(
            Response("The range lies outside the file.", 416, {"Content-Range": f"bytes */{bundle.length}"})
        )
    return found


def _answer(bundle: PreparedBundle, name: str, start: int, end: int | None) -> Response:
    stop = bundle.length if end is None else end
    response = Response(_sent(bundle, start, stop), 200 if end is None else 206, mimetype="application/zip")
    response.call_on_close(bundle.close)
    response.content_length = stop - start
    response.set_etag(bundle.etag)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if end is not None:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{bundle.length}"
    return response


def _sent(bundle: PreparedBundle, start: int, stop: int) -> Iterator[bytes]:
    """No transaction is open while these bytes go: everything was read before."""
    with bundle:
        yield from bundle.stream(start, stop)
