"""The national body through 1 to 8, a university through 21, a college through 19 and 20: worked by hand.

As in `test_ten`, from the table of honest figures and not from the tracker. Two columns: 31 October 2025, and 31 March
2026, after NICE had changed on 19 November 2025.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.measures import national_story
from tests.measures.story import AFTER, BEFORE, BEGINS, CORRECTED, Place, place
from tests.measures.test_ten import NO, YES, Hand, Parts, assert_is
from tracker.catalogue.rules import OrganisationKind
from tracker.library.rules import Patients
from tracker.measures.alignment.rules import Result
from tracker.measures.base import At
from tracker.measures.sharing.measure import MEASURE

TOLD, ABOUT = date(2025, 10, 20), date(2025, 10, 15)
LATER, LATER_ABOUT = date(2026, 3, 20), date(2026, 3, 15)
NICE = {"nice": "NG51, January 2024", "nice_current": "yes"}
PUBLISHED = {"published": "yes", "published_on": date(2025, 3, 1), "link": "https://national.example/guide"}
Answers = dict[str, dict[str, Any]]
OCTOBER: Answers = {
    "SEP16-01": {
        "agreed": "yes", "agreed_on": date(2025, 1, 10), "agreed_by": "Sepsis programme board",
        "review_on": date(2026, 1, 10),
    },
    "SEP16-02": {
        **PUBLISHED, **NICE, "board": "Cross-system sepsis programme board", "board_on": date(2025, 2, 20),
        "used_by": 14,
    },
    "SEP16-03": {
        "available": "yes", "available_on": date(2025, 5, 1), "link": "https://national.example/care",
        "care_staff": "yes", "settings": ["residential"], "keeper": "The e-learning team", **NICE,
        "completions": 2140,
    },
    "SEP16-04": {**PUBLISHED, **NICE, "built_from": "Two films"},
    "SEP16-05": {"decision": {
        "on": date(2025, 9, 2), "meeting": "Programme board", "decision": "no", "reason": "It is done elsewhere",
    }},
    "SEP16-06": {"decision": {
        "on": date(2025, 9, 2), "meeting": "Programme board", "decision": "adopt", "reason": "One for all",
    }},
    "SEP16-07": {"proven": "no"},
}  # fmt: skip
MARCH: Answers = {
    "SEP16-04": {**OCTOBER["SEP16-04"], "nice": "NG253 and NG254, November 2025"},
}
REACHED = "Trusts in England reached by a share of a resource made or endorsed by HEE"
MADE = "Resources made by HEE (endorsed ones are not counted here)"
USEFUL = "Users who found a resource useful (made or endorsed by HEE)"
OF_NATIONAL: dict[str, tuple[Hand, Hand]] = {
    # 1. Agreed, its review ahead, both films read within 12 months: all three. In March the review day has passed, and
    # the second film was read on 1 February 2025, over 12 months before: one of three. Reach: the north shared a film;
    # a body in Wales and a course that is not HEE's do not count: 1 of 3 trusts. By March the south (entered in
    # January) and the east (5 March): 3 of 3. Of each resource the youngest ratings count: 30 of 40, then 50 of 60.
    "SEP16-01": (
        Hand(YES, answer="Strategy in date, uptake read", parts={
            REACHED: (1, 3), f"{MADE} whose use was read": (2, 2),
            USEFUL: (30, 40),
        }),
        Hand(NO, answer="1 of 3 points", parts={
            REACHED: (3, 3), f"{MADE} whose use was read": (1, 2),
            USEFUL: (50, 60),
        }),
    ),
    # 2. Published, agreed by the board, follows NG51 while it counts. NICE changed: it must be looked at again.
    "SEP16-02": (
        Hand(YES, answer="Published, agreed and up to date", parts={
            "How many training providers have said that they used it?": (14, None),
        }),
        Hand(NO, answer="2 of 3 points"),
    ),
    # 3. Live, for care staff, aligned; since November no longer known to be aligned.
    "SEP16-03": (
        Hand(YES, answer="Available, for care staff, up to date", parts={
            "How many people completed it in the last 12 months?": (2140, None),
        }),
        Hand(NO, answer="2 of 3 points"),
    ),
    # 4. Published and aligned; in March looked at again, and it follows what is in force.
    "SEP16-04": (Hand(YES, answer="Published and up to date"), Hand(YES, answer="Published and up to date")),
    # 5. "Consider" is met by the decision; declining is apart from adopting, and both stand.
    "SEP16-05": (Hand(YES, answer="Considered and declined"), Hand(YES, answer="Considered and declined")),
    # 6. Adopted, but the method is in use on none of the two that HEE made. In March on one, which is at least one; the
    # game is endorsed and the course neither, so they do not count here.
    "SEP16-06": (
        Hand(NO, answer="Considered and adopted", parts={
            f"{MADE} with a method of evaluation": (0, 2), f"{MADE} evaluated": (0, 2),
        }),
        Hand(YES, answer="Considered and adopted", parts={
            f"{MADE} with a method of evaluation": (1, 2), f"{MADE} evaluated": (1, 2),
        }),
    ),
    # 7. Nothing proven is an answer, not delivered. In March the film and the game are proven, and nobody need answer
    # again: the film was shared in both regions with an open trust, the game in one: 1 of 2.
    "SEP16-07": (Hand(NO, answer="Nothing proven yet"), Hand(NO, (1, 2))),
    # 8. Both films, of four resources in use, have funder and developer; all four were checked on 1 March 2025, within
    # 12 months of October and not of March. One overlap, found in October and settled on 1 March; announced before work
    # began.
    "SEP16-08": (
        Hand(YES, (2, 4), parts={
            "Resources checked in the last 12 months": (4, 4),
            "Overlaps settled": (0, 1), "New developments announced before work began": (1, 1),
        }),
        Hand(NO, (2, 4), parts={
            "Resources checked in the last 12 months": (0, 4), "Overlaps settled": (1, 1),
        }),
    ),
}  # fmt: skip


def assert_all(found: Place, by_hand: dict[str, tuple[Hand, Hand]]) -> None:
    for code, (before, after) in by_hand.items():
        for day, known_on, hand in ((BEFORE, BEFORE, before), (AFTER, AFTER, after)):
            try:
                assert_is(found.figure(code, day, known_on), hand)
            except AssertionError as wrong:
                raise AssertionError(f"{code} about {day}: {wrong}") from wrong


def test_the_national_body(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    body = place(monkeypatch, OrganisationKind.NATIONAL_BODY)
    for code, values in OCTOBER.items():
        body.answer(TOLD, code, ABOUT, values)
    national_story.play(body)
    for code, values in MARCH.items():
        body.answer(LATER, code, LATER_ABOUT, values)
    body.stand(AFTER)
    assert_all(body, OF_NATIONAL)
    # In January the south entered what it had shared in October: October as it was known then did not change.
    entered_late: Parts = {REACHED: (2, 3)}
    found = body.figure("SEP16-01", BEFORE, CORRECTED)
    assert_is(found, Hand(YES, answer="Strategy in date, uptake read", parts=entered_late))


def test_the_waiting_time_of_the_national_body(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """12 days for the first; the second, asked on 15 January, is open: 75 by 31 March. Half had theirs in 12."""
    body = place(monkeypatch, OrganisationKind.NATIONAL_BODY)
    national_story.play(body)
    body.stand(AFTER)
    facts = MEASURE.facts(body.by, [body.organisation.id], At(AFTER))[body.organisation.id]
    assert (facts["help"].numerator, facts["help"].stands) == (12, False)
    assert "1 answered, 1 open; the longest still waits, 75 days" in facts["help"].words
    early = MEASURE.facts(body.by, [body.organisation.id], At(BEFORE))[body.organisation.id]
    assert early["help"].numerator is None
    assert "Fewer than half of those who asked have an answer" in early["help"].words


# --- 21 ----------------------------------------------------------------------------------------------------


def course(title: str, profession: str, recognise: str, manage: str, where: str) -> dict[str, str]:
    return {
        "title": title, "profession": profession, "recognise": recognise, "manage": manage, "place": where,
    }  # fmt: skip


COURSES = [
    course("BSc Adult Nursing", "nursing", "yes", "yes", "placement"),
    course("BSc Child Nursing", "nursing", "yes", "yes", "lecture"),
    course("MBBS", "medicine", "yes", "yes", "simulation"),
    course("BSc Paramedic Science", "paramedic", "yes", "no", "placement"),
]
# 21. A lecture alone is no clinical context, and without managing it is not taught: 2 of 4, one of two in nursing.
# In January it is found that the paramedics' course did teach managing: known from then on, 3 of 4. In March all four.
OF_UNIVERSITY = {
    "SEP16-21": (
        Hand(NO, (2, 4), parts={"Nursing": (1, 2), "Medicine": (1, 1), "Paramedic science": (0, 1)}),
        Hand(YES, (4, 4), parts={"Nursing": (2, 2), "Paramedic science": (1, 1)}),
    )
}


def test_a_university(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    university = place(monkeypatch, OrganisationKind.HIGHER_EDUCATION)
    year = {"academic_year": "2025-26"}
    university.answer(TOLD, "SEP16-21", ABOUT, {**year, "courses": COURSES})
    right = [*COURSES[:3], {**COURSES[3], "manage": "yes"}]
    university.answer(CORRECTED, "SEP16-21", ABOUT, {**year, "courses": right})
    every = [right[0], {**right[1], "place": "simulation"}, *right[2:]]
    university.answer(LATER, "SEP16-21", LATER_ABOUT, {**year, "courses": every})
    university.stand(AFTER)
    assert_all(university, OF_UNIVERSITY)
    assert_is(university.figure("SEP16-21", BEFORE, CORRECTED), Hand(NO, (3, 4)))


# --- 19 and 20 ---------------------------------------------------------------------------------------------

# 19. Offered: handbook (aligned), children's cases (partly); the old poster was withdrawn and is listed: 1 of 2. March:
# the cases follow NG254, the handbook the version before, to be checked again by 30 November: 2 of 2.
# 20. The handbook teaches resistance and stewardship, the cases resistance alone: 1 of 2, by subject 2 and 1.
# March: both.
OF_COLLEGE = {
    "SEP16-19": (
        Hand(NO, (1, 2), parts={
            "Up to date with NICE": (1, 2), "Partly up to date": (1, 2), "Taken out of use": (1, None),
        }),
        Hand(YES, (2, 2), parts={
            "Up to date with NICE": (1, 2), "Up to date with the version before: check again": (1, 2),
        }),
    ),
    "SEP16-20": (
        Hand(NO, (1, 2), parts={"Teaches resistance": (2, 2), "Teaches stewardship": (1, 2)}),
        Hand(YES, (2, 2)),
    ),
}  # fmt: skip


def test_a_college(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    college = place(monkeypatch, OrganisationKind.ROYAL_COLLEGE)
    college.list(BEGINS, "Handbook", resistance=True, stewardship=True)
    college.list(BEGINS, "Children: cases", patients=Patients.CHILDREN, resistance=True, stewardship=False)
    college.list(BEGINS, "Old poster", resistance=False, stewardship=False)
    college.check(date(2025, 10, 8), "Handbook", Result.ALIGNED)
    college.check(date(2025, 10, 8), "Children: cases", Result.PARTLY)
    college.withdraw(date(2025, 10, 9), "Old poster", date(2025, 10, 9))
    college.change(LATER, "Children: cases", stewardship=True)
    college.check(LATER, "Children: cases", Result.ALIGNED)
    college.stand(AFTER)
    assert_all(college, OF_COLLEGE)
