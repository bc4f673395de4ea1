"""`flask accounts create`: what it makes, and one clear line when it cannot."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tracker.access.permissions import Role
from tracker.accounts import queries
from tracker.cli.accounts import accounts_cli

GOOD = "kettle lamp harbour"


@pytest.fixture
def run(app: Flask, world: Any) -> Any:
    runner: FlaskCliRunner = app.test_cli_runner()

    def invoke(*arguments: str, password: str = GOOD) -> Any:
        typed = ["create", *arguments, "--password-stdin"]
        return runner.invoke(accounts_cli, typed, input=f"{password}\n")

    return invoke


def test_an_account_that_can_sign_in(world: Any, web: Any, run: Any) -> None:
    made = run("Admin@X.example", "--name", "Ann Admin", "--role", "administrator")
    assert made.exit_code == 0 and "Created admin@x.example: administrator" in made.output
    assert web.sign_in(world.client(), "admin@x.example", GOOD).status_code == 303


def test_several_organisations_until_a_day(app: Flask, world: Any, run: Any) -> None:
    options = ["--organisation", "X00101", "--organisation", "x00102", "--until", "2027-03-31"]
    made = run("a@x.example", "--name", "Ada", "--role", "auditor", *options)
    assert made.exit_code == 0, made.output
    with app.app_context():
        known = queries.find_credentials("a@x.example")
    assert known is not None
    assert world.identity(known.user_id).organisations_with(Role.AUDITOR) == set(world.trusts.values())


@pytest.mark.parametrize(
    ("options", "password", "words"),
    [
        (["--role", "champion"], GOOD, "Say which organisation"),
        (["--role", "champion", "--organisation", "RX9"], GOOD, "No organisation has the code RX9"),
        (["--role", "auditor", "--organisation", "X00101"], GOOD, "has an end"),
        (["--role", "administrator"], "short", "12 characters or more"),
        (["--role", "administrator"], "", "12 characters or more"),
    ],
)
def test_what_cannot_be_is_one_line(
    app: Flask, run: Any, options: list[str], password: str, words: str
) -> None:
    made = run("a@x.example", "--name", "Ada", *options, password=password)
    assert made.exit_code == 1 and made.stderr.startswith("Error: ") and words in made.stderr
    assert made.stderr.count("\n") == 1
    with app.app_context():
        assert queries.find_credentials("a@x.example") is None


def test_a_second_account_of_the_same_address(run: Any) -> None:
    assert run("a@x.example", "--name", "Ada", "--role", "administrator").exit_code == 0
    again = run("A@x.example", "--name", "Ada", "--role", "administrator")
    assert again.exit_code == 1 and "already" in again.stderr
