"""What differs in words by kind of organisation: only a trust has a trust lead."""

from __future__ import annotations

from tracker.catalogue.rules.words import OrganisationKind

# Where such a thing is agreed, as an example in a hint.
MEETINGS = {
    OrganisationKind.NHS_TRUST: "Deteriorating Patient Group",
    OrganisationKind.CARE_PROVIDER: "Clinical governance meeting",
    OrganisationKind.NATIONAL_BODY: "Sepsis programme board",
    OrganisationKind.HIGHER_EDUCATION: "Curriculum committee",
    OrganisationKind.HEALTH_INNOVATION_NETWORK: "Steering group",
}
# Who answers for it: a job on the floor, and one on the board.
JOBS = {
    OrganisationKind.NHS_TRUST: ("Lead nurse for sepsis", "Chief nurse"),
    OrganisationKind.HIGHER_EDUCATION: ("Head of programme", "Dean"),
}
# They give care and have staff who learn; the others teach, or publish what is learned from.
GIVES_CARE = frozenset({OrganisationKind.NHS_TRUST, OrganisationKind.CARE_PROVIDER})


def lead_of(kind: str) -> str:
    """What the lead of an organisation is called."""
    return "trust lead" if kind == OrganisationKind.NHS_TRUST else "lead"


def watched_by(kind: str) -> str:
    """Who looks from outside: the national body is looked at by auditors, as it looks at everybody else."""
    return "auditors" if kind == OrganisationKind.NATIONAL_BODY else "the national team"


def readers_of(kind: str) -> str:
    """Who sees what somebody saves, as soon as it is saved."""
    return f"your {lead_of(kind)} and {watched_by(kind)}"


def meeting_of(kind: str) -> str:
    """A meeting that may agree what is recorded."""
    return MEETINGS.get(OrganisationKind(kind), "Education committee")


def jobs_of(kind: str) -> tuple[str, str]:
    """A person accountable and a lead executive, by their jobs."""
    return JOBS.get(OrganisationKind(kind), ("Head of education", "Medical director"))


def learning_of(kind: str) -> str:
    """What stands on its list of training, as the object of a sentence."""
    if kind in GIVES_CARE:
        return "what your staff use to learn about sepsis"
    return "education on sepsis that you publish or teach, for students or staff"
