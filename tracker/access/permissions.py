"""Every permission and every role's share of them: the whole policy on one screen."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The five roles of the service."""

    CHAMPION = "champion"
    TRUST_LEAD = "trust-lead"
    NATIONAL_LEAD = "national-lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.CHAMPION: "Sepsis champion",
    Role.TRUST_LEAD: "Trust lead",
    Role.NATIONAL_LEAD: "National lead",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}
ORGANISATION_ROLES = frozenset({Role.CHAMPION, Role.TRUST_LEAD, Role.AUDITOR})


class Permission(StrEnum):
    """What can be asked for at the door of a page."""

    ORGANISATION_LIST = "organisation.list"
    ORGANISATION_VIEW = "organisation.view"
    ORGANISATION_ADD = "organisation.add"
    PROGRESS_RECORD = "progress.record"
    PROGRESS_ASSURE = "progress.assure"
    EVIDENCE_RECORD = "evidence.record"
    MEASURES_RECORD = "measures.record"
    HISTORY_VIEW = "history.view"
    SUMMARY_VIEW = "summary.view"
    EXPORT_MAKE = "export.make"
    EXPORT_ORGANISATION = "export.organisation"
    AUDIT_VIEW = "audit.view"
    PEOPLE_LIST = "people.list"
    PEOPLE_MANAGE = "people.manage"
    REASON_REVIEW = "reason.review"
    GUIDELINES_MANAGE = "guidelines.manage"
    LIBRARY_MANAGE = "library.manage"
    PROGRAMME_MANAGE = "programme.manage"
    PRACTICE_VIEW = "practice.view"
    PRACTICE_REVIEW = "practice.review"
    FINDING_RECORD = "finding.record"
    ACCOUNT_OWN = "account.own"


P = Permission

# Held by anyone who is signed in.
EVERYONE = frozenset({P.ACCOUNT_OWN})

# Held in the organisations that the role is for (own organisation; the auditor's stated set).
IN_ORGANISATION: dict[Role, frozenset[Permission]] = {
    Role.CHAMPION: frozenset(
        {
            P.ORGANISATION_VIEW,
            P.PROGRESS_RECORD,
            P.EVIDENCE_RECORD,
            P.MEASURES_RECORD,
            P.HISTORY_VIEW,
            P.ORGANISATION_LIST,
            P.PRACTICE_VIEW,
        }
    ),
    Role.TRUST_LEAD: frozenset(
        {
            P.ORGANISATION_VIEW,
            P.PROGRESS_RECORD,
            P.PROGRESS_ASSURE,
            P.EVIDENCE_RECORD,
            P.MEASURES_RECORD,
            P.HISTORY_VIEW,
            P.ORGANISATION_LIST,
            P.EXPORT_MAKE,
            P.EXPORT_ORGANISATION,
            P.PEOPLE_LIST,
            P.PEOPLE_MANAGE,
            P.PRACTICE_VIEW,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            P.ORGANISATION_VIEW,
            P.HISTORY_VIEW,
            P.ORGANISATION_LIST,
            P.SUMMARY_VIEW,
            P.EXPORT_MAKE,
            P.EXPORT_ORGANISATION,
            P.AUDIT_VIEW,
            P.FINDING_RECORD,
            P.PRACTICE_VIEW,
        }
    ),
    Role.NATIONAL_LEAD: frozenset(),
    Role.ADMINISTRATOR: frozenset(),
}

# Held everywhere, whatever the organisation.
EVERYWHERE: dict[Role, frozenset[Permission]] = {
    Role.CHAMPION: frozenset(),
    Role.TRUST_LEAD: frozenset(),
    Role.AUDITOR: frozenset(),
    Role.NATIONAL_LEAD: frozenset(
        {
            P.ORGANISATION_LIST,
            P.ORGANISATION_VIEW,
            P.HISTORY_VIEW,
            P.SUMMARY_VIEW,
            P.EXPORT_MAKE,
            P.EXPORT_ORGANISATION,
            P.AUDIT_VIEW,
            P.REASON_REVIEW,
            P.GUIDELINES_MANAGE,
            P.LIBRARY_MANAGE,
            P.PROGRAMME_MANAGE,
            P.PRACTICE_VIEW,
            P.PRACTICE_REVIEW,
            P.FINDING_RECORD,
        }
    ),
    # The list is public reference data; what an organisation recorded is not theirs to read.
    Role.ADMINISTRATOR: frozenset(
        {P.PEOPLE_LIST, P.PEOPLE_MANAGE, P.AUDIT_VIEW, P.ORGANISATION_ADD, P.ORGANISATION_LIST}
    ),
}

# Of a predecessor, members of its successor may only read.
OF_PREDECESSOR = frozenset({P.ORGANISATION_VIEW, P.HISTORY_VIEW})
