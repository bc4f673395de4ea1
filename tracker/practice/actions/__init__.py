"""Every write of good practice and of help asked."""

from tracker.practice.actions.helping import (
    HelpInput,
    answer_help,
    ask_help,
    problems_of_question,
    take_back_help,
)
from tracker.practice.actions.reviewing import publish_practice, return_practice, stop_showing
from tracker.practice.actions.using import Use, open_use, record_handed_out, record_use
from tracker.practice.actions.writing import (
    add_practice,
    change_practice,
    problems_of,
    send_practice,
    standing_facts,
    withdraw_practice,
)

__all__ = [
    "HelpInput", "Use", "add_practice", "answer_help", "ask_help", "change_practice", "open_use", "problems_of",
    "problems_of_question", "publish_practice", "record_handed_out", "record_use", "return_practice", "send_practice",
    "standing_facts", "stop_showing", "take_back_help", "withdraw_practice",
]  # fmt: skip
