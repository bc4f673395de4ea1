"""The forms of good practice and of help asked."""

from tracker.practice.forms.helping import AnswerForm, QuestionForm, TakeBackForm
from tracker.practice.forms.practices import (
    PUBLISH,
    PracticeForm,
    ReviewForm,
    SendForm,
    StopForm,
    WithdrawForm,
    filled,
)

__all__ = [
    "PUBLISH", "AnswerForm", "PracticeForm", "QuestionForm", "ReviewForm", "SendForm", "StopForm", "TakeBackForm",
    "WithdrawForm", "filled",
]  # fmt: skip
