"""Every write of evidence: bytes first (checked, hashed, in the store), then rows, history and audit event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue import queries as catalogue
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence import queries, readers, rules
from tracker.evidence.models import EvidenceFile, EvidenceItem, EvidenceLink, HeldUpload
from tracker.evidence.rules import EvidenceKind, Limits
from tracker.evidence.storage import EvidenceStore, Readable
from tracker.extensions import bound, db, setting

FACTS = ("kind", "dated_on", "valid_until")
TEXTS = ("title", "shows", "link", "withdrawn_reason")


@dataclass(frozen=True, slots=True)
class ItemInput:
    """What a form says of an item; `recommendations` are permanent codes."""

    title: str
    shows: str
    kind: EvidenceKind
    dated_on: date | None
    valid_until: date | None
    link: str | None
    recommendations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """One file that came with a form: its name as typed on the person's computer, and its bytes."""

    file_name: str
    stream: Readable


def store() -> EvidenceStore:
    """The evidence store of this application."""
    found: EvidenceStore = bound("evidence_store")
    return found


def limits() -> Limits:
    """The limits in force, with the deployment's own limit for a file."""
    return Limits(file_bytes=setting("UPLOAD_FILE_LIMIT"))


def next_item_id() -> UUID:
    """An id for an item to come: a form's key can then say where it led before anything is written."""
    return new_id()


def receive_files(
    identity: Identity, organisation: OrganisationRef, files: Sequence[Received]
) -> tuple[list[HeldUpload], list[tuple[str, str]]]:
    """Check files and put the good ones in the store, held for this person's form; problems name the others.

    Bytes are durable before any row speaks of them. The rows belong to the caller's transaction.
    """
    _require(identity, organisation)
    allowed = limits()
    if len(files) > allowed.files:
        return [], [("files", f"Add at most {allowed.files} files at once. Save, then add the others.")]
    held: list[HeldUpload] = []
    problems: list[tuple[str, str]] = []
    for file in files:
        try:
            held.append(_receive(identity, organisation, file, allowed))
        except RuleBroken as error:
            problems += error.problems
    db.session.add_all(held)
    db.session.flush()
    return held, problems


