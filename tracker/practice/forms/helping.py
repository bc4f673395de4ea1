"""The forms of help: a question, its answer, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tracker.practice.forms.looking import ReadForm
from tracker.web.fields import Item, NHSSelect, NHSTextArea, looked_tick


class QuestionForm(ReadForm):
    """A question to the national body."""

    read_by_others = ("question",)
    recommendation_code = NHSSelect(
        "Which recommendation is it about?",
        blank="Choose a recommendation",
        required="Choose the recommendation that it is about",
    )
    practice_id = NHSSelect("Which of your practices is it about? (optional)", blank="None of them")
    question = NHSTextArea(
        "What do you need help with?", max_length=4000, rows=5, hint="No patients and no names of staff."
    )
    looked = looked_tick()

    def offer(self, recommendations: Sequence[tuple[str, str]], practices: Sequence[tuple[str, str]]) -> None:
        """The recommendations that this organisation answers, and its own practices."""
        self.recommendation_code.items = [Item(code, words) for code, words in recommendations]
        self.practice_id.items = [Item(value, title) for value, title in practices]

    def chosen_practice(self) -> UUID | None:
        return UUID(self.practice_id.data) if self.practice_id.data else None


class TakeBackForm(ReadForm):
    """The question needs no answer any more."""

    reason = NHSTextArea("Why do you no longer need an answer?", max_length=1000, rows=3)
    looked = looked_tick()


class AnswerForm(ReadForm):
    """The national body's answer; its version is that of the answer before."""

    read_by_others = ("answer",)
    answer = NHSTextArea(
        "Your answer", max_length=4000, rows=8, hint="The organisation that asked reads it. No patients."
    )
    looked = looked_tick()
