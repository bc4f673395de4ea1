"""Where several make training for the same people: groups by audience, every pair in one of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from tracker.library.rules.audiences import Audience, Learner
from tracker.library.rules.developing import Stage
from tracker.library.rules.guidelines import Population, needed_populations
from tracker.library.rules.overlaps import Common, Meeting, meetings
from tracker.library.rules.resources import Patients, Setting

NURSES = Audience(frozenset({Learner.NURSING}), frozenset({Setting.HOSPITAL}), Patients.ADULTS)
DOCTORS = replace(NURSES, staff=frozenset({Learner.MEDICAL}))
HOMES = replace(NURSES, settings=frozenset({Setting.CARE_HOME}))
CHILDREN = replace(NURSES, patients=Patients.CHILDREN)
ANYWHERE = replace(NURSES, settings=frozenset({Setting.ANY}), patients=Patients.ADULTS_AND_CHILDREN)
ADULTS = frozenset({Population.ADULTS})


def going(*audiences: Audience, stage: Stage = Stage.PLANNED) -> list[tuple[Stage, Sequence[Audience]]]:
    return [(stage, [each]) for each in audiences]


def members(found: Sequence[Meeting]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return sorted((each.developments, each.resources) for each in found)


def test_those_for_the_same_staff_setting_and_patients_are_one_group() -> None:
    (found,) = meetings(going(NURSES, DOCTORS, NURSES), [])
    assert found == Meeting(
        Common(frozenset({Learner.NURSING}), frozenset({Setting.HOSPITAL}), ADULTS), (0, 2), ()
    )


def test_what_is_for_many_stands_in_the_group_of_each_and_makes_none_of_its_own() -> None:
    """ "Any setting" holds every setting, and "adults and children" both; one alone meets nobody."""
    found = meetings(going(NURSES, DOCTORS, ANYWHERE, HOMES, CHILDREN), [])
    assert members(found) == [((0, 2), ()), ((2, 3), ()), ((2, 4), ())]


def test_a_group_within_another_is_not_said_twice() -> None:
    both = replace(NURSES, staff=frozenset({Learner.NURSING, Learner.MEDICAL}))
    assert members(meetings(going(NURSES, both, both), [])) == [((0, 1, 2), ())]


def test_what_was_stopped_meets_nobody_and_what_is_finished_still_meets_what_is_made() -> None:
    stages = [(Stage.STOPPED, [NURSES]), (Stage.FINISHED, [NURSES]), (Stage.UNDER_WAY, [NURSES])]
    assert members(meetings(stages, [])) == [((1, 2), ())]
    assert meetings(stages[:2], []) == []


def test_what_is_still_to_be_made_meets_the_library_and_what_is_finished_does_not() -> None:
    library = [[NURSES], [DOCTORS], [CHILDREN, ANYWHERE]]
    assert members(meetings(going(NURSES), library)) == [((0,), (0, 2))]
    assert meetings(going(NURSES, stage=Stage.FINISHED), library) == []
    # Two resources alone are no group: most of the library is for all staff.
    assert meetings([], library) == []


def test_a_smaller_group_stays_where_it_alone_meets_a_resource() -> None:
    both = replace(NURSES, staff=frozenset({Learner.NURSING, Learner.MEDICAL}))
    assert members(meetings(going(NURSES, both), [[DOCTORS]])) == [((0, 1), ()), ((1,), (0,))]


def test_the_largest_group_comes_first() -> None:
    found = meetings(going(HOMES, HOMES, NURSES, NURSES, NURSES), [])
    assert [each.developments for each in found] == [(2, 3, 4), (0, 1)]


def test_every_two_that_meet_are_in_a_group_and_no_others() -> None:
    """Held against the plain definition, two and two, for audiences drawn at random."""
    rng = random.Random(8)
    for _time in range(30):
        made = [(rng.choice(list(Stage)), [_any(rng)]) for _each in range(12)]
        library = [[_any(rng) for _each in range(rng.randint(1, 2))] for _resource in range(5)]
        found = meetings(made, library)
        pairs = {pair for each in found for pair in combinations(each.developments, 2)}
        beside = {
            (one, other)
            for each in found
            for one in each.developments
            for other in each.resources
            if made[one][0] in (Stage.PLANNED, Stage.UNDER_WAY)
        }
        alive = [place for place, (stage, _audiences) in enumerate(made) if stage is not Stage.STOPPED]
        assert pairs == {
            (one, other) for one, other in combinations(alive, 2) if meet(made[one][1], made[other][1])
        }
        assert beside == {
            (one, other)
            for one in alive
            for other, theirs in enumerate(library)
            if made[one][0] is not Stage.FINISHED and meet(made[one][1], theirs)
        }


def _any(rng: random.Random) -> Audience:
    return Audience(
        frozenset(rng.sample(list(Learner), rng.randint(1, 4))),
        frozenset(rng.sample(list(Setting), rng.randint(1, 2))),
        rng.choice(list(Patients)),
    )


def meet(mine: Sequence[Audience], theirs: Sequence[Audience]) -> bool:
    return any(
        one.staff & other.staff
        and (one.settings & other.settings or Setting.ANY in one.settings | other.settings)
        and needed_populations(one.patients) & needed_populations(other.patients)
        for one in mine
        for other in theirs
    )
