"""The tables of a bundle: their columns, and the figures of the control sheet with how to count each again."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

# Dates are ISO; `…_utc` is a moment in UTC, everything else a day in Europe/London. yes/no is `yes` or `no`.
# People are opaque ids; columns that hold a name or an e-mail are empty unless names were asked for.
# `lag_days`: from the day a thing is about to the day it was recorded. `audit_chain` and `audit_seq` name the
# event in audit.jsonl that recorded the row. `current_at_date`: whether the row is the position on `as_at`.

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "progress.csv": (
            *("organisation", "organisation_name", "recommendation", "as_at", "current_at_date"),
            *("entry", "version", "recorded_at_utc", "recorded_by", "step"),
            *("delivery", "confidence", "summary", "note", "reason"),
            *("due_on", "delivered_on", "evidence_due_on", "evidenced_on", "lag_days"),
            *("assured_by", "forum", "forum_on", "assured_evidence", "assurance_lapsed"),
            *("live_evidence", "confirmed_on", "answered", "wording_sha256"),
            *("accountable_person", "lead_executive", "audit_chain", "audit_seq"),
        ),
        "measures.csv": (
            *("organisation", "recommendation", "measure", "figure", "group", "as_at", "current_at_date"),
            *("about_on", "numerator", "denominator", "percentage", "value", "unit", "source", "supports"),
            *("rule", "note", "evidence", "recorded_at_utc", "superseded_at_utc", "recorded_by", "lag_days"),
            *("audit_chain", "audit_seq"),
        ),
        "actions.csv": (
            *("organisation", "recommendation", "as_at", "current_at_date", "action", "version", "title"),
            *("owner", "due_on", "done_on", "status", "overdue", "recorded_at_utc", "superseded_at_utc"),
            *("recorded_by", "audit_chain", "audit_seq"),
        ),
        "evidence.csv": (
            *("organisation", "evidence", "revision", "recommendations", "title", "shows", "kind"),
            *("dated_on", "valid_until", "live_at_date", "as_at", "member", "file_name", "media_type"),
            *("sha256", "bytes", "link", "replaces_revision", "recorded_at_utc", "recorded_by", "lag_days"),
            *("withdrawn_at_utc", "withdrawn_by", "withdrawn_reason", "identifier_overridden"),
            *("audit_chain", "audit_seq"),
        ),
        "findings.csv": (
            *("organisation", "recommendation", "as_at", "finding", "entry", "outcome", "note"),
            *("stands_at_date", "recorded_at_utc", "recorded_by", "role"),
            *("withdrawn_at_utc", "withdrawn_note", "audit_chain", "audit_seq"),
        ),
        # Registers beside the recommendations: `kind` says which of them a row is of.
        "library.csv": (
            *("kind", "organisation", "row", "version", "as_at", "current_at_date", "resource", "title"),
            *(
                "resource_kind",
                "number_in_source",
                "section",
                "from_source",
                "made_by",
                "level",
                "session_code",
            ),
            *("format", "format_words", "audiences", "audience_words", "covers", "modules", "description"),
            *("minutes", "interactive", "serves", "link", "endorsement", "owned_by", "about_on", "until_on"),
            *(
                "read_on",
                "counted",
                "number",
                "useful",
                "rated",
                "source",
                "method",
                "sample",
                "finding",
                "what",
            ),
            *("overlap_with", "overlap_found_on", "overlap_settled_on", "overlap_settlement", "funder"),
            *("developer", "funding_note", "funding_checked_on", "note", "evidence", "retired_on", "reason"),
            *("recorded_at_utc", "superseded_at_utc", "recorded_by", "audit_chain", "audit_seq"),
        ),
        "dissemination.csv": (
            *("kind", "organisation", "row", "version", "as_at", "current_at_date", "resource", "title"),
            *("state", "channel", "channel_words", "about_on", "until_on", "for_members", "link", "evidence"),
            *("reached", "reached_basis", "note", "reason", "recorded_at_utc", "superseded_at_utc"),
            *("recorded_by", "audit_chain", "audit_seq"),
        ),
        "practice.csv": (
            *("kind", "organisation", "row", "version", "as_at", "current_at_date", "recommendation"),
            *("title", "setting", "state", "what", "effect", "effect_measure", "contact_role", "about_on"),
            *("result", "method", "sample", "finding", "shared_locally_on", "shared_locally_how"),
            *(
                "published_at_utc",
                "reviewed_by",
                "reason",
                "evidence",
                "about_practice",
                "asked_on",
                "other_organisation",
            ),
            *("recorded_at_utc", "superseded_at_utc", "recorded_by", "audit_chain", "audit_seq"),
        ),
        "programme.csv": (
            *("kind", "organisation", "item", "version", "as_at", "current_at_date", "year", "part_of"),
            *("label", "item_kind", "title", "text", "note", "serves", "resource", "happens_on", "place"),
            *("host", "link", "confirmed", "historical", "from_source", "taken_out_on", "status", "owner"),
            *("starts_on", "due_on", "done_on", "evidence", "reason", "recorded_at_utc"),
            *("superseded_at_utc", "recorded_by", "audit_chain", "audit_seq"),
        ),
        # One list for recommendations, measure rules, thresholds and guideline versions: `kind` says which.
        "catalogue.csv": (
            *("kind", "code", "report", "number", "group", "title", "text", "text_sha256", "theme"),
            *("measure", "what_counts", "answered_by", "version", "from_on", "until_on"),
        ),
        "people.csv": (
            *("person", "role", "organisation", "from_on", "until_on", "withdrawn_at_utc"),
            *("name", "email"),
        ),
        "control.csv": ("as_at", "recommendation", "figure", "value", "recount"),
        "omissions.csv": (
            *("member", "reason", "explanation", "expected_sha256", "expected_bytes", "found_sha256"),
        ),
    }
)

_DELIVERIES = ("not_started", "in_progress", "delivered", "assured", "not_applicable")
# By delivery: what a current row counts as without and with evidence in use and in date.
_STANDINGS = {"delivered": ("no_evidence", "waiting"), "assured": ("lapsed", "checked")}
_AGES = {"confirmed": "confirmed_within_12_months", "older": "confirmed_longer_ago"}
# Figures of control.csv that anybody can count again in the current rows of progress.csv.
RECOUNTED = (*_DELIVERIES, *(each for pair in _STANDINGS.values() for each in pair), *_AGES.values())

_CURRENT = "rows of progress.csv with current_at_date yes and"
# Every figure of control.csv, and how to count it again. A recommendation left empty is the total.
CONTROL_FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "organisations": "organisations of this pack that the recommendation is addressed to",
        "nothing_recorded": "those of them without a row of progress.csv that has current_at_date yes",
        **{delivery: f"{_CURRENT} delivery {delivery}" for delivery in _DELIVERIES},
        "reason_accepted": f"{_CURRENT} delivery not_applicable whose last row of findings.csv accepts the reason",
        "no_evidence": f"{_CURRENT} delivery delivered and live_evidence 0",
        "waiting": f"{_CURRENT} delivery delivered and live_evidence 1 or more",
        "checked": f"{_CURRENT} delivery assured and live_evidence 1 or more",
        "lapsed": f"{_CURRENT} delivery assured and live_evidence 0",
        "confirmed_within_12_months": f"{_CURRENT} answered confirmed",
        "confirmed_longer_ago": f"{_CURRENT} answered older",
    }
)


def counted_as(row: Mapping[str, str]) -> Iterator[str]:
    """The figures of the control sheet that a current row of progress.csv counts to."""
    yield row["delivery"]
    if row["delivery"] in _STANDINGS:
        yield _STANDINGS[row["delivery"]][row["live_evidence"] not in ("", "0")]
    if row["answered"] in _AGES:
        yield _AGES[row["answered"]]


# Sums of each measure and recommendation in control.csv, as `<measure>_<what>`, and how to count them again.
_FIGURES = "rows of measures.csv with this recommendation and measure and figure “figure”"
MEASURE_CONTROLS: Mapping[str, str] = MappingProxyType(
    {
        "with_figure": f"{_FIGURES} that have a numerator or a value",
        "numerators": f"sum of numerator in {_FIGURES}",
        "denominators": f"sum of denominator in {_FIGURES}",
    }
)