def add_item(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: ItemInput,
    held: Sequence[HeldUpload],
    *,
    item_id: UUID | None = None,
    chain: Chain | None = None,
) -> EvidenceItem:
    """Add an item with its files or link. Raises RuleBroken by field."""
    _require(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    _check_item(organisation, wanted, has_file=bool(held))
    item = EvidenceItem(
        organisation_id=organisation.id,
        entity_id=item_id or new_id(),
        author_id=identity.user_id,
        recorded_at=chain.recorded_at,
        version=1,
        withdrawn_reason=None,
        **_columns(wanted),
    )
    db.session.add(item)
    db.session.flush()
    _audit_item(chain, identity, "evidence.added", item, {}, recommendations=list(wanted.recommendations))
    _link(chain, item, wanted.recommendations)
    _attach(chain, identity, item, held, replaces=None)
    return item


def add_proof(
    identity: Identity,
    organisation: OrganisationRef,
    code: str,
    *,
    held: Sequence[UUID],
    link: str | None,
    valid_until: date | None,
    chain: Chain,
) -> None:
    """Evidence that came with a step: one item of the new files or the link, titled by the first file's name.

    A file whose bytes the organisation holds already is not added twice: the item that is there is linked.
    """
    fresh = []
    for upload in queries.list_held(identity, organisation.id, held):
        same = queries.find_same_bytes(identity, organisation.id, upload.sha256)
        if same is None or same.item.withdrawn_reason is not None:
            fresh.append(upload)
            continue
        upload.used_at = chain.recorded_at
        _support(chain, identity, same.item, (code,))
    if not fresh and not link:
        return
    title = rules.title_from_file_name(fresh[0].file_name) if fresh else _title_of_link(link or "")
    wanted = ItemInput(
        title=title,
        shows="",
        kind=EvidenceKind.OTHER if fresh else EvidenceKind.LINK,
        dated_on=clock.today(),
        valid_until=valid_until,
        link=link or None,
        recommendations=(code,),
    )
    add_item(identity, organisation, wanted, fresh, chain=chain)


def add_files(
    identity: Identity,
    organisation: OrganisationRef,
    item_id: UUID,
    held: Sequence[HeldUpload],
    *,
    replaces: int | None,
) -> EvidenceItem:
    """Add files to an item as its next revisions; one of them may replace an earlier revision."""
    _require(identity, organisation)
    chain = audit.open_chain(organisation.id)
    linked = queries.get_item(identity, organisation.id, item_id)
    _refuse_withdrawn(linked.item)
    if not held:
        raise RuleBroken("files", "Choose a file to add.")
    if replaces is not None and replaces not in {file.revision for file in linked.files}:
        raise RuleBroken("replaces", "Choose a file of this item that has not been replaced already.")
    _attach(chain, identity, linked.item, held, replaces=replaces)
    return linked.item


def change_item(
    identity: Identity, organisation: OrganisationRef, item_id: UUID, wanted: ItemInput, *, version: int
) -> EvidenceItem:
    """Change what is said of an item and what it supports. Raises Conflict when somebody changed it first."""
    _require(identity, organisation)
    chain = audit.open_chain(organisation.id)
    linked = queries.get_item(identity, organisation.id, item_id)
    _require_version(linked.item, version)
    _refuse_withdrawn(linked.item)
    _check_item(organisation, wanted, has_file=bool(linked.files))
    old = _described(linked.item)
    if not _is_changed(identity, linked.item, wanted):
        return linked.item
    item = revise(
        db.session(), linked.item, chain.recorded_at,
        author_id=identity.user_id, version=version + 1, **_columns(wanted),
    )  # fmt: skip
    _audit_item(chain, identity, "evidence.changed", item, old)
    _relink(chain, identity, item, wanted.recommendations)
    return item


def link_item(
    identity: Identity, organisation: OrganisationRef, item_id: UUID, codes: Sequence[str]
) -> EvidenceItem:
    """Let an item support further recommendations; those that it supports already stay. A new version says who."""
    _require(identity, organisation)
    chain = audit.open_chain(organisation.id)
    item = queries.get_item(identity, organisation.id, item_id).item
    _refuse_withdrawn(item)
    if problems := _recommendation_problems(organisation, codes):
        raise RuleBroken.many(problems)
    return _support(chain, identity, item, codes)


def withdraw_item(
    identity: Identity, organisation: OrganisationRef, item_id: UUID, reason: str, *, version: int
) -> EvidenceItem:
    """Take an item out of use. It stays in the history, and its bytes in the store."""
    _require(identity, organisation)
    chain = audit.open_chain(organisation.id)
    linked = queries.get_item(identity, organisation.id, item_id)
    _require_version(linked.item, version)
    _refuse_withdrawn(linked.item)
    if not reason:
        raise RuleBroken("reason", "Say why this is taken out of use. The reason stays in the history.")
    _refuse_identifiers({"reason": reason})
    item = revise(
        db.session(), linked.item, chain.recorded_at,
        author_id=identity.user_id, version=version + 1, withdrawn_reason=reason,
    )  # fmt: skip
    audit.record(
        chain,
        "evidence.withdrawn",
        actor_id=identity.user_id,
        subject=("evidence", str(item_id)),
        public={"evidence_id": str(item_id), "version": item.version, "withdrawn_on": _today(chain)},
        private={"title": item.title, "reason": reason},
    )
    return item


def record_download(identity: Identity, organisation: OrganisationRef, file: EvidenceFile) -> None:
    """Record that a file's bytes were handed to somebody."""
    chain = audit.open_chain(organisation.id)
    audit.record(
        chain,
        "evidence.downloaded",
        actor_id=identity.user_id,
        subject=("evidence", str(file.item_id)),
        public={
            "evidence_id": str(file.item_id),
            "revision": file.revision,
            "sha256": file.sha256,
            "size": file.size,
        },
        private={"file_name": file.file_name},
    )


def _receive(
    identity: Identity, organisation: OrganisationRef, file: Received, allowed: Limits
) -> HeldUpload:
    name = file.file_name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    extension = rules.extension_of(name)
    if found := rules.find_identifiers(name):
        raise RuleBroken("files", rules.identifier_message(found[0], where="The name of a file"))
    incoming = store().receive(file.stream, allowed.file_bytes)
    try:
        checked = readers.check_content(incoming.path, name, allowed)
        if checked.text_identifiers:
            raise RuleBroken("files", rules.identifier_message(checked.text_identifiers[0], where=name))
        store().keep(organisation.id, incoming)
    finally:
        incoming.discard()
    return HeldUpload(
        organisation_id=organisation.id,
        id=new_id(),
        user_id=identity.user_id,
        sha256=incoming.sha256,
        size=incoming.size,
        file_name=name[:200],
        content_type=rules.CONTENT_TYPES[extension],
        held_at=clock.now(),
    )


def _title_of_link(link: str) -> str:
    return link.split("://", 1)[-1].rstrip("/")[: rules.TITLE_CHARACTERS]


def _attach(
    chain: Chain, identity: Identity, item: EvidenceItem, held: Iterable[HeldUpload], *, replaces: int | None
) -> None:
    revision = max(
        (file.revision for file in queries.list_files(identity, item.organisation_id, item.entity_id)),
        default=0,
    )
    for upload in held:
        revision += 1
        file = EvidenceFile(
            organisation_id=item.organisation_id,
            item_id=item.entity_id,
            revision=revision,
            replaces=replaces,
            sha256=upload.sha256,
            size=upload.size,
            file_name=upload.file_name,
            content_type=upload.content_type,
            added_by=identity.user_id,
            recorded_at=chain.recorded_at,
        )
        db.session.add(file)
        upload.used_at = chain.recorded_at
        db.session.flush()
        _audit_file(chain, identity, file)
        # Only the first of several takes the place of the old one; the others are new beside it.
        replaces = None


def _link(chain: Chain, item: EvidenceItem, codes: Iterable[str]) -> None:
    for code in codes:
        db.session.add(
            EvidenceLink(
                organisation_id=item.organisation_id,
                entity_id=new_id(),
                item_id=item.entity_id,
                subject_kind=queries.RECOMMENDATION,
                subject_code=code,
                recorded_at=chain.recorded_at,
            )
        )
    db.session.flush()


def _support(chain: Chain, identity: Identity, item: EvidenceItem, codes: Iterable[str]) -> EvidenceItem:
    """Add links to those that stand; the item's next version says who did."""
    links = queries.list_links(identity, item.organisation_id, item.entity_id)
    standing = [link.subject_code for link in links]
    wanted = list(dict.fromkeys([*standing, *codes]))
    if wanted == standing:
        return item
    item = revise(db.session(), item, chain.recorded_at, author_id=identity.user_id, version=item.version + 1)
    _relink(chain, identity, item, wanted)
    return item


def _relink(chain: Chain, identity: Identity, item: EvidenceItem, codes: Sequence[str]) -> None:
    links = queries.list_links(identity, item.organisation_id, item.entity_id)
    standing = {link.subject_code: link for link in links}
    added = [code for code in codes if code not in standing]
    removed = [code for code in standing if code not in codes]
    for code in removed:
        standing[code].superseded_at = chain.recorded_at
    _link(chain, item, added)
    if added or removed:
        audit.record(
            chain,
            "evidence.linked",
            actor_id=identity.user_id,
            subject=("evidence", str(item.entity_id)),
            public={"evidence_id": str(item.entity_id), "added": added, "removed": removed},
        )


def _check_item(organisation: OrganisationRef, wanted: ItemInput, *, has_file: bool) -> None:
    problems = []
    if not wanted.title:
        problems.append(("title", "Give it a short title, for example “Champion rota, autumn 2026”."))
    if wanted.dated_on is None:
        problems.append(("dated_on", "Enter the date that the evidence is of."))
    elif wanted.dated_on > clock.today():
        problems.append(("dated_on", "The date that the evidence is of must be today or in the past."))
    if wanted.valid_until and wanted.dated_on and wanted.valid_until < wanted.dated_on:
        problems.append(("valid_until", "Valid until must be on or after the date that the evidence is of."))
    if not has_file and not wanted.link:
        problems.append(("files", "Add a file or a link."))
    problems += _recommendation_problems(organisation, wanted.recommendations)
    if problems:
        raise RuleBroken.many(problems)
    if wanted.link:
        rules.validate_link(wanted.link)
    _refuse_identifiers({"title": wanted.title, "shows": wanted.shows, "link": wanted.link or ""})


def _recommendation_problems(organisation: OrganisationRef, codes: Sequence[str]) -> list[tuple[str, str]]:
    if not codes:
        return [("recommendations", "Choose at least one recommendation that this supports.")]
    if any(not catalogue.owes(organisation.kind, code) for code in codes):
        return [("recommendations", "Choose only recommendations that your organisation answers.")]
    return []


def _columns(wanted: ItemInput) -> dict[str, object]:
    return {key: value for key, value in asdict(wanted).items() if key != "recommendations"}


def _is_changed(identity: Identity, item: EvidenceItem, wanted: ItemInput) -> bool:
    links = queries.list_links(identity, item.organisation_id, item.entity_id)
    same_links = {link.subject_code for link in links} == set(wanted.recommendations)
    return not same_links or any(getattr(item, name) != value for name, value in _columns(wanted).items())


def _described(item: EvidenceItem) -> dict[str, object]:
    return {name: _plain(getattr(item, name)) for name in (*FACTS, "title", "shows", "link")}


def _audit_item(
    chain: Chain,
    identity: Identity,
    type: str,
    item: EvidenceItem,
    old: Mapping[str, object],
    **public: object,
) -> None:
    changed = audit.difference(old, _described(item))
    facts: dict[str, object] = {name: changed[name] for name in FACTS if name in changed}
    audit.record(
        chain,
        type,
        actor_id=identity.user_id,
        subject=("evidence", str(item.entity_id)),
        public=facts | {"evidence_id": str(item.entity_id), "version": item.version} | public,
        private={name: changed[name] for name in ("title", "shows", "link") if name in changed},
    )


def _audit_file(chain: Chain, identity: Identity, file: EvidenceFile) -> None:
    audit.record(
        chain,
        "evidence.file_added",
        actor_id=identity.user_id,
        subject=("evidence", str(file.item_id)),
        public={
            "evidence_id": str(file.item_id),
            "revision": file.revision,
            "replaces": file.replaces,
            "sha256": file.sha256,
            "size": file.size,
            "media_type": file.content_type,
        },
        private={"file_name": file.file_name},
    )


def _require(identity: Identity, organisation: OrganisationRef) -> None:
    if not allows(identity, Permission.EVIDENCE_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)


def _require_version(item: EvidenceItem, version: int) -> None:
    if item.version != version:
        raise Conflict(item.version)


def _refuse_withdrawn(item: EvidenceItem) -> None:
    if item.withdrawn_reason is not None:
        raise RuleBroken(
            "reason", "This was taken out of use already. Add it again as a new item if it is needed."
        )


def _refuse_identifiers(texts: Mapping[str, str]) -> None:
    problems = [problem for name, text in texts.items() if (problem := rules.identifier_problem(name, text))]
    if problems:
        raise RuleBroken.many(problems)


def _today(chain: Chain) -> str:
    return clock.local_day(chain.recorded_at).isoformat()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
