"""Codes, digests and words of the catalogue."""

from __future__ import annotations

import hashlib

import pytest

from tracker.catalogue.rules import (
    CODE,
    Delivery,
    OrganisationKind,
    is_declared,
    normalise_text,
    text_digest,
)


def test_white_space_becomes_single_spaces_and_nothing_else_changes() -> None:
    assert normalise_text("  Develop  a\n\tguide\u00a0 for ‘all’ ") == "Develop a guide for ‘all’"
    assert normalise_text("Practitioner’s (RCGP)") == "Practitioner’s (RCGP)"


def test_the_digest_is_that_of_the_normalised_text_as_utf_8() -> None:
    expected = hashlib.sha256("HEE’s guide".encode()).hexdigest()
    assert text_digest(" HEE’s\n guide ") == expected


@pytest.mark.parametrize("other", ["Update all", "update all.", "Update  al l.", "Update all. Now."])
def test_another_wording_has_another_digest(other: str) -> None:
    assert text_digest(other) != text_digest("Update all.")


@pytest.mark.parametrize(
    "delivery, declared",
    [
        (None, False),
        (Delivery.NOT_STARTED, False),
        (Delivery.IN_PROGRESS, False),
        (Delivery.DELIVERED, True),
        (Delivery.ASSURED, True),
        (Delivery.NOT_APPLICABLE, False),
    ],
)
def test_declared_means_said_to_be_in_place(delivery: Delivery | None, declared: bool) -> None:
    assert is_declared(delivery) is declared


def test_the_ladder_has_the_values_that_forms_and_files_use_and_words_for_the_screen() -> None:
    assert {each.value: each.label for each in Delivery} == {
        "not_started": "Not started",
        "in_progress": "Started",
        "delivered": "In place",
        "assured": "In place, evidence checked and agreed",
        "not_applicable": "Does not apply to us",
    }


def test_every_kind_of_organisation_has_a_label_of_its_own() -> None:
    labels = [each.label for each in OrganisationKind]
    assert len(set(labels)) == len(labels) == 7


@pytest.mark.parametrize("code", ["SEP16-01", "SEP16-21", "NEW26-99"])
def test_a_code_names_its_report_and_a_number_of_two_digits(code: str) -> None:
    assert CODE.fullmatch(code)


@pytest.mark.parametrize("code", ["SEP16-1", "SEP16-001", "sep16-01", "SEP16", "SEP16-01 ", "S-01", ""])
def test_what_is_no_code(code: str) -> None:
    assert not CODE.fullmatch(code)
