"""Who may find what about which position."""

from __future__ import annotations

import pytest

from tracker.access.permissions import Role
from tracker.assurance.rules import ON_CLAIMS, ON_REASONS, Finder, Outcome, check, possible
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.errors import RuleBroken

TRUST, BODY = OrganisationKind.NHS_TRUST, OrganisationKind.NATIONAL_BODY
NATIONAL = Finder(is_national=True, is_auditor_here=False, belongs_here=False)
AUDITOR = Finder(is_national=False, is_auditor_here=True, belongs_here=False)


@pytest.mark.parametrize("delivery", [Delivery.DELIVERED, Delivery.ASSURED])
def test_a_claim_in_place_can_be_verified_or_not_accepted(delivery: Delivery) -> None:
    assert possible(NATIONAL, TRUST, delivery) == possible(AUDITOR, TRUST, delivery) == ON_CLAIMS


def test_only_the_national_lead_judges_a_reason() -> None:
    assert possible(NATIONAL, TRUST, Delivery.NOT_APPLICABLE) == ON_REASONS
    assert possible(AUDITOR, TRUST, Delivery.NOT_APPLICABLE) == ()


@pytest.mark.parametrize("delivery", [None, Delivery.NOT_STARTED, Delivery.IN_PROGRESS])
def test_what_is_not_claimed_cannot_be_tested(delivery: Delivery | None) -> None:
    assert possible(NATIONAL, TRUST, delivery) == possible(AUDITOR, TRUST, delivery) == ()


def test_the_national_bodys_own_claims_are_tested_by_an_auditor_alone() -> None:
    assert possible(NATIONAL, BODY, Delivery.DELIVERED) == ()
    assert AUDITOR.role_for(BODY) is Role.AUDITOR
    both = Finder(is_national=True, is_auditor_here=True, belongs_here=False)
    assert possible(both, BODY, Delivery.DELIVERED) == ()
    assert both.role_for(TRUST) is Role.AUDITOR


@pytest.mark.parametrize("national,auditor", [(True, False), (False, True), (True, True)])
def test_nobody_tests_where_they_belong(national: bool, auditor: bool) -> None:
    finder = Finder(is_national=national, is_auditor_here=auditor, belongs_here=True)
    assert possible(finder, TRUST, Delivery.ASSURED) == ()


@pytest.mark.parametrize("outcome", [Outcome.OVERTURNED, Outcome.REASON_REFUSED])
def test_what_is_not_accepted_says_why(outcome: Outcome) -> None:
    with pytest.raises(RuleBroken, match="Say what was missing"):
        check(outcome, "", (*ON_CLAIMS, *ON_REASONS))
    check(outcome, "No register", (*ON_CLAIMS, *ON_REASONS))
    with pytest.raises(RuleBroken, match="cannot be said"):
        check(outcome, "No register", ())
