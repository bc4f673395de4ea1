"""One trust through all ten recommendations of providers, each figure held against one worked out by hand.

Each number below was worked out on paper from what the recommendation and the table of honest figures say, never read
off the tracker. The story is in `trust_story`. Three columns: 31 October 2025 as it was known that day; the same day as
it was known on 15 January 2026, after mistakes were put right; and 31 March 2026, after NICE had changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.measures import trust_story
from tests.measures.story import AFTER, BEFORE, CORRECTED, RECHECK_BY, Place, place
from tracker.measures.base import SMALL, Figure, Supports
from tracker.measures.rules import hold
from tracker.progress import queries as progress

YES, NO = Supports.IN_PLACE, Supports.NOT_YET
Parts = dict[str, tuple[int, int | None]]


@dataclass(frozen=True)
class Hand:
    """A figure worked by hand: a fraction or an answer, what it supports, and some of its parts."""

    supports: Supports
    share: tuple[int, int] | None = None
    answer: str = ""
    parts: Parts | None = None


def assert_is(found: Figure, hand: Hand) -> None:
    share = None if found.numerator is None else (found.numerator, found.denominator)
    assert (share, found.answer, found.supports) == (hand.share, hand.answer, hand.supports), found.because
    assert found.denominator is None or (found.percent is None) is (found.denominator < SMALL)
    parts = {each.label: (each.numerator, each.denominator) for each in found.parts}
    wanted = hand.parts or {}
    assert {label: parts.get(label) for label in wanted} == wanted


# Columns: 31 October 2025 as known then; as known on 15 January 2026; 31 March 2026.
COLUMNS = ((BEFORE, BEFORE), (BEFORE, CORRECTED), (AFTER, None))
BY_HAND: dict[str, tuple[Hand, Hand, Hand]] = {
    # 9. Own training in use: e-learning (aligned), children (partly), maternity (aligned), new starters (not
    # checked), card (not): 2 of 5; two national ones stand apart. In January the card is found to have been aligned:
    # 3 of 5. In March: e-learning and children checked against NG253 and NG254; maternity follows NG51, which still
    # counts there; the card follows the version before, until 30 November; new starters were withdrawn: 4 of 4.
    "SEP16-09": (
        Hand(NO, (2, 5), parts={
            "Up to date with NICE": (2, 5), "Partly up to date": (1, 5), "Not up to date": (1, 5),
            "Not checked yet": (1, 5), "National training used, checked by its owner": (2, None),
        }),
        Hand(NO, (3, 5), parts={"Up to date with NICE": (3, 5)}),
        Hand(YES, (4, 4), parts={
            "Up to date with NICE": (3, 4), "Up to date with the version before: check again": (1, 4),
        }),
    ),
    # 10. In post 50+20+60+10+300+80+40+30+200+150+50+10 = 1,000. At their level
    # 46+18+55+9+280+70+37+28+185+140+46 = 914; the ten in supplementary roles have no level, so they are not covered,
    # and not every level can be said to be reached. January: two more allied health professionals, 916.
    # March: 46+18+50+9+285+72+37+28+185+135+46 = 911, and ten who need nothing: 921. Manage 399 of 430 (92.8 %),
    # recognise 294 of 320 (91.9 %), awareness 218 of 240 (90.8 %): every level at or above 90 %.
    "SEP16-10": (
        Hand(NO, (914, 1000), parts={
            "Need: recognise and manage sepsis": (399, 430), "Need: recognise sepsis": (292, 320),
            "Need: awareness": (223, 240), "No level set": (0, 10),
        }),
        Hand(NO, (916, 1000), parts={"Need: recognise sepsis": (294, 320)}),
        Hand(YES, (921, 1000), parts={
            "Need: recognise and manage sepsis": (399, 430), "Need: recognise sepsis": (294, 320),
            "Need: awareness": (218, 240), "Need no sepsis training, says the needs table": (10, 10),
        }),
    ),
    # 11. Doctors in training and students are left out. Consultants 46/50, other doctors 18/20 (exactly 90 %), nursing
    # 280/300 and support 185+140+46 of 200+150+50 = 371/400 reach 90 %; allied health 70/80 = 87.5 % does not. Besides
    # them scientific and technical 37/40 and scientists 28/30 do, supplementary 0/10 does not: 6 of 8, and one of the
    # five named is below. January: 72/80 = 90 %, 7 of 8, all five, each with a route. March: support 366/400.
    "SEP16-11": (
        Hand(NO, (6, 8), parts={"Allied health professionals": (70, 80), "Support staff": (371, 400)}),
        Hand(YES, (7, 8), parts={"Allied health professionals": (72, 80)}),
        Hand(YES, (7, 8), parts={"Support staff": (366, 400), "Nursing staff": (285, 300)}),
    ),
    # 12. Adopted; somebody in post; reviewed on 6 October 2025, within 12 months of both days. October: emergency,
    # maternity and paediatrics have one, medicine has none: 3 of 4, one of the three with a deputy. January: she of
    # paediatrics began on 15 November: 2 of 4. March: maternity's left on 31 December, surgery came in: 2 of 5.
    "SEP16-12": (
        Hand(YES, (3, 4), parts={"In post": (3, None), "With a deputy": (1, 3)}),
        Hand(YES, (2, 4), parts={"In post": (2, None), "With a deputy": (1, 2)}),
        Hand(YES, (2, 5), parts={"In post": (2, None), "With a deputy": (1, 2)}),
    ),
    # 13. Interval of 24 months (staff trained), owner with a deputy (champions), required of nurses and doctors,
    # review ahead; money unknown counts as not: 4 of 5. January: it was not required: 3. March: the review day, 31
    # January, has passed: 2.
    "SEP16-13": (
        Hand(NO, answer="4 of 5 methods"),
        Hand(NO, answer="3 of 5 methods"),
        Hand(NO, answer="2 of 5 methods"),
    ),
    # 14. October: antibiotics has a point of 1 October, seniors' last is of June: 1 of 2. Antibiotics has points since
    # September 2024, over 12 months; read on 10 September, within 6 months. January: it was read on 10 March 2025,
    # over 6 months before. March: both have a point since 31 December, and were read in February.
    "SEP16-14": (Hand(YES, (1, 2)), Hand(NO, (1, 2)), Hand(YES, (2, 2))),
    # 15. Nothing proven is an answer and not "in place". In January two are written down that were proven by October;
    # one is published then, so in October none was shared both ways, 0 of 2, and on the day itself 1. March: both.
    "SEP16-15": (Hand(NO, answer="Nothing proven yet"), Hand(NO, (0, 2)), Hand(YES, (2, 2))),
    # 16. A sample of 8+22 = 30, the least that counts: 7+20 = 27, exactly 90 %. January: 26, 86.7 %. March: counted,
    # 118+780 = 898 of 130+870 = 1,000: 89.8 %, which is below 90 % however it is rounded.
    "SEP16-16": (Hand(YES, (27, 30)), Hand(NO, (26, 30)), Hand(NO, (898, 1000))),
    # 17. Online in use: e-learning (September 2025), children (not), national e-learning (October 2024, over 12 months
    # ago), national game (not possible, stays in): 1 of 4. January: the national one was on 10 October 2025: 2 of 4,
    # children still lacking. March: e-learning, children, national e-learning: 3 of 4, and a reason for the game.
    "SEP16-17": (
        Hand(NO, (1, 4), parts={"Not possible, with the reason": (1, 4)}),
        Hand(NO, (2, 4), parts={"Not talked through yet, or too long ago": (1, 4)}),
        Hand(YES, (3, 4), parts={"Talked through": (3, 4), "Not possible, with the reason": (1, 4)}),
    ),
    # 18. October: reported from August 2024 to July 2025: November, February, March, May, June. Both heard and material
    # used: November and February; March's department had not heard, May used none, June nothing yet: 2 of 5. Days from
    # the end of the month: 12, 14 and May's 20, the middle one 14; all within 60. March alone is open over 6 months.
    # January: March's department had heard on 20 April: 3 of 5; days 12, 14, 20, 20, the middle 17.
    # March: from January to December 2025: February, March, May, June (now in full), September (in full): 4 of 5.
    # Days 14, 20, 20, 225 (30 June to 10 February) and 156 (30 September to 5 March): the middle is 20, 3 within 60.
    "SEP16-18": (
        Hand(NO, (2, 5), parts={
            "Reached the people involved": (4, 5), "Reached their department": (3, 5),
            "Learning material used": (3, 5), "Shared with both within 60 days": (3, 5),
            "Days to sharing": (14, None), "Open for more than 6 months": (1, None),
        }),
        Hand(NO, (3, 5), parts={"Reached their department": (4, 5), "Days to sharing": (17, None)}),
        Hand(NO, (4, 5), parts={
            "Learning material used": (4, 5), "Shared with both within 60 days": (3, 5),
            "Days to sharing": (20, None),
        }),
    ),
}  # fmt: skip


@pytest.fixture
def trust(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Place:
    found = place(monkeypatch)
    trust_story.play(found)
    found.stand(AFTER)
    return found


def test_every_figure_of_a_provider_is_the_one_worked_by_hand(trust: Place) -> None:
    assert tuple(BY_HAND) == trust_story.CODES
    for code, by_hand in BY_HAND.items():
        for (day, known_on), hand in zip(COLUMNS, by_hand, strict=True):
            found = trust.figure(code, day, known_on)
            try:
                assert_is(found, hand)
            except AssertionError as wrong:
                raise AssertionError(f"{code} about {day}, known on {known_on}: {wrong}") from wrong


def test_the_day_after_the_last_day_to_check_again(trust: Place) -> None:
    """Until then what follows the version before counts; from then on the card does not: 3 of 4."""
    trust.stand(RECHECK_BY + timedelta(days=1))
    assert_is(trust.figure("SEP16-09", RECHECK_BY), Hand(YES, (4, 4)))
    overdue: Parts = {"NICE has changed: check again, overdue": (1, 4)}
    assert_is(trust.figure("SEP16-09", RECHECK_BY + timedelta(days=1)), Hand(NO, (3, 4), parts=overdue))


def test_what_was_declared_differs_from_the_figures_where_the_hand_worked_ones_say_so(trust: Place) -> None:
    """14 and 16 were declared delivered, the others in progress."""
    for code, by_hand in BY_HAND.items():
        entry = progress.find_entry(trust.by, trust.organisation.id, code)
        assert entry is not None
        held = hold(entry.delivery, trust.figure(code, AFTER))
        assert held.differ is ((code in trust_story.DECLARED) is not (by_hand[2].supports is YES)), code


def test_a_day_before_anything_was_recorded_has_no_figure(trust: Place) -> None:
    for code in BY_HAND:
        found = trust.figure(code, date(2025, 10, 5), date(2025, 10, 5))
        assert (found.exists, found.supports) == (False, Supports.NO_FIGURE), code


def test_what_is_proven_and_shared_counts_from_the_day_on_which_it_was(trust: Place) -> None:
    assert_is(trust.figure("SEP16-15", CORRECTED, CORRECTED), Hand(NO, (1, 2)))
    assert_is(trust.figure("SEP16-15", CORRECTED - timedelta(days=1), AFTER), Hand(NO, (0, 2)))
