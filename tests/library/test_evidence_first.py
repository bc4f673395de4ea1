"""Evidence that is not there yet is added without losing what was typed, without JavaScript too."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role

HOME = "/organisations/X00101"
PAGES = ("shares", "usage", "evaluations")
FIELDS = {"shares": "note", "usage": "note", "evaluations": "finding"}
TYPED = "To all wards, in the week of the audit"


@pytest.fixture
def champion(app: Flask) -> FlaskClient:
    factories.catalogue()
    factories.national_resource("film", "A film about sepsis")
    trust: OrganisationRef = factories.organisation("X00101", "Northmoor Hospitals")
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))


def buttons(page: str) -> list[str]:
    form = page.split('<form method="post" novalidate', 1)[1].split("</form>")[0]
    return [each for each in re.findall(r"<button.*?</button>", form, re.DOTALL) if 'type="submit"' in each]


@pytest.mark.parametrize("which", PAGES)
def test_a_button_keeps_what_was_typed_and_leads_to_new_evidence(champion: FlaskClient, which: str) -> None:
    """The form sends itself to where drafts are kept: as a browser does it without any script."""
    path = f"{HOME}/{which}/new"
    page = champion.get(path).get_data(as_text=True)
    save, keep = buttons(page)
    assert "formaction" not in save, "the Enter key presses the first button: it saves"
    assert "Keep this and add evidence" in keep
    (name,), (value,), (action,) = (
        re.findall(rf'{each}="([^"]*)"', keep) for each in (" name", "value", "formaction")
    )
    typed = {"csrf_token": factories.csrf_of(page), FIELDS[which]: TYPED, name: value}
    answer = champion.post(unescape(action), data=typed)
    assert (answer.status_code, answer.location) == (303, f"{HOME}/evidence/new")
    assert champion.get(answer.location).status_code == 200

    assert "Carry on with it" in champion.get(path).get_data(as_text=True)
    assert TYPED in champion.get(f"{path}?draft=1").get_data(as_text=True)


@pytest.mark.parametrize("which", PAGES)
def test_the_page_promises_no_more_than_the_button_keeps(champion: FlaskClient, which: str) -> None:
    page = champion.get(f"{HOME}/{which}/new").get_data(as_text=True)
    assert "“Keep this and add evidence”" in page and "what you typed here is kept" not in page
    places = [urlsplit(unescape(each)).path for each in re.findall(r'href="([^"]*)"', page)]
    assert f"{HOME}/evidence/new" not in places, "a link would leave what was typed behind"
