"""The position of an organisation: the sentence, the strip, the task list, what needs somebody, what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.catalogue.rules import Delivery
from tracker.dashboard.rules import Attention, Rank
from tracker.measures.base import Figure
from tracker.measures.rules import caution
from tracker.progress.rules import Change, Confidence, Standing, is_overdue
from tracker.web.formats import day, plural, short_day

TAG_COLOURS = {
    Standing.NOTHING: "white",
    Standing.NOT_STARTED: "grey",
    Standing.STARTED: "grey",
    Standing.NO_EVIDENCE: "yellow",
    Standing.WAITING: "blue",
    Standing.CHECKED: "green",
    Standing.LAPSED: "orange",
    Standing.NOT_APPLICABLE: "white",
}


@dataclass(frozen=True, slots=True)
class RecordFace:
    """What a presenter needs of a record: plain values, no row of a table."""

    code: str
    number: int
    title: str
    delivery: Delivery | None
    standing: Standing
    evidence_live: int
    confidence: Confidence | None = None
    confirmed_on: date | None = None
    due_on: date | None = None
    delivered_on: date | None = None
    forum: str = ""
    forum_on: date | None = None


@dataclass(frozen=True, slots=True)
class StripCell:
    """A square of the strip."""

    number: int
    title: str
    state: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row of the task list."""

    number: int
    title: str
    href: str
    sub: str
    tag_text: str
    tag_class: str
    lines: tuple[str, ...]
    caution: str


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A thing that needs you: a verb and a link, and why."""

    text: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line of "what changed": of which record, what was recorded, in whose words, when and by whom."""

    subject: str
    text: str
    href: str
    note: str
    at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A form that was not finished."""

    text: str
    href: str
    kept_at: datetime


# (what: "record", "edit", "confirm", "evidence", "agree" or "actions"; code) -> address
Links = Callable[[str, str], str]


def position_sentence(records: Sequence[RecordFace]) -> str:
    """`10 recommendations: 4 in place (2 checked), 3 started, 1 not started, 2 nothing recorded.`"""
    counts = {standing: sum(1 for each in records if each.standing is standing) for standing in Standing}
    in_place = sum(1 for each in records if each.standing.in_place)
    parts = [f"{in_place} in place ({counts[Standing.CHECKED]} checked)" if in_place else "none in place"]
    for standing, words in (
        (Standing.STARTED, "started"),
        (Standing.NOT_STARTED, "not started"),
        (Standing.NOT_APPLICABLE, "said not to apply"),
        (Standing.NOTHING, "nothing recorded"),
    ):
        if counts[standing]:
            parts.append(f"{counts[standing]} {words}")
    return f"{plural(len(records), 'recommendation')}: {', '.join(parts)}."


def strip(records: Sequence[RecordFace], links: Links) -> list[StripCell]:
    """The row of squares, one for each recommendation."""
    return [
        StripCell(each.number, each.title, each.standing.value, links("record", each.code), tag_text(each))
        for each in records
    ]


def states_shown(records: Sequence[RecordFace]) -> list[str]:
    """The states that occur, in the order of the ladder: a legend explains what is there, and nothing else."""
    found = {each.standing for each in records}
    return [each.value for each in Standing if each in found]


def task_rows(
    records: Sequence[RecordFace], links: Links, today: date, figures: Mapping[str, Figure]
) -> list[TaskRow]:
    """The recommendations as a task list; where figures support less than the claim, the row says so."""
    return [
        TaskRow(
            number=each.number,
            title=each.title,
            href=links("record", each.code),
            sub=_sub_line(each, today),
            tag_text=tag_text(each),
            tag_class=TAG_COLOURS[each.standing],
            lines=(_evidence_line(each),),
            caution=_caution(each, figures.get(each.code)),
        )
        for each in records
    ]


def _caution(record: RecordFace, figure: Figure | None) -> str:
    words = caution(figure) if figure is not None and record.standing.in_place else ""
    return words[:1].upper() + words[1:]


def tag_text(record: RecordFace) -> str:
    """The words of the tag; waiting evidence is counted."""
    if record.standing is Standing.WAITING:
        return f"{record.standing.label} ({record.evidence_live})"
    return record.standing.label


def need_rows(found: Sequence[Attention], titles: dict[str, str], links: Links, today: date) -> list[NeedRow]:
    """Attention in words, most pressing first."""
    return [_need(each, titles[each.code], links, today) for each in found]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a presenter needs of an entry."""

    code: str
    change: Change
    delivery: Delivery
    note: str
    reason: str
    forum: str
    forum_on: date | None
    at: datetime
    author: str


def change_rows(entries: Sequence[Changed], titles: dict[str, str], links: Links) -> list[ChangeRow]:
    """What was recorded then, in sentences, whatever has become of the evidence since."""
    return [
        ChangeRow(
            subject=f"Recommendation {int(each.code[-2:])}, {titles.get(each.code, 'no longer asked')}",
            text=_what(each),
            href=links("record", each.code),
            note="" if each.change is Change.CONFIRMED else each.note or _reason(each),
            at=each.at,
            author=each.author,
        )
        for each in entries
    ]


def entry_words(entry: Changed) -> str:
    """An entry in the history of its record: `Recorded as “in place”`."""
    words = _what(entry)
    return words[:1].upper() + words[1:]


def draft_rows(kept: Sequence[tuple[str, datetime]], home: str, titles: dict[str, str]) -> list[DraftRow]:
    """Forms below an organisation's address that somebody had not finished, in words."""
    return [
        DraftRow(_draft_words(path.removeprefix(home), titles), f"{path}?draft=1", at)
        for path, at in kept
        if path.startswith(f"{home}/")
    ]


