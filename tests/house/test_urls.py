"""Addresses: others rely on them, so they change by intention only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

SNAPSHOT = Path(__file__).with_name("routes.txt")
HEADER = """\
# Every address of the service. An address that goes leaves a redirect behind; see docs/house.md.
# To renew: .venv/bin/python -m tests.house.routes > tests/house/routes.txt
"""
# What other programs and checks rely on.
PROMISED = """
/ GET
/sign-in GET POST
/sign-out GET POST
/recommendations GET
/recommendations/SEP16-12 GET
/resources GET
/programme GET
/organisations GET
/organisations/RJ1 GET
/organisations/RJ1/recommendations/SEP16-12 GET
/organisations/RJ1/recommendations/SEP16-12/progress GET POST
/organisations/RJ1/recommendations/SEP16-12/progress/confirm GET POST
/organisations/RJ1/evidence GET
/organisations/RJ1/evidence/new GET POST
/organisations/RJ1/evidence/01a20903-3699-7734-aa91-474ce728fd8c GET
/organisations/RJ1/evidence/01a20903-3699-7734-aa91-474ce728fd8c/files/1 GET
/organisations/RJ1/history GET
/organisations/RJ1/champions GET
/organisations/RJ1/alignment GET
/organisations/RJ1/coverage GET
/organisations/RJ1/incidents GET
/summary GET
/summary.csv GET
/exports GET POST
/exports/01a20903-3699-7734-aa91-474ce728fd8c GET
/audit GET
/people GET
/accessibility-statement GET
/privacy GET
/cookies GET
/terms GET
/about GET
/definitions GET
/help GET
/account GET
/health GET
"""
# Promised for later: the measures, and the summary as a workbook. Move a line up when it is there.
TO_COME = """
/summary.xlsx GET
"""


def listing(app: Flask) -> str:
    """Every address with its methods, sorted."""
    lines = [
        f"{rule.rule} {' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}"
        for rule in app.url_map.iter_rules()
    ]
    return HEADER + "".join(f"{line}\n" for line in sorted(lines))


def promises(text: str) -> list[tuple[str, str]]:
    """Address and method, one by one."""
    rows = [line.split() for line in text.split("\n") if line]
    return [(row[0], method) for row in rows for method in row[1:]]


def opens(app: Flask, path: str, method: str) -> bool:
    """Whether something answers there."""
    return app.url_map.bind("localhost").test(path, method=method)


def test_the_list_of_addresses_is_the_one_that_was_agreed(bare_app: Flask) -> None:
    assert listing(bare_app) == SNAPSHOT.read_text(encoding="utf-8"), (
        "renew tests/house/routes.txt, as its header says"
    )


def test_addresses_are_kebab_case(bare_app: Flask) -> None:
    for rule in bare_app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "x", rule.rule)
        assert re.fullmatch(r"/|(/[a-z0-9]+(-[a-z0-9]+)*(\.(csv|svg|txt|xlsx))?)+", fixed), rule.rule
        assert not rule.rule.endswith("/") or rule.rule == "/", rule.rule


def test_an_organisation_is_named_only_as_the_gate_knows_it(bare_app: Flask) -> None:
    """Under another name, or through another converter, the gate would not look at it."""
    for rule in bare_app.url_map.iter_rules():
        if rule.rule.startswith("/organisations/") and "<" in rule.rule:
            assert rule.rule.startswith("/organisations/<organisation:organisation>"), rule.rule
        else:
            assert "organisation" not in rule.arguments, rule.rule
        assert set(rule.arguments) <= KNOWN, rule.rule


KNOWN = {
    "organisation", "recommendation", "item", "revision", "action", "person", "role", "department",
    "usage", "evaluation", "development", "resource", "guideline", "post", "review", "handover", "year",
    "share", "member", "practice", "question",
    "request_id", "token", "filename",
}  # fmt: skip


@pytest.mark.parametrize("path, method", promises(PROMISED))
def test_a_promised_address_is_there(bare_app: Flask, path: str, method: str) -> None:
    assert opens(bare_app, path, method)


@pytest.mark.parametrize("path, method", promises(TO_COME))
def test_what_is_to_come_is_moved_up_when_it_has_come(bare_app: Flask, path: str, method: str) -> None:
    assert not opens(bare_app, path, method), "it is there: move its line to PROMISED"


@pytest.mark.parametrize(
    "path",
    [
        "/organisations/rj1",
        "/organisations/R",
        "/organisations/RJ1%20",
        "/organisations/../people",
        "/organisations/RJ1/",
    ],
)
def test_a_code_that_cannot_be_one_leads_nowhere(bare_app: Flask, path: str) -> None:
    assert not opens(bare_app, path, "GET")
