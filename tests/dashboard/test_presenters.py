"""The words of the pages of one organisation: the sentence, what needs somebody, what changed, the history."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tracker.audit.rules import EVENT_TYPES
from tracker.catalogue.rules import Delivery
from tracker.dashboard import presenters
from tracker.dashboard.presenters import Changed, RecordFace
from tracker.dashboard.rules import Attention, Rank
from tracker.dashboard.views.history import offered_types
from tracker.progress.rules import Change, Confidence, Standing

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)
AGREED = (
    "recorded that the evidence for recommendation 12 was checked and agreed by Group on 14 October 2026, "
    "with 2 files as proof"
)
TITLES = {"SEP16-12": "Sepsis champions", "SEP16-09": "Update all training to NICE guidance"}


def links(what: str, code: str) -> str:
    return f"/{what}/{code}"


def face(number: int, standing: Standing, delivery: Delivery | None = None, **more: object) -> RecordFace:
    return RecordFace(
        f"SEP16-{number:02}", number, f"Title {number}", delivery, standing, more.pop("live", 0), **more
    )


def test_the_position_in_one_sentence() -> None:
    standings = [
        Standing.WAITING, Standing.STARTED, Standing.STARTED, Standing.CHECKED, Standing.NO_EVIDENCE,
        Standing.NOT_STARTED, Standing.NOTHING, Standing.NOTHING, Standing.STARTED, Standing.CHECKED,
    ]  # fmt: skip
    faces = [face(number, standing) for number, standing in enumerate(standings, start=9)]
    assert presenters.position_sentence(faces) == (
        "10 recommendations: 4 in place (2 checked), 3 started, 1 not started, 2 nothing recorded."
    )


def test_the_sentence_says_none_and_what_does_not_apply() -> None:
    faces = [face(9, Standing.NOT_APPLICABLE), face(10, Standing.NOTHING)]
    assert presenters.position_sentence(faces) == (
        "2 recommendations: none in place, 1 said not to apply, 1 nothing recorded."
    )
    assert presenters.position_sentence(faces[:1]).startswith("1 recommendation:")


def test_a_lapsed_record_is_in_place_and_not_checked() -> None:
    assert presenters.position_sentence([face(9, Standing.LAPSED)]) == (
        "1 recommendation: 1 in place (0 checked)."
    )


def test_the_legend_explains_what_is_there() -> None:
    faces = [face(9, Standing.CHECKED), face(10, Standing.NOTHING), face(11, Standing.CHECKED)]
    assert presenters.states_shown(faces) == ["nothing", "checked"]


@pytest.mark.parametrize(
    ("rank", "since", "text", "note", "href"),
    [
        (
            Rank.UNCONFIRMED, date(2025, 9, 20), "Say whether recommendation 12 is still true",
            "last confirmed 14 months ago", "/confirm/SEP16-12",
        ),
        (
            Rank.OVERDUE, date(2026, 10, 31), "Say where you are with 12, Sepsis champions",
            "was due 31 October 2026", "/edit/SEP16-12",
        ),
        (
            Rank.LAPSED, None, "Add evidence that is in date for 12, Sepsis champions",
            "the evidence agreed has run out", "/evidence/SEP16-12",
        ),
        (
            Rank.TO_AGREE, date(2026, 9, 1), "Agree the evidence for 12, Sepsis champions",
            "in place since September 2026", "/agree/SEP16-12",
        ),
        (
            Rank.ACTION_OVERDUE, date(2026, 11, 1), "Finish an action for 12, Sepsis champions",
            "was due 1 November 2026", "/actions/SEP16-12",
        ),
        (
            Rank.NOTHING, None, "Record where you are with 12, Sepsis champions", "nothing recorded",
            "/edit/SEP16-12",
        ),
    ],
)  # fmt: skip
def test_what_needs_somebody_is_a_verb_and_a_link(
    rank: Rank, since: date | None, text: str, note: str, href: str
) -> None:
    (row,) = presenters.need_rows([Attention(rank, "SEP16-12", 12, since)], TITLES, links, TODAY)
    assert (row.text, row.note, row.href) == (text, note, href)


@pytest.mark.parametrize("rank", Rank)
def test_every_rank_has_words(rank: Rank) -> None:
    (row,) = presenters.need_rows([Attention(rank, "SEP16-12", 12, TODAY)], TITLES, links, TODAY)
    assert row.text and row.note and row.href


@pytest.mark.parametrize(
    ("record", "sub", "line"),
    [
        (
            face(12, Standing.CHECKED, Delivery.ASSURED, live=4, forum="Deteriorating Patient Group",
                 forum_on=date(2026, 10, 14)),
            "Checked 14 Oct 2026, Deteriorating Patient Group", "4 pieces of evidence",
        ),
        (
            face(9, Standing.WAITING, Delivery.DELIVERED, live=1, delivered_on=date(2026, 1, 1),
                 confirmed_on=date(2026, 11, 2)),
            "In place since 1 Jan 2026 · confirmed 2 Nov 2026", "1 piece of evidence",
        ),
        (
            face(10, Standing.STARTED, Delivery.IN_PROGRESS, due_on=date(2027, 3, 31),
                 confidence=Confidence.AT_RISK),
            "Due 31 Mar 2027 · it might be late", "No evidence",
        ),
        (
            face(10, Standing.STARTED, Delivery.IN_PROGRESS, due_on=date(2026, 11, 22)),
            "Overdue: was due 22 Nov 2026", "No evidence",
        ),
        (face(15, Standing.NOTHING), "", "No evidence"),
    ],
)  # fmt: skip
def test_a_row_of_the_task_list(record: RecordFace, sub: str, line: str) -> None:
    (row,) = presenters.task_rows([record], links, TODAY, {})
    assert (row.sub, row.lines) == (sub, (line,))


def test_waiting_evidence_is_counted_in_the_tag() -> None:
    waiting = face(9, Standing.WAITING, Delivery.DELIVERED, live=3)
    assert presenters.tag_text(waiting) == "In place, evidence waiting to be checked (3)"


@pytest.mark.parametrize(
    ("changed", "text", "note"),
    [
        ({"change": Change.RECORDED}, "recorded as “in place”", "Now on two wards"),
        ({"change": Change.CONFIRMED}, "confirmed as still true", ""),
        (
            {"change": Change.LOWERED, "delivery": Delivery.IN_PROGRESS, "note": "", "reason": "She left"},
            "went back to “started”", "She left",
        ),
        (
            {"change": Change.ASSURED, "delivery": Delivery.ASSURED, "note": "", "forum": "Group",
             "forum_on": date(2026, 10, 14)},
            "evidence checked and agreed by Group on 14 October 2026", "",
        ),
    ],
)  # fmt: skip
def test_what_changed_in_words(changed: dict[str, object], text: str, note: str) -> None:
    usual = {
        "code": "SEP16-12", "delivery": Delivery.DELIVERED, "note": "Now on two wards", "reason": "", "forum": "",
        "forum_on": None, "at": NOW, "author": "Sam Champion",
    }  # fmt: skip
    (row,) = presenters.change_rows([Changed(**{**usual, **changed})], TITLES, links)
    assert (row.subject, row.text, row.note) == ("Recommendation 12, Sepsis champions", text, note)
    assert row.href == "/record/SEP16-12"


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        ("/recommendations/SEP16-12/progress", "Recommendation 12, Sepsis champions: where you are with it"),
        ("/recommendations/SEP16-12/actions/new", "Recommendation 12, Sepsis champions: an action"),
        ("/evidence/new", "Evidence that you were adding"),
        ("/evidence/0198/edit", "Evidence that you were changing"),
        ("/shares/new", "What you were recording as shared"),
        ("/shares/0198/edit", "A share that you were changing"),
        ("/shares/0198/mistaken", "A share that was a mistake"),
        ("/usage/new", "A count of use that you were entering"),
        ("/usage/0198/edit", "A count of use that you were changing"),
        ("/usage/0198/mistaken", "A count of use that was a mistake"),
        ("/evaluations/new", "An evaluation that you were entering"),
        ("/evaluations/0198/edit", "An evaluation that you were changing"),
        ("/evaluations/0198/mistaken", "An evaluation that was a mistake"),
        ("/developments/new", "New training that you were announcing"),
        ("/developments/0198/edit", "Announced training that you were changing"),
        ("/developments/0198/mistaken", "Announced training that was a mistake"),
        ("/practice/new", "Good practice that you were writing"),
        ("/practice/0198/edit", "Good practice that you were changing"),
        ("/practice/0198/withdraw", "Good practice that you were taking out of use"),
        ("/help-requests/new", "A question for the national team"),
        ("/help-requests/0198/answer", "An answer to a question of another organisation"),
        ("/help-requests/0198/take-back", "A question that you were taking back"),
        ("/agree", "Agreeing several at one meeting"),
        ("/something/else", "A form that you had not finished"),
    ],
)
def test_a_form_not_finished_is_called_by_its_name(rest: str, text: str) -> None:
    home = "/organisations/X00901"
    kept = [(f"{home}{rest}", NOW), ("/organisations/X00902/evidence/new", NOW), ("/people/invite", NOW)]
    (row,) = presenters.draft_rows(kept, home, TITLES)
    assert (row.text, row.href) == (text, f"{home}{rest}?draft=1")


def sentence(
    type: str, public: dict[str, object], private: dict[str, object] | None = None, **more: str
) -> str:
    subject = ("evidence", "abc") if type.startswith("evidence.") else ("recommendation", "SEP16-12")
    line = presenters.trail_line(
        type=type, at=NOW, who="Sam Champion", subject=subject, public=public,
        private={} if private is None else private, seq=7, fingerprint="ab12", href="/there", **more,
    )  # fmt: skip
    return line.sentence


@pytest.mark.parametrize(
    ("type", "public", "private", "said"),
    [
        (
            "progress.recorded",
            {"delivery": {"old": None, "new": "in_progress"}},
            {},
            "recorded recommendation 12 as “started”",
        ),
        (
            "progress.recorded",
            {"delivery": {"old": "in_progress", "new": "delivered"}},
            {},
            "recorded recommendation 12 as “in place”; it was “started”",
        ),
        (
            "progress.recorded",
            {"delivery": {"old": "delivered", "new": "not_started"}},
            {},
            "took recommendation 12 back from “in place” to “not started”",
        ),
        (
            "progress.recorded",
            {},
            {"summary": {"old": "a", "new": "b"}},
            "changed what is recorded for recommendation 12",
        ),
        ("progress.confirmed", {}, {}, "said that recommendation 12 is still true"),
        (
            "progress.assured",
            {"forum_on": {"old": None, "new": "2026-10-14"}, "evidence": [{}, {}]},
            {"forum": {"old": "", "new": "Group"}},
            AGREED,
        ),
        (
            "action.added",
            {},
            {"title": {"old": None, "new": "Name a deputy"}},
            "added an action for recommendation 12: Name a deputy",
        ),
        (
            "action.changed",
            {"done_on": {"old": None, "new": "2026-04-27"}},
            {},
            "said that an action for recommendation 12 was done on 27 April 2026",
        ),
        (
            "evidence.added",
            {"recommendations": ["SEP16-09", "SEP16-12"]},
            {"title": {"old": None, "new": "Rota"}},
            "added the evidence “Rota”, for recommendations 9, 12",
        ),
        (
            "evidence.file_added",
            {"replaces": None},
            {"file_name": "rota.pdf"},
            "added the file rota.pdf to “Old title”",
        ),
        (
            "evidence.file_added",
            {"replaces": 1},
            {"file_name": "rota.pdf"},
            "put rota.pdf in the place of an older file of “Old title”",
        ),
        (
            "evidence.withdrawn",
            {},
            {"title": "Draft slides", "reason": "A draft"},
            "took “Draft slides” out of use",
        ),
        ("evidence.downloaded", {}, {"file_name": "rota.pdf"}, "downloaded rota.pdf of “Old title”"),
        (
            "evidence.linked",
            {"added": ["SEP16-10"], "removed": []},
            {},
            "said that “Old title” also supports recommendation 10",
        ),
        (
            "finding.recorded",
            {"outcome": "overturned"},
            {},
            "recorded a finding on recommendation 12: not accepted when checked",
        ),
        ("page.read", {"on": "2026-11-20"}, {}, "looked at recommendation 12"),
    ],
)
def test_the_history_is_told_in_sentences(
    type: str, public: dict[str, object], private: dict[str, object], said: str
) -> None:
    assert sentence(type, public, private, title="Old title") == f"Sam Champion {said}"


@pytest.mark.parametrize(
    ("type", "public", "private", "said"),
    [
        (
            "resource.added",
            {},
            {"title": {"old": None, "new": "Drill"}},
            "put the training “Drill” on the list",
        ),
        ("resource.changed", {"is_online": {"old": False, "new": True}}, {}, "of the training “Film”"),
        (
            "resource.assessed",
            {"result": "partly", "assessed_on": "2026-10-14"},
            {},
            "checked the training “Film” against NICE on 14 October 2026: partly up to date",
        ),
        ("resource.withdrawn", {}, {}, "took the training “Film” out of use"),
    ],
)
def test_what_is_said_of_training(
    type: str, public: dict[str, object], private: dict[str, object], said: str
) -> None:
    line = presenters.trail_line(
        type=type, at=NOW, who="Sam", subject=("resource", "abc"), public=public, private=private, seq=7,
        fingerprint="ab12", title="Film",
    )  # fmt: skip
    assert said in line.sentence


# What only the chain of the platform holds, by hand: every other type is somebody's history.
OF_THE_PLATFORM = {
    "session", "account", "role", "organisations", "catalogue", "guideline", "national_resource", "funding", "summary",
    "demo", "checkpoint", "programme.year_added", "programme.year_changed", "programme.item_added",
    "programme.item_changed", "programme.item_taken_out",
}  # fmt: skip
OF_AN_ORGANISATION = [
    each for each in EVENT_TYPES if not {each, each.split(".", maxsplit=1)[0]} & OF_THE_PLATFORM
]


def test_the_history_can_be_narrowed_to_everything_that_it_may_hold() -> None:
    offered = {name for _label, name in offered_types()}
    assert offered == set(OF_AN_ORGANISATION)
    assert {"share.added", "incidents.changed", "coverage.position_recorded"} <= offered
    assert {each for each in presenters.SENTENCES if each not in offered} == {
        "guideline.added",
        "guideline.changed",
    }


@pytest.mark.parametrize("type", OF_AN_ORGANISATION)
def test_every_type_of_event_has_a_sentence_even_without_its_text(type: str) -> None:
    line = presenters.trail_line(
        type=type, at=NOW, who="", subject=("organisation", "X00901"), public={}, private=None, seq=7,
        fingerprint="ab12",
    )  # fmt: skip
    assert line.sentence.startswith("The service ") and len(line.sentence) > len("The service ") + 5
    assert line.removed and not line.href


def test_what_stood_there_before_is_told_once() -> None:
    line = presenters.trail_line(
        type="progress.recorded", at=NOW, who="Sam", subject=("recommendation", "SEP16-12"), seq=7, fingerprint="ab12",
        public={"delivery": {"old": "in_progress", "new": "delivered"}}, private={"summary": {"old": "A", "new": "B"}},
    )  # fmt: skip
    assert [(each.label, each.old, each.new) for each in line.details] == [("What is in place", "A", "B")]


def test_the_days_are_those_of_london() -> None:
    def at(moment: datetime) -> presenters.TrailLine:
        return presenters.trail_line(
            type="page.read", at=moment, who="Sam", subject=("recommendation", "SEP16-12"), public={}, private={},
            seq=1, fingerprint="",
        )  # fmt: skip

    summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    days = presenters.by_day([at(summer), at(datetime(2026, 6, 30, 12, 0, tzinfo=UTC))])
    assert [(day.on, [line.time for line in day.lines]) for day in days] == [
        ("1 July 2026", ["12:30am"]),
        ("30 June 2026", ["1:00pm"]),
    ]
