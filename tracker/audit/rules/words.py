"""What an event says in plain words; only what people read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from tracker.audit.rules.types import event_type


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact of an event as a person reads it; `old` is None when nothing was replaced."""

    label: str
    old: str | None
    new: str


NOTHING = "nothing"

# What is said of an event, in this order. Ids and digests that only machines compare are left out.
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "email": "E-mail",
        "role": "Role",
        "organisation": "Organisation",
        "organisations": "Organisations",
        "organisation_count": "Number of organisations",
        "code": "Code",
        "title": "Title",
        "shows": "What it shows",
        "kind": "Kind",
        "delivery": "Where they are with this",
        "confidence": "Will it be done by the date",
        "summary": "What is in place",
        "owner": "Who does it",
        "due_on": "Due",
        "delivered_on": "In place since",
        "evidence_due_on": "Evidence ready by",
        "evidenced_on": "Evidence was ready on",
        "done_on": "Done on",
        "forum": "Meeting that agreed it",
        "forum_on": "Date of the meeting",
        "accountable_person": "Person accountable",
        "lead_executive": "Lead executive",
        "dated_on": "Date that it is of",
        "valid_until": "Valid until",
        "link": "Link",
        "file_name": "File",
        "revision": "Revision",
        "replaces": "Takes the place of revision",
        "size": "Bytes",
        "sha256": "Fingerprint",
        "reference": "Reference",
        "issued_on": "Issued on",
        "counts_from": "Counts from",
        "result": "What was found",
        "assessed_on": "Checked on",
        "assessor": "Checked by",
        "recheck_by": "Check again by",
        "populations": "Who it is for",
        "source": "Whose",
        "staff_groups": "Staff groups",
        "setting": "Setting",
        "patients": "Patients",
        "is_online": "Online",
        "discussed": "How people talk it through",
        "discussed_on": "When that last happened",
        "discussed_by": "How many took part",
        "not_possible_because": "Why it is not possible",
        "updated_on": "Last updated",
        "resistance": "Teaches antimicrobial resistance",
        "stewardship": "Teaches antimicrobial stewardship",
        "withdrawn_reason": "Why, and where it was said",
        "national_code": "In the national library",
        "recommendation": "Recommendation",
        "recommendations": "Recommendations",
        "added": "Added",
        "removed": "Removed",
        "about_on": "Numbers are of",
        "answers": "Answers",
        "came_from": "Where the answers come from",
        "in_post": "Staff in post",
        "in_date": "In date at the level they need",
        "interval_months": "Months that training counts",
        "target_percent": "Our own target, %",
        "agreed_by": "Meeting that agreed it",
        "agreed_on": "Agreed on",
        "review_on": "To be looked at again",
        "with_route": "Groups with a way other than induction",
        "not_counted": "Who is not counted",
        "outcome": "Finding",
        "as_at": "Position on",
        "from_on": "From",
        "until_on": "Until",
        "expires_at": "Can be used until",
        "region": "Region",
        "icb": "Integrated care board",
        "successor": "Followed by",
        "withdrawn_on": "Taken out of use on",
        "changed": "Changed",
        "unchanged": "Unchanged",
        "rejected": "Rejected",
        "retired": "Retired",
        "report": "Report",
        "page": "Page",
        "filters": "Narrowed to",
        "search": "Looked for",
        "format": "Format",
        "row_count": "Rows",
        "records": "Records",
        "sessions_ended": "Sessions ended",
        "considered_on": "Considered on",
        "decision": "What was decided",
        "arrangement": "How champions work",
        "rotation_months": "Months in each department",
        "posts_planned": "Posts planned",
        "description": "In their own words",
        "profession": "Profession",
        "part": "Part",
        "starts_on": "First day",
        "ends_on": "Last day",
        "duties": "Duties",
        "has_deputy": "Has a deputy",
        "deputy_name": "Deputy",
        "deputy_profession": "Profession of the deputy",
        "overlap": "Two in one post",
        "reviewed_on": "Reviewed on",
        "found": "What was found",
        "mistaken": "Recorded by mistake",
        "task": "What was done",
        "counted": "What was counted",
        "number": "Count",
        "period_from": "First day of the period",
        "period_until": "Last day of the period",
        "read_on": "Read on",
        "read_from": "Where the count comes from",
        "rated": "People who rated it",
        "rated_useful": "People who found it useful",
        "sample_size": "Number of people",
        "reach": "National or local",
        "stage": "Stage",
        "funder": "Who pays",
        "developer": "Who makes it",
        "funding_note": "Note on funding",
        "funding_checked_on": "Checked on",
        "announced_on": "Announced on",
        "overlap_with": "Overlaps with",
        "overlap_found_on": "Overlap found on",
        "overlap_settled_on": "Overlap settled on",
        "overlap_settlement": "How the overlap was settled",
        "mistaken_reason": "Why it was a mistake",
        "network": "Network",
        "members": "For these members",
        "channel": "How it was shared",
        "channel_words": "Which way",
        "shared_on": "Shared on",
        "reached": "People reached",
        "reached_basis": "How people were counted",
        "cause": "Why",
        "what": "What is done",
        "effect": "What changed",
        "effect_measure": "How it was measured",
        "contact_role": "Who can be asked",
        "method": "How it was evaluated",
        "sample": "Who or what was looked at",
        "evaluated_on": "Evaluated on",
        "finding": "What the evaluation found",
        "shared_locally_on": "Shared locally on",
        "shared_locally_how": "How it was shared locally",
        "state": "State",
        "state_reason": "What has to change",
        "from_organisation": "Whose practice",
        "question": "Question",
        "answer": "Answer",
        "asked_on": "Asked on",
        "answered_on": "Answered on",
        "made_by": "Who made it",
        "level": "Level",
        "session_code": "Session code",
        "audience_words": "Suggested audience",
        "covers": "What it covers",
        "minutes": "Minutes that it takes",
        "is_interactive": "Meant to be talked about in a group",
        "endorsement": "Made or endorsed by the national body",
        "serves": "Recommendations that it serves",
        "retired_on": "Retired on",
        "place_in_list": "Place in the list",
        "source_number": "Number in the source",
        "owned_by": "Whose it is",
        "retired_reason": "Why it was retired or taken out",
        "checked": "Links visited",
        "answered": "Links that answered",
        "unanswered": "Did not answer",
        "year": "Year",
        "item": "Item",
        "status": "Status",
        "text": "Words",
        "happens_on": "Takes place on",
        "place": "Place",
        "host": "Host",
        "is_confirmed": "Confirmed",
        "note": "Note",
        "reason": "Reason",
    }
)

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "not_started": "Not started",
        "in_progress": "Started",
        "delivered": "In place",
        "assured": "In place, evidence checked and agreed",
        "not_applicable": "Does not apply",
        "on_track": "Yes",
        "at_risk": "It might be late",
        "off_track": "It will be late",
        "overturned": "Not accepted when checked",
        "reason_accepted": "Reason accepted: does not apply",
        "reason_refused": "Reason not accepted: does apply",
        "own": "Their own",
        "email": "E-mail",
        "taken_back": "No longer recorded for this member",
        "16_or_over": "16 or over",
        "under_16": "Under 16",
        "adopt": "Do it",
        "adapt": "Do it differently",
        "not_now": "Not now",
        "each_department": "One in each department",
        "rotating": "One who moves between departments",
        "lead_and_link": "A lead with link staff",
        "link": "Link staff",
        "owns": "Owns the training plan",
        "maintains": "Keeps it up to date and develops it",
        "monitors": "Looks at whether it works",
        "handover": "One hands over to the other",
        "shared": "They share the post",
        "invite": "The next champion was invited as a user",
        "hee_elearning": "HEE e-Learning for Healthcare",
        "not_stated": "Not stated in the source",
        "e_learning": "E-learning",
        "end_role": "The role of the one who left was ended",
    }
)
# Values of these keys are words of the code; whatever people typed is shown as they typed it.
_CODED = frozenset(
    [
        "delivery",
        "confidence",
        "kind",
        "role",
        "outcome",
        "channel",
        "cause",
        "decision",
        "arrangement",
        "part",
        "duties",
        "overlap",
        "task",
        "format",
        "level",
        "endorsement",
        "source",
        "setting",
        "patients",
        "discussed",
        "populations",
        "result",
        "state",
        "status",
    ]
)
_NUMBERED = frozenset(("recommendation", "recommendations", "serves", "added", "removed"))
_SHORT_DIGEST = 12


