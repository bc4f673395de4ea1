"""What would mislead if it were not said."""

from __future__ import annotations

from tracker.progress.rules import Standing
from tracker.summary.presenters.figures import Figures, nouns
from tracker.web.formats import day, number, plural

NAMED_ABSENT = 5


def cautions(figures: Figures) -> tuple[str, ...]:
    """What would mislead if it were not said."""
    said = (
        _caution_of_silence(figures),
        _caution_of_age(figures),
        _caution_of_does_not_apply(figures),
        _caution_of_evidence(figures),
        _caution_of_testing(figures),
        caution_of_absence(figures),
        _caution_of_scope(figures),
    )
    return tuple(each for each in said if each)


def _caution_of_silence(figures: Figures) -> str:
    missing = sum(each.counts[Standing.NOTHING] for each in figures.ladders.values())
    of = sum(each.total for each in figures.ladders.values())
    if not missing:
        return "Every answer that is owed is recorded."
    words = f"{number(missing)} of {number(of)} answers are missing."
    return f"{words} A missing answer counts as not in place, and is never left out of a figure."


def _caution_of_age(figures: Figures) -> str:
    older = sum(each.older for each in figures.ladders.values())
    if not older:
        return ""
    return (
        f"{number(older)} {'answer was' if older == 1 else 'answers were'} last confirmed more than 12 months "
        "before; the rows show what was last said, and how many of those “in place” are so old."
    )


def _caution_of_does_not_apply(figures: Figures) -> str:
    stay = sum(each.counts[Standing.NOT_APPLICABLE] for each in figures.ladders.values())
    out = sum(each.left_out for each in figures.ladders.values())
    if not stay and not out:
        return ""
    words = f"“Does not apply” was chosen {plural(stay + out, 'time')}: {plural(stay, 'stays', 'stay')} in the figures"
    return f"{words}, {number(out)} left them because the national team accepted the reason."


def _caution_of_evidence(figures: Figures) -> str:
    lapsed = sum(each.counts[Standing.LAPSED] for each in figures.ladders.values())
    if not lapsed:
        return ""
    return f"{plural(lapsed, 'claim')} counted as in place had evidence that is now out of date or taken out of use."


def _caution_of_testing(figures: Figures) -> str:
    claims = sum(each.in_place for each in figures.ladders.values())
    tested = sum(each.total for each in figures.tested.values())
    if not claims:
        return ""
    words = (
        f"“In place” is what {nouns(figures.wanted.kind)[3]} say: {number(tested)} of {number(claims)} claims"
    )
    return (
        f"{words} were tested by the national team or an auditor. “Checked” means by the organisation itself."
    )


def caution_of_absence(figures: Figures) -> str:
    """Who is missing from the newest file and so not counted, by name."""
    if not figures.absent:
        return ""
    one, many, *_ = nouns(figures.wanted.kind)
    named = "; ".join(
        f"{row.name} ({row.code}), since {day(row.absent_since)}" for row in figures.absent[:NAMED_ABSENT]
    )
    more = len(figures.absent) - NAMED_ABSENT
    rest = f"; and {more} more" if more > 0 else ""
    return (
        f"{plural(len(figures.absent), one, many)} not in the newest ODS file, cause unknown, "
        f"and so not counted: {named}{rest}."
    )


def _caution_of_scope(figures: Figures) -> str:
    _one, many, *_ = nouns(figures.wanted.kind)
    return (
        f"These figures are about {many} in England; they say nothing of other services or other countries."
    )
