"""The types of event that a chain may hold: what each is called, and which facts of it may be taken out later."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class EventType:
    """What an event is called, which facts are chained in clear, and which may be redacted later."""

    name: str
    label: str
    public_keys: frozenset[str]
    private_keys: frozenset[str]


def _event(name: str, label: str, public: str = "", private: str = "") -> EventType:
    return EventType(name, label, frozenset(public.split()), frozenset(private.split()))


_PERSON = "name email"
_ROLE = "membership_id user_id role organisation from_on until_on"
_ORGANISATION = "code kind region icb from_on until_on as_at successor source_digest source_line"
_POSITION = (
    "record_id entry_id version delivery confidence due_on delivered_on evidence_due_on evidenced_on forum_on"
    " confirmed_on evidence evidence_ids action_ids wording_digest lag_days changed"
)
_POSITION_TEXT = "summary note reason accountable_person lead_executive forum"
_ACTION = "action_id record_id version due_on done_on status changed"
_ITEM = "evidence_id version kind dated_on valid_until recommendations subjects captured_on changed"
_FILE = "evidence_id file_id revision replaces sha256 size media_type extension"
_COVERAGE = (
    "position_id version about_on in_post in_date interval_months counted not_counted_about imported number_right"
    " evidence_id counts_digest"
)
_EXPORT = (
    "export_id scope organisations organisation_count recommendations recommendation_count as_at cut_off"
    " with_names length manifest_digest omission_count row_count format start end"
)

_CHAMPION = (
    "row_id version considered_on decision arrangement rotation_months posts_planned from_on until_on part starts_on"
    " ends_on duties overlap has_deputy mistaken reviewed_on department_id"
)
_CHAMPION_TEXT = "name profession title deputy_name deputy_profession forum reason description found"
_GUIDELINE = "guideline_id version kind reference issued_on counts_from recheck_by populations"
_GUIDELINE_TEXT = "title link note"
_RESOURCE = (
    "resource_id version format source staff_groups setting patients is_online discussed discussed_on discussed_by"
    " updated_on resistance stewardship withdrawn_on national_code"
)
_USAGE = "usage_id version resource_id counted number period_from period_until read_on rated rated_useful evidence_id"
_USAGE_TEXT = "read_from note mistaken_reason"
_EVALUATION = "evaluation_id version resource_id sample_size evaluated_on result evidence_id text_checked"
_EVALUATION_TEXT = "method sample finding link mistaken_reason"
_DEVELOPMENT = (
    "development_id version reach audiences stage announced_on starts_on overlap_found_on overlap_settled_on"
)
_DEVELOPMENT_TEXT = "title what funder developer overlap_with overlap_settlement mistaken_reason"
_RESOURCE_TEXT = "title owner not_possible_because link withdrawn_reason"
_PRACTICE = (
    "practice_id version recommendation setting evidence_ids evaluated_on result shared_locally_on state"
    " text_checked"
)
_PRACTICE_TEXT = (
    "title what effect effect_measure contact_role method sample finding shared_locally_how state_reason"
)
_HELP = "request_id version recommendation practice_id asked_on text_checked"
_PROGRAMME_ITEM = (
    "item version year_code parent_code label kind serves resource_code happens_on is_historical from_source"
    " place_in_list"
)
_PROGRAMME_TEXT = "title text note place host link retired_reason"
_NATIONAL = (
    "resource_id version kind level format audiences minutes is_interactive endorsement serves retired_on"
    " place_in_list source_number owned_by"
)
_NATIONAL_TEXT = (
    "title made_by session_code format_words audience_words covers modules description link note retired_reason"
    " section developer funder"
)
_SHARE = "share_id version resource_id resource channel shared_on evidence_id reached members network state"
_SHARE_TEXT = "channel_words link reached_basis note mistaken_reason"
_MEMBERSHIP = "membership_id version organisation network from_on until_on"

_ALL = (
    # The e-mail typed may be a stranger's, so it is never in clear; the address is personal data too.
    _event("session.signed_in", "Signed in", "session user_id", "address user_agent"),
    _event("session.failed", "Failed to sign in", "cause user_id", "email address user_agent"),
    _event("session.signed_out", "Signed out", "session user_id cause"),
    _event("account.created", "Account created", "user_id source", _PERSON),
    _event("account.invited", "Person invited", "user_id invitation_id expires_at", _PERSON),
    _event("account.changed", "Account details changed", "user_id changed", _PERSON),
    _event("account.closed", "Account closed", "user_id sessions_ended", f"{_PERSON} reason"),
    _event("account.reopened", "Account opened again", "user_id", f"{_PERSON} reason"),
    _event("account.password_set", "Password set", "user_id invitation_id"),
    _event("account.password_changed", "Password changed", "user_id sessions_ended"),
    _event("account.reset_link", "One-time password link given", "user_id expires_at cause", "reason"),
    _event("role.granted", "Role given", _ROLE, f"{_PERSON} reason"),
    _event("role.changed", "Role changed", _ROLE, f"{_PERSON} reason"),
    _event("role.withdrawn", "Role withdrawn", f"{_ROLE} sessions_ended", f"{_PERSON} reason"),
    # Names of organisations are published by the NHS: they identify nobody.
    _event("organisation.added", "Organisation added", f"{_ORGANISATION} name"),
    _event("organisation.renamed", "Organisation renamed", f"{_ORGANISATION} name"),
    _event("organisation.moved", "Organisation moved to another region or ICB", f"{_ORGANISATION} name"),
    _event("organisation.closed", "Organisation closed", f"{_ORGANISATION} name"),
    _event("organisation.absent", "Organisation absent from a newer file", f"{_ORGANISATION} name"),
    _event("organisation.returned", "Organisation back in a newer file", f"{_ORGANISATION} name"),
    _event(
        "organisations.imported",
        "Organisations imported",
        "source_digest source_size as_at added renamed moved closed absent returned unchanged rejected",
        "file_name",
    ),
    _event(
        "catalogue.synced",
        "Catalogue read from its files",
        "report source_digest added changed unchanged retired codes",
    ),
    _event("progress.recorded", "Progress recorded", _POSITION, _POSITION_TEXT),
    _event("progress.confirmed", "Confirmed as still true", _POSITION, "note"),
    _event("progress.assured", "Evidence checked and agreed", _POSITION, _POSITION_TEXT),
    _event(
        "progress.not_applicable_reviewed",
        "“Does not apply” reviewed",
        f"{_POSITION} outcome",
        "reason note",
    ),
    _event("action.added", "Action added", _ACTION, "title owner note"),
    _event("action.changed", "Action changed", _ACTION, "title owner note reason"),
    _event("evidence.added", "Evidence added", f"{_ITEM} file_ids", "title shows link note"),
    _event("evidence.file_added", "Evidence file stored", _FILE, "file_name note"),
    _event("evidence.changed", "Evidence details changed", _ITEM, "title shows link note reason"),
    _event("evidence.withdrawn", "Evidence taken out of use", f"{_ITEM} withdrawn_on", "title reason"),
    _event("evidence.downloaded", "Evidence file downloaded", _FILE, "file_name"),
    _event(
        "evidence.linked", "Evidence linked", "evidence_id recommendations subjects added removed", "note"
    ),
    _event(
        "evidence.identifier_overridden",
        "Stated that a number is not an NHS number",
        f"{_FILE} where count",
        "reason field_name file_name",
    ),
    # Rows of this register never leave their trust, and the trail is read outside it: a fingerprint, no more.
    _event("incidents.changed", "Register of sepsis incidents changed", "sha256"),
    _event(
        "finding.recorded",
        "Finding recorded",
        "finding_id record_id recommendation outcome as_at entry_id evidence sample_id supersedes",
        "note reason",
    ),
    _event("champions.decision_recorded", "Decision about champions recorded", _CHAMPION, _CHAMPION_TEXT),
    _event("champions.model_recorded", "How champions work recorded", _CHAMPION, _CHAMPION_TEXT),
    _event("champions.department_added", "Department with a champion added", _CHAMPION, _CHAMPION_TEXT),
    _event("champions.department_changed", "Department with a champion changed", _CHAMPION, _CHAMPION_TEXT),
    _event("champions.post_added", "Champion added", _CHAMPION, _CHAMPION_TEXT),
    _event("champions.post_changed", "Champion’s entry changed", _CHAMPION, _CHAMPION_TEXT),
    _event("champions.review_added", "Review of champions added", _CHAMPION, _CHAMPION_TEXT),
    _event("champions.review_changed", "Review of champions changed", _CHAMPION, _CHAMPION_TEXT),
    _event("champions.handover_task_done", "Done after a hand-over", "handover_id task version"),
    _event("guideline.added", "Guideline added", _GUIDELINE, _GUIDELINE_TEXT),
    _event("guideline.changed", "Guideline changed", _GUIDELINE, _GUIDELINE_TEXT),
    _event("national_resource.added", "National resource added", _NATIONAL, _NATIONAL_TEXT),
    _event("national_resource.changed", "National resource changed", _NATIONAL, _NATIONAL_TEXT),
    _event("national_resource.retired", "National resource retired", _NATIONAL, _NATIONAL_TEXT),
    _event(
        "national_resource.restored", "National resource brought back", _NATIONAL, f"{_NATIONAL_TEXT} reason"
    ),
    # Every address in use visited once; what each answered is in the table of link checks.
    _event("national_resource.links_checked", "Links of the library checked", "checked answered unanswered"),
    _event("resource.added", "Training added to the list", _RESOURCE, _RESOURCE_TEXT),
    _event("resource.changed", "Training changed", _RESOURCE, _RESOURCE_TEXT),
    _event(
        "resource.assessed",
        "Training checked against NICE",
        "resource_id resource_version assessment_id version result assessed_on guidelines",
        "assessor note",
    ),
    _event("resource.withdrawn", "Training taken out of use", _RESOURCE, _RESOURCE_TEXT),
    _event("usage.added", "Count of use entered", _USAGE, _USAGE_TEXT),
    _event("usage.changed", "Count of use changed", _USAGE, _USAGE_TEXT),
    _event("usage.mistaken", "Count of use marked as a mistake", _USAGE, _USAGE_TEXT),
    _event("evaluation.added", "Evaluation entered", _EVALUATION, _EVALUATION_TEXT),
    _event("evaluation.changed", "Evaluation changed", _EVALUATION, _EVALUATION_TEXT),
    _event("evaluation.mistaken", "Evaluation marked as a mistake", _EVALUATION, _EVALUATION_TEXT),
    _event("development.added", "New training announced", _DEVELOPMENT, _DEVELOPMENT_TEXT),
    _event("development.changed", "Announced training changed", _DEVELOPMENT, _DEVELOPMENT_TEXT),
    _event("development.mistaken", "Announced training marked as a mistake", _DEVELOPMENT, _DEVELOPMENT_TEXT),
    _event(
        "funding.changed",
        "Who funds and develops a national resource recorded",
        "resource_id version funding_checked_on",
        "funder developer funding_note",
    ),
    _event(
        "coverage.needs_recorded",
        "Who needs which training recorded",
        "needs_id version agreed_on review_on interval_months target_percent levels",
        "agreed_by who",
    ),
    _event("coverage.routes_recorded", "Ways to be trained recorded", "routes_id version with_route", "what"),
    _event("coverage.position_recorded", "Staff trained recorded", _COVERAGE, "report not_counted note"),
    _event("coverage.position_withdrawn", "Staff trained taken out of use", _COVERAGE, "reason"),
    _event(
        "questions.answered",
        "Questions answered",
        "answers_id version set about_on declaration keys",
        "answers came_from",
    ),
    _event("practice.added", "Good practice written", _PRACTICE, _PRACTICE_TEXT),
    _event("practice.changed", "Good practice changed", _PRACTICE, _PRACTICE_TEXT),
    _event("practice.sent", "Good practice sent for review", _PRACTICE, _PRACTICE_TEXT),
    _event("practice.returned", "Good practice sent back", _PRACTICE, _PRACTICE_TEXT),
    _event("practice.published", "Good practice published", _PRACTICE, _PRACTICE_TEXT),
    _event("practice.stopped", "Good practice no longer shown to others", _PRACTICE, _PRACTICE_TEXT),
    _event("practice.withdrawn", "Good practice taken out of use", _PRACTICE, _PRACTICE_TEXT),
    # Told to the chains of both organisations; codes are published by the NHS.
    _event(
        "practice.used",
        "Good practice used for an action",
        "practice_id version recommendation from_organisation organisation",
        "title",
    ),
    _event(
        "practice.file_downloaded",
        "File of a good practice downloaded",
        "practice_id version evidence_id revision sha256 size",
        "file_name",
    ),
    _event("help.asked", "Help asked for", _HELP, "question"),
    _event("help.taken_back", "Request for help taken back", _HELP, "reason"),
    # On the national body's chain: who asked, and whether the question was taken back; the words stay with who asked.
    _event(
        "help.received",
        "Request for help received",
        "request_id version recommendation asked_on organisation state",
    ),
    _event("help.answered", "Request for help answered", f"{_HELP} answered_on organisation", "answer"),
    _event(
        "programme.year_added",
        "Year of the programme added",
        "year version is_confirmed from_source",
        "note",
    ),
    _event(
        "programme.year_changed",
        "Year of the programme changed",
        "year version is_confirmed from_source",
        "note",
    ),
    _event("programme.item_added", "Item of the programme added", _PROGRAMME_ITEM, _PROGRAMME_TEXT),
    _event("programme.item_changed", "Item of the programme changed", _PROGRAMME_ITEM, _PROGRAMME_TEXT),
    _event("programme.item_taken_out", "Item of the programme taken out", _PROGRAMME_ITEM, _PROGRAMME_TEXT),
    _event(
        "programme.state_recorded",
        "Where an item of the programme stands recorded",
        "item state_id version status starts_on due_on done_on evidence_ids",
        "owner summary reason link",
    ),
    # Titles are the national library's, codes and names of organisations are published.
    _event("share.added", "Training shared", _SHARE, _SHARE_TEXT),
    _event("share.changed", "Share of training changed", _SHARE, _SHARE_TEXT),
    _event("share.mistaken", "Share of training entered by mistake", _SHARE, _SHARE_TEXT),
    _event("share.for_member", "Training shared by a network for a member", _SHARE),
    _event("network.member_added", "Member of a network added", _MEMBERSHIP),
    _event("network.member_changed", "Membership of a network changed", _MEMBERSHIP),
    _event("network.member_removed", "Member of a network added by mistake", _MEMBERSHIP, "reason"),
    _event("export.requested", "Evidence pack asked for", _EXPORT, "note"),
    _event("export.downloaded", "Evidence pack downloaded", _EXPORT),
    _event("summary.exported", "Summary exported", f"{_EXPORT} filters", "search"),
    _event("page.read", "Page read", "page on recommendation organisations organisation_count filters as_at"),
    _event(
        "demo.loaded",
        "Demonstration data loaded",
        "seed organisations records entries evidence_items evidence_files accounts measures actions",
    ),
    _event(
        "checkpoint.signed", "Dated seal made", "checkpoint_id chains chain_count heads_digest key_id cause"
    ),
)

# Nothing was changed by these: somebody read, or took away what stands there.
READINGS = frozenset(
    {
        "evidence.downloaded", "practice.file_downloaded", "export.requested", "export.downloaded",
        "summary.exported", "page.read",
    }
)  # fmt: skip

EVENT_TYPES: Mapping[str, EventType] = MappingProxyType({each.name: each for each in _ALL})


def event_type(name: str) -> EventType:
    """The declared type; ValueError for a name nobody declared: a misspelling never enters the chain."""
    try:
        return EVENT_TYPES[name]
    except KeyError:
        raise ValueError(f"“{name}” is not a declared type of event") from None


def check_keys(name: str, public: Mapping[str, object], private: Mapping[str, object]) -> None:
    """ValueError when a key is not declared: a personal detail in clear could never be taken out again."""
    declared = event_type(name)
    for where, given, allowed in (
        ("public", public, declared.public_keys),
        ("private", private, declared.private_keys),
    ):
        unknown = sorted(set(given) - allowed)
        if unknown:
            raise ValueError(f"{name} does not declare {', '.join(unknown)} as {where}")