def describe(type: str, public: Mapping[str, Any], private: Mapping[str, Any] | None) -> tuple[Detail, ...]:
    """What an event says, in plain words; `private` is None when its text was removed."""
    event_type(type)
    said = {**public, **(private or {})}
    return tuple(
        detail for key, label in _LABELS.items() if key in said and (detail := _detail(key, label, said[key]))
    )


def _detail(key: str, label: str, value: Any) -> Detail | None:
    if isinstance(value, dict) and set(value) == {"old", "new"}:
        old, new = _in_words(key, value["old"]), _in_words(key, value["new"])
        return None if old == new else Detail(label, old or None, new or NOTHING)
    words = _in_words(key, value)
    return Detail(label, None, words) if words else None


def _in_words(key: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_in_words(key, each)}" for name, each in value.items() if each)
    if isinstance(value, list):
        return ", ".join(_in_words(key, each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return _text_in_words(key, str(value))


def _text_in_words(key: str, text: str) -> str:
    if key == "sha256":
        return text[:_SHORT_DIGEST]
    if key in _CODED:
        return _WORDS.get(text, text.replace("_", " ").replace("-", " ").capitalize())
    if key in _NUMBERED and re.fullmatch(r"[A-Z0-9]{2,12}-[0-9]{2}", text):
        return str(int(text[-2:]))
    if key.endswith(("_on", "_until", "as_at")) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = date.fromisoformat(text)
        return f"{day.day} {day:%B %Y}"
    return text
