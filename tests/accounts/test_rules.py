"""Rules of people: passwords, roles, links, paths."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.accounts import rules
from tracker.accounts.loader import denied_passwords
from tracker.accounts.rules import Grant, Holding
from tracker.errors import RuleBroken

TODAY = date(2026, 11, 23)
HERE, THERE = uuid4(), uuid4()
ABOUT = ("amara.okafor@northmoor.example", "Amara Okafor")


def problem(password: str) -> str | None:
    return rules.password_problem(password, about=ABOUT, denied=denied_passwords())


def person(*national: Role, **roles: Role) -> Identity:
    places = {"here": HERE, "there": THERE}
    return Identity(
        uuid4(),
        "A",
        "a@b.example",
        {places[key]: frozenset({role}) for key, role in roles.items()},
        frozenset(national),
    )


@pytest.mark.parametrize(
    "password",
    [
        "four-unrelated-words-here",
        "demonstration-only",
        "no capitals no figures",
        "жёлтая лодка у моста",
        "x" + "kettle apple " * 76,
        "trust the quiet harbour",
    ],
)
def test_a_long_password_needs_nothing_else(password: str) -> None:
    assert problem(password) is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("elevenchars", "12 characters or more"),
        ("kettle apple " * 80, "1,000 characters or fewer"),
        ("Password-2026!!", "too easy to guess"),
        ("passwordpassword1", "too easy to guess"),
        ("aaaaaaaaaaaaaa", "too easy to guess"),
        ("1234 1234 1234 1234", "too easy to guess"),
        ("Qwertyuiop12", "too easy to guess"),
        ("!!!!!!!!!!!!!!", "too easy to guess"),
        ("Sepsis Champion 26", "too easy to guess"),
        ("amaraokafor2026", "your name"),
        ("Amara.Okafor@northmoor.example", "your name"),
        ("Recommendation Tracker 1", "the name of this service"),
    ],
)
def test_what_is_easily_guessed_is_refused_with_a_reason(password: str, words: str) -> None:
    assert words in (problem(password) or "")


def test_a_password_may_hold_a_name_with_enough_beside_it() -> None:
    assert problem("amara okafor likes kettles") is None


def test_sixty_four_characters_are_allowed() -> None:
    assert problem("kettle lamp harbour spoon " * 3) is None


@pytest.mark.parametrize(
    ("grant", "field"),
    [
        (Grant(Role.CHAMPION), "organisations"),
        (Grant(Role.NATIONAL_LEAD, HERE), "organisations"),
        (Grant(Role.AUDITOR, HERE), "until"),
        (Grant(Role.CHAMPION, HERE, TODAY - timedelta(days=1)), "until"),
        (Grant(Role.CHAMPION, HERE, TODAY, TODAY + timedelta(days=1)), "until"),
    ],
)
def test_a_role_has_its_place_and_time(grant: Grant, field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        rules.check_grant(grant, TODAY)
    assert [name for name, _message in broken.value.problems] == [field]


@pytest.mark.parametrize(
    "grant",
    [
        Grant(Role.CHAMPION, HERE),
        Grant(Role.ADMINISTRATOR),
        Grant(Role.AUDITOR, HERE, TODAY),
        Grant(Role.TRUST_LEAD, HERE, TODAY + timedelta(days=90)),
    ],
)
def test_roles_that_may_be(grant: Grant) -> None:
    rules.check_grant(grant, TODAY)


# Who may give which role where, written out: administrator, lead here, champion here, national lead, auditor here.
@pytest.mark.parametrize(
    ("role", "place", "administrator", "lead"),
    [
        (Role.CHAMPION, HERE, True, True),
        (Role.TRUST_LEAD, HERE, True, True),
        (Role.CHAMPION, THERE, True, False),
        (Role.TRUST_LEAD, THERE, True, False),
        (Role.AUDITOR, HERE, True, False),
        (Role.NATIONAL_LEAD, None, True, False),
        (Role.ADMINISTRATOR, None, True, False),
    ],
)
def test_who_may_give_what(role: Role, place: object, administrator: bool, lead: bool) -> None:
    def may(identity: Identity) -> bool:
        return rules.may_manage(identity, role, place)  # type: ignore[arg-type]

    assert may(person(Role.ADMINISTRATOR)) is administrator
    assert may(person(here=Role.TRUST_LEAD)) is lead
    assert not may(person(here=Role.CHAMPION))
    assert not may(person(here=Role.AUDITOR))
    assert not may(person(Role.NATIONAL_LEAD))


def test_a_lead_gives_links_only_to_people_wholly_hers() -> None:
    lead, champion = person(here=Role.TRUST_LEAD), Holding(Role.CHAMPION, HERE)
    assert rules.may_give_link(lead, [champion])
    assert not rules.may_give_link(lead, [])
    assert not rules.may_give_link(lead, [champion, Holding(Role.CHAMPION, THERE)])
    assert not rules.may_give_link(lead, [champion, Holding(Role.NATIONAL_LEAD, None)])
    assert not rules.may_give_link(lead, [champion, Holding(Role.AUDITOR, HERE)])
    assert rules.may_give_link(person(Role.ADMINISTRATOR), [Holding(Role.NATIONAL_LEAD, None)])


def test_a_session_ends_by_whichever_comes_first() -> None:
    began = datetime(2026, 11, 23, 8, tzinfo=UTC)
    idle, longest = timedelta(minutes=30), timedelta(hours=12)
    assert rules.session_ends(began, began + timedelta(hours=1), idle, longest) == began + timedelta(
        minutes=90
    )
    assert (
        rules.session_ends(began, began + timedelta(hours=11, minutes=50), idle, longest) == began + longest
    )


def test_an_address_of_version_six_counts_with_its_neighbours() -> None:
    assert rules.throttle_keys("A@b.example", "2001:db8::1") == rules.throttle_keys(
        "a@b.example ", "2001:db8::ffff"
    )
    assert (
        rules.throttle_keys("a@b.example", "192.0.2.1")[1]
        != rules.throttle_keys("a@b.example", "192.0.2.2")[1]
    )


@pytest.mark.parametrize("target", ["/", "/people?q=a&page=2", "/organisations/X00101#top"])
def test_own_paths_are_followed(target: str) -> None:
    assert rules.local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "people",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /people",
        "javascript:alert(1)",
        "/" + "a" * 3000,
    ],
)
def test_other_places_are_not(target: str | None) -> None:
    assert rules.local_path(target) is None


def test_a_kept_form_holds_no_secret() -> None:
    fields = {
        "summary": ["Half a sentence"],
        "recommendations": ["1", "2"],
        "empty": [""],
        "password": ["secret"],
        "new_password": ["secret"],
        "csrf_token": ["t"],
        "idempotency_key": ["k"],
        "_page": ["/x"],
        "_path": ["/x"],
    }
    assert rules.kept_fields(fields) == {"summary": ["Half a sentence"], "recommendations": ["1", "2"]}