# By where the form stands and what it does there; what stands alone is both.
_DRAFTS = {
    ("agree", "agree"): "Agreeing several at one meeting",
    ("confirm", "confirm"): "Saying what is still true",
    ("evidence", "new"): "Evidence that you were adding",
    ("evidence", "edit"): "Evidence that you were changing",
    ("evidence", "files"): "Evidence that you were changing",
    ("evidence", "withdraw"): "Evidence that you were changing",
    ("shares", "new"): "What you were recording as shared",
    ("shares", "edit"): "A share that you were changing",
    ("shares", "mistaken"): "A share that was a mistake",
    ("usage", "new"): "A count of use that you were entering",
    ("usage", "edit"): "A count of use that you were changing",
    ("usage", "mistaken"): "A count of use that was a mistake",
    ("evaluations", "new"): "An evaluation that you were entering",
    ("evaluations", "edit"): "An evaluation that you were changing",
    ("evaluations", "mistaken"): "An evaluation that was a mistake",
    ("developments", "new"): "New training that you were announcing",
    ("developments", "edit"): "Announced training that you were changing",
    ("developments", "mistaken"): "Announced training that was a mistake",
    ("practice", "new"): "Good practice that you were writing",
    ("practice", "edit"): "Good practice that you were changing",
    ("practice", "withdraw"): "Good practice that you were taking out of use",
    ("help-requests", "new"): "A question for the national team",
    ("help-requests", "answer"): "An answer to a question of another organisation",
    ("help-requests", "take-back"): "A question that you were taking back",
}


def _draft_words(rest: str, titles: dict[str, str]) -> str:
    parts = rest.strip("/").split("/")
    if parts[0] == "recommendations" and parts[1] in titles:
        form = "an action" if "actions" in parts else "where you are with it"
        return f"Recommendation {int(parts[1][-2:])}, {titles[parts[1]]}: {form}"
    return _DRAFTS.get((parts[0], parts[-1]), "A form that you had not finished")


def _what(each: Changed) -> str:
    if each.change is Change.CONFIRMED:
        return "confirmed as still true"
    if each.change is Change.ASSURED:
        return f"evidence checked and agreed by {each.forum} on {day(each.forum_on)}"
    if each.change is Change.LOWERED:
        return f"went back to “{each.delivery.label.lower()}”"
    return f"recorded as “{each.delivery.label.lower()}”"


def _reason(each: Changed) -> str:
    return each.reason if each.change is Change.LOWERED or each.delivery is Delivery.NOT_APPLICABLE else ""


def _sub_line(record: RecordFace, today: date) -> str:
    if record.standing is Standing.CHECKED:
        return f"Checked {short_day(record.forum_on)}, {record.forum}"
    if record.standing.in_place:
        return f"In place since {short_day(record.delivered_on)} · confirmed {short_day(record.confirmed_on)}"
    if record.delivery in {Delivery.IN_PROGRESS, Delivery.NOT_STARTED}:
        return _due_line(record, today)
    return "" if record.confirmed_on is None else f"Confirmed {short_day(record.confirmed_on)}"


def _due_line(record: RecordFace, today: date) -> str:
    if record.due_on is None:
        return f"No due date · confirmed {short_day(record.confirmed_on)}"
    if is_overdue(record.delivery, record.due_on, today):
        return f"Overdue: was due {short_day(record.due_on)}"
    hope = {
        Confidence.ON_TRACK: " · yes, by the date",
        Confidence.AT_RISK: " · it might be late",
        Confidence.OFF_TRACK: " · it will be late",
    }
    return f"Due {short_day(record.due_on)}{hope[record.confidence] if record.confidence else ''}"


def _evidence_line(record: RecordFace) -> str:
    return (
        plural(record.evidence_live, "piece of evidence", "pieces of evidence")
        if record.evidence_live
        else "No evidence"
    )


def _need(each: Attention, title: str, links: Links, today: date) -> NeedRow:
    n, name = each.number, f"{each.number}, {title}"
    link = links
    words: dict[Rank, tuple[str, str, str]] = {
        Rank.LAPSED: (
            f"Add evidence that is in date for {name}",
            "evidence",
            "the evidence agreed has run out",
        ),
        Rank.NOT_ACCEPTED: (f"Look again at {name}", "record", "not accepted when checked"),
        Rank.OVERDUE: (f"Say where you are with {name}", "edit", f"was due {day(each.day)}"),
        Rank.OUT_OF_DATE: (
            f"Add evidence that is in date for {name}",
            "evidence",
            "the evidence has run out",
        ),
        Rank.RECHECK: (f"Read {name} again", "edit", "its wording changed"),
        Rank.UNCONFIRMED: (f"Say whether recommendation {n} is still true", "confirm", _ago(each.day, today)),
        Rank.TO_AGREE: (f"Agree the evidence for {name}", "agree", _since("in place since", each.day)),
        Rank.NO_EVIDENCE: (f"Add evidence for {name}", "evidence", _since("in place since", each.day)),
        Rank.EXPIRES_SOON: (f"Renew the evidence for {name}", "record", f"runs out on {day(each.day)}"),
        Rank.NOTHING: (f"Record where you are with {name}", "edit", "nothing recorded"),
        Rank.ACTION_OVERDUE: (f"Finish an action for {name}", "actions", f"was due {day(each.day)}"),
    }
    text, what, note = words[each.rank]
    return NeedRow(text, link(what, each.code), note)


def _ago(since: date | None, today: date) -> str:
    return "" if since is None else f"last confirmed {plural((today - since).days // 30, 'month')} ago"


def _since(words: str, since: date | None) -> str:
    return "" if since is None else f"{words} {since:%B %Y}"
