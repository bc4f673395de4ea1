"""What invented organisations write about each of the 21 recommendations, and what they show for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.evidence.rules import EvidenceKind

K = EvidenceKind


@dataclass(frozen=True, slots=True)
class Proof:
    """An item of evidence in words."""

    title: str
    kind: EvidenceKind


@dataclass(frozen=True, slots=True)
class Words:
    """What is said while something is started, and once it is in place; what is shown for it."""

    started: tuple[str, ...]
    in_place: tuple[str, ...]
    proofs: tuple[Proof, ...]


def _words(started: tuple[str, ...], in_place: tuple[str, ...], *proofs: tuple[str, EvidenceKind]) -> Words:
    return Words(started, in_place, tuple(Proof(*each) for each in proofs))


WORDS: Mapping[int, Words] = {
    1: _words(
        ("A plan for telling people about the resources is drafted; uptake is not counted yet.",),
        (
            "A published plan; uptake of each resource is counted every quarter and reported to the programme board.",
        ),
        ("Dissemination plan", K.POLICY),
        ("Uptake of resources by quarter", K.TRAINING_RECORD),
    ),
    2: _words(
        ("A first draft of the guide is with the programme board.",),
        (
            "The guide is published and tells providers how to bring material into line with the guideline in force.",
        ),
        ("Guide for training providers", K.POLICY),
        ("Programme board minutes, guide agreed", K.MINUTES),
    ),
    3: _words(
        ("Two care home groups are trying the package with their staff.",),
        ("A package for residential and nursing homes is available, with a named owner.",),
        ("Care home package outline", K.SLIDES),
    ),
    4: _words(
        ("Existing material is being cut down to one session for boards.",),
        ("A one-hour session for boards and managers, made from existing resources, is published.",),
        ("Session for boards, slides", K.SLIDES),
    ),
    5: _words(
        ("A paper on core training goes to the quality committee next quarter.",),
        (
            "Considered and adopted: the framework now names the acutely deteriorating patient in core training.",
        ),
        ("Quality committee minutes", K.MINUTES),
    ),
    6: _words(
        ("An evaluation method is agreed in outline; three resources will be evaluated first.",),
        ("The method is written down and was used on six resources in the last two years.",),
        ("Evaluation method", K.POLICY),
        ("Evaluation results", K.AUDIT_REPORT),
    ),
    7: _words(
        ("Promotion has begun in two of the three regions.",),
        ("Resources shown to work are promoted in every region, through networks and the newsletter.",),
        ("Promotion by region", K.TRAINING_RECORD),
    ),
    8: _words(
        ("Funders and developers are known for about half of the resources.",),
        ("A public list says who pays for and who develops each resource.",),
        ("List of funders and developers", K.TRAINING_RECORD),
    ),
    9: _words(
        (
            "Induction and simulation material is updated; the maternity and paediatric sessions are still to do.",
            "All local resources are listed; about half have been compared with the guideline.",
        ),
        (
            "Every sepsis resource we use has been checked against the guideline in force, and has an owner.",
            "Our sepsis training was rewritten to the guideline in force and the older slides were withdrawn.",
        ),
        ("Review of training against NICE", K.AUDIT_REPORT),
        ("Sepsis study day slides", K.SLIDES),
        ("Education committee minutes, NICE review", K.MINUTES),
        ("Induction slides, current version", K.SLIDES),
    ),
    10: _words(
        (
            "Training needs are agreed for nurses and allied health professionals. Doctors and support staff are next.",
            "The training needs table is agreed; records are being matched with staff in post.",
        ),
        (
            "Every role has an agreed level and staff in post are trained to it; numbers come each quarter.",
            "The training needs table is part of the essential training policy and is followed for all staff groups.",
        ),
        ("Training needs table", K.POLICY),
        ("Staff trained by group, numbers only", K.TRAINING_RECORD),
        ("Essential training policy", K.POLICY),
    ),
    11: _words(
        (
            "Consultants are reached at audit half days; support staff on nights are not reached yet.",
            "Short ward sessions have started for staff who have no induction or programme.",
        ),
        (
            "Each of the five groups of staff has its own route: audit half days, ward sessions, night visits.",
            "Ward-based sessions run every week, days and nights, and attendance is counted by staff group.",
        ),
        ("Ward sessions, attendance by staff group", K.TRAINING_RECORD),
        ("Audit half day programme", K.MINUTES),
        ("Ward session poster", K.PHOTOGRAPH),
    ),
    12: _words(
        (
            "The executive team has decided to have champions. Seven departments have named somebody.",
            "A role description is agreed and departments are asking for volunteers.",
        ),
        (
            (
                "A named champion in 11 of our 12 departments, with two hours a week, reporting to the "
                "Deteriorating Patient Group."
            ),
            "Champions in every clinical department, with a deputy, a rota and a yearly review of what they achieve.",
        ),
        ("Champion role description", K.ROLE_DESCRIPTION),
        ("Champion rota", K.ROTA),
        ("Yearly review of the champions", K.AUDIT_REPORT),
        ("Deteriorating Patient Group minutes, champions", K.MINUTES),
    ),
    13: _words(
        (
            "Refresher sessions are planned; there is no budget line for them after this year.",
            "Two of five methods are in the training strategy.",
        ),
        (
            "The training strategy names four methods that keep learning going, each with an owner.",
            "Refreshers, simulation and ward teaching are in the strategy with a recurrent budget.",
        ),
        ("Training strategy", K.POLICY),
        ("Refresher attendance", K.TRAINING_RECORD),
    ),
    14: _words(
        (
            "Two indicators are chosen; the information team is setting up the first report.",
            "Time to antibiotics is collected; it is not read beside training yet.",
        ),
        (
            "Three indicators are read beside training activity at each quarterly meeting.",
            "The sepsis dashboard shows patient indicators and training together, and is read every two months.",
        ),
        ("Indicators beside training", K.AUDIT_REPORT),
        ("Quarterly meeting minutes", K.MINUTES),
    ),
    15: _words(
        (
            "Our simulation morning was evaluated; the write-up is being prepared.",
            "Shared with neighbouring trusts; a national write-up is planned.",
        ),
        (
            "Our evaluated ward simulation was shared with the region and presented at a national meeting.",
            "What worked was published on the network's pages and taken up by two other trusts.",
        ),
        ("Evaluation of ward simulation", K.AUDIT_REPORT),
        ("Page on the network's site", K.LINK),
    ),
    16: _words(
        (
            "The appraisal form has a question on sepsis for nurses; doctors' appraisals are still to change.",
            "Managers are being told how to record sepsis learning needs at appraisal.",
        ),
        (
            "The appraisal form asks about sepsis learning, and a sample of forty is read every year.",
            "Sepsis learning needs are part of every clinical appraisal, doctors included.",
        ),
        ("Appraisal form", K.POLICY),
        ("Sample of appraisals, numbers only", K.TRAINING_RECORD),
    ),
    17: _words(
        (
            "Three of nine online items are followed by a ward discussion; the others are being arranged.",
            "Facilitators are trained; the first sessions after e-learning begin next month.",
        ),
        (
            "Every online sepsis item is followed by a simulation or a talk with a supervisor within a month.",
            "E-learning is always paired with a facilitated session, and sessions are counted.",
        ),
        ("Facilitated sessions after e-learning", K.TRAINING_RECORD),
        ("Session plan", K.SLIDES),
    ),
    18: _words(
        (
            "Reviews are shared with the people involved; the wider department is not always reached.",
            "A template for sharing learning is agreed and used in two divisions.",
        ),
        (
            "Each sepsis-related review is shared with the people, the department and the training team.",
            "Learning from reviews goes to the people and the department within 60 days, with a learning resource.",
        ),
        ("Learning bulletin", K.SLIDES),
        ("Themes of incident reviews, no patient details", K.AUDIT_REPORT),
        ("Patient safety group minutes", K.MINUTES),
        ("Policy for sharing learning", K.POLICY),
        ("Simulation made from a review", K.SLIDES),
        ("Attendance at learning sessions", K.TRAINING_RECORD),
    ),
    19: _words(
        ("A list of everything we publish is made; a third has been compared with the guideline.",),
        ("Everything that we still publish follows the guideline in force; older material is withdrawn.",),
        ("List of published material", K.TRAINING_RECORD),
        ("Review against NICE", K.AUDIT_REPORT),
    ),
    20: _words(
        ("Stewardship is taught in most modules; resistance is being added.",),
        ("Resistance and stewardship are taught in every item about sepsis.",),
        ("Where stewardship is taught", K.TRAINING_RECORD),
        ("Module outline", K.SLIDES),
    ),
    21: _words(
        ("Nursing teaches it in the final year; medicine and midwifery change next year.",),
        (
            "All our undergraduate healthcare courses teach it on placement or in simulation in the final year.",
        ),
        ("Final-year teaching by course", K.TRAINING_RECORD),
        ("Simulation timetable", K.ROTA),
    ),
}

NOTES = (
    "Discussed at the monthly education meeting.",
    "Dates moved after the winter plan.",
    "A new educator started this month.",
    "Agreed with the divisional leads.",
    "",
    "",
)
SETBACKS = (
    "The lead educator left, and sessions stopped.",
    "A check of the records showed that one division had not begun.",
    "Rooms were needed for winter beds, so the sessions stopped.",
)
ACTIONS = (
    "Agree dates with the divisions",
    "Ask the workforce team for numbers by staff group",
    "Bring the draft to the Deteriorating Patient Group",
    "Book simulation time for the spring",
    "Find a deputy in each department",
)
FORUMS = ("Deteriorating Patient Group", "Patient Safety Group", "Education Committee")
EXECUTIVES = ("Chief Nurse", "Medical Director", "Chief People Officer")
DOES_NOT_APPLY = (
    "We care for few people who are acutely ill: patients with suspected sepsis go to the neighbouring hospital at "
    "once, and it watches the effect for both of us."
)
VERIFIED = "The files were read, and they show what the record says."
OVERTURNED = "The rota is of last year and names two of the departments only. Show the rota in use now."
REASON_ACCEPTED = "Accepted: the neighbouring hospital reports the indicators for both."
