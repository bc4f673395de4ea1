"""Good practice and help asked, ready for the pages."""

from tracker.practice.presenters.helping import Question, questions, waiting_words
from tracker.practice.presenters.history import happened, history
from tracker.practice.presenters.looking import suspected
from tracker.practice.presenters.practices import (
    Option,
    evaluation,
    evidence,
    lines,
    local_share,
    proven_tag,
    published_lines,
    published_words,
    recommendation_options,
    said,
    sentence,
    setting_options,
    state_options,
    state_tag,
    state_words,
    used_words,
    waiting,
)

__all__ = [
    "Option", "Question", "evaluation", "evidence", "happened", "history", "lines", "local_share", "proven_tag",
    "published_lines", "published_words", "questions", "recommendation_options", "said", "sentence",
    "setting_options", "state_options", "state_tag", "state_words", "suspected", "used_words", "waiting",
    "waiting_words",
]  # fmt: skip
