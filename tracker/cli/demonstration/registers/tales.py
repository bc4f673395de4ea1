"""The practices that invented trusts write, and what they ask of the invented national body."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.cli.demonstration.texts import K, Proof
from tracker.library.rules import Setting


class End(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """A practice. `by` and `used` name trusts by number; days are days ago.

    `evidence` is the title of an item that it shares; `proof` is made for it first. With a `method` it was evaluated.
    """

    title: str
    code: str
    what: str
    effect: str
    measure: str
    contact: str
    by: int | None = None
    setting: Setting = Setting.HOSPITAL
    sent: int = 0
    reviewed: int = 0
    ends: End = End.PUBLISHED
    reason: str = ""
    method: str = ""
    sample: str = ""
    locally: str = ""
    proof: Proof | None = None
    evidence: str = ""
    used: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Asked of the national body so many days ago; `answered` None while it waits."""

    by: int
    code: str
    asked: int
    question: str
    answered: int | None = None
    answer: str = ""
    taken_back: str = ""


SIMULATION = Proof("Evaluation of twenty-minute ward simulation", K.AUDIT_REPORT)
# What is proven is younger than the last answer that nothing is: see `measures.questions`.
TALES = (
    Tale(
        by=0, code="SEP16-09", title="Checking training against NICE in one afternoon",
        what="Two educators and a sepsis nurse sit down with the whole list, one guideline, and a page of questions.",
        effect="Every item was checked within five weeks of the new guideline; it had taken seven months before.",
        measure="Weeks from the guideline’s publication until each item was checked",
        contact="Practice education team", sent=180, reviewed=168, method="Dates before and after were compared",
        sample="Nine items of training", locally="Shown at the education committee and in the weekly bulletin",
        evidence="Sepsis study day slides", used=((1, 90),),
    ),
    Tale(
        by=0, code="SEP16-11", title="Sessions of ten minutes on nights",
        what="A sepsis nurse walks the wards at two in the morning with one chart and three questions.",
        effect="Support staff on nights come to a session for the first time.",
        measure="People at sessions on nights in a month", contact="Sepsis nurses", sent=12, ends=End.SENT,
    ),
    Tale(
        by=1, code="SEP16-15", title="Ward simulation in twenty minutes",
        what="A doll, a chart and a phone on the ward itself, at handover, with whoever is there.",
        effect="The first dose of antibiotics came 24 minutes earlier on wards that had done it three times.",
        measure="Minutes from the first high score to the first dose", contact="Simulation team", sent=190,
        reviewed=165, method="Time to antibiotics before and after, with wards that had not begun as a comparison",
        sample="Eight wards, not a real study", locally="Taught to every division; the script is on the intranet",
        proof=SIMULATION, evidence=SIMULATION.title, used=((0, 120), (2, 96)),
    ),
    Tale(
        by=1, code="SEP16-17", title="Talking about the film at the next supervision", setting=Setting.ANY,
        what="A card with four questions for supervisors, sent on the day on which somebody finished the e-learning.",
        effect="Most talks now happen within a month of the e-learning.",
        measure="Days between the e-learning and the talk", contact="Learning and development team", sent=180,
        reviewed=171,
    ),
    Tale(
        by=2, code="SEP16-18", title="What we learned, on one page, within sixty days",
        what="After each review the lead writes one page: what happened in general, what to do, whom to ask.",
        effect="Wards hear of a review in seven weeks; it was five months.",
        measure="Days from the end of a review until the page is read at handover", contact="Patient safety team",
        sent=230, reviewed=204, used=((3, 60),),
    ),
    Tale(
        by=2, code="SEP16-12", title="Champions with two hours a week",
        what="Each champion has two hours a week that nobody may take away.", effect="More champions stay.",
        measure="Champions who stay for a year", contact="Deteriorating patient team", sent=70, reviewed=52,
        ends=End.RETURNED, reason="Say how many champions there were, before and after, and over which months.",
    ),
    Tale(
        by=3, code="SEP16-16", title="One question on sepsis in every appraisal", setting=Setting.ANY,
        what="The form asks one question, and the manager’s page says what a good answer sounds like.",
        effect="Needs that came up at appraisals were met within the year for most people.",
        measure="Share of needs met, in a sample of forty appraisals", contact="Workforce development team",
        sent=120, reviewed=108,
    ),
)  # fmt: skip
DRAWN = (
    Tale(
        code="SEP16-13", title="Refreshers in the week of the clocks", what="Twice a year, when the clocks change.",
        effect="Refreshers no longer stop in winter.", measure="Refreshers held in each half of the year",
        contact="Practice education team",
    ),
    Tale(
        code="SEP16-10", title="A training needs table that fits on one page",
        what="Three levels, ten groups of staff, and one owner for each row.", effect="Managers use it.",
        measure="Departments that sent numbers in time", contact="Workforce information team", setting=Setting.ANY,
    ),
    Tale(
        code="SEP16-14", title="Reading the dashboard with those who teach",
        what="Educators sit in the quarterly meeting and say what they will change.",
        effect="Two sessions were changed after the first meeting.", measure="Sessions changed after a meeting",
        contact="Quality improvement team",
    ),
)  # fmt: skip
ASKED = (
    Question(
        by=0, code="SEP16-11", asked=64, answered=58,
        question="Is there short training in sepsis for porters and domestic staff that we could use?",
        answer="Yes: “Sepsis Savvy” in the library is for all staff. Watch it in a team meeting and talk about it.",
    ),
    Question(
        by=1, code="SEP16-14", asked=190, answered=97,
        question="Which patient indicators would you read beside training when a trust has three small sites?",
        answer="Two are enough: time to antibiotics and the share of patients with a full set of observations.",
    ),
    Question(
        by=2, code="SEP16-12", asked=150, taken_back="A neighbouring trust sent us theirs.",
        question="Do you have a role description for champions in community teams?",
    ),
    Question(
        by=3, code="SEP16-16", asked=41,
        question="May we put the question on sepsis into the appraisal of agency staff, and who would hold it?",
    ),
)  # fmt: skip
