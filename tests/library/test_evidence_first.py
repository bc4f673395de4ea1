"""Evidence that is not there yet is added without losing what was typed, without JavaScript too."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role

HOME = "/organisations/X00101"
PAGES = ("shares", "usage", "evaluations")
FIELDS = {"shares": "note", "usage": "note", "evaluations": "finding"}
WORDS = {
    "shares": "what you were recording as shared",
    "usage": "the count that you were entering",
    "evaluations": "the evaluation that you were entering",
}
REC = "SEP16-12"
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
    assert (answer.status_code, answer.location) == (303, f"{HOME}/evidence/new?back={path}")
    assert champion.get(answer.location).status_code == 200

    assert "Carry on with it" in champion.get(path).get_data(as_text=True)
    assert TYPED in champion.get(f"{path}?draft=1").get_data(as_text=True)


def keep(client: FlaskClient, path: str, field: str) -> str:
    """Press the button; where it leads."""
    token = factories.csrf_of(client.get(path).get_data(as_text=True))
    there = f"/drafts?then={quote(f'{HOME}/evidence/new?back={path}')}"
    location = client.post(there, data={"csrf_token": token, field: TYPED, "_page": path}).location
    assert location is not None
    return location


def add(client: FlaskClient, path: str, **more: str) -> TestResponse:
    """The form of evidence as a browser sends it, with a link and all that is asked."""
    page = client.get(path).get_data(as_text=True)
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form_of(page)))
    said = {
        "link": "https://intranet.example/poster",
        "title": "Poster",
        "kind": "other",
        "recommendations": REC,
    }
    return client.post(path, data={**hidden, **said, **more})


def form_of(page: str) -> str:
    return page.split('<form method="post" novalidate', 1)[1].split("</form>")[0]


@pytest.mark.parametrize("which", PAGES)
def test_the_way_back_leads_to_what_was_kept_with_the_new_evidence_chosen(
    champion: FlaskClient, which: str
) -> None:
    path = f"{HOME}/{which}/new"
    form = keep(champion, path, FIELDS[which])
    page = champion.get(form).get_data(as_text=True)
    assert "What you were recording is kept" in page and f'href="{path}?draft=1"' in page
    refused = add(champion, form, kind="")
    assert refused.status_code == 422 and "What you were recording is kept" in refused.get_data(as_text=True)

    saved = add(champion, form)
    assert saved.status_code == 303
    page = champion.get(saved.location).get_data(as_text=True)
    (text,) = re.findall(r'<a[^>]*href="([^"]*draft=1[^"]*)"[^>]*>(Back to [^<]*)</a>', page)
    assert text[1] == f"Back to {WORDS[which]}"
    page = champion.get(unescape(text[0])).get_data(as_text=True)
    assert TYPED in page
    assert re.search(r"selected\s*>Poster, of", page)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example", f"{HOME}/shares/new/../../x", "/organisations/X00102/shares/new",
        "/account", f"{HOME}/usage/new",
    ],
)  # fmt: skip
def test_nothing_but_a_form_of_ones_own_that_is_kept_is_led_back_to(
    champion: FlaskClient, elsewhere: str
) -> None:
    """The last of them is a form in which nothing was typed: nothing of it is kept."""
    keep(champion, f"{HOME}/shares/new", "note")
    form = f"{HOME}/evidence/new?{urlencode({'back': elsewhere})}"
    assert "is kept" not in champion.get(form).get_data(as_text=True)
    saved = add(champion, form)
    assert re.fullmatch(rf"{HOME}/evidence/[0-9a-f-]{{36}}", saved.location)
    page = champion.get(f"{saved.location}?{urlencode({'back': elsewhere})}").get_data(as_text=True)
    assert "Back to what you" not in page and "evil" not in page


def test_the_way_back_is_in_the_draft_of_the_evidence_too(champion: FlaskClient) -> None:
    """Called away from both: the form of evidence is offered again at an address of its own."""
    path = f"{HOME}/shares/new"
    page = champion.get(keep(champion, path, "note")).get_data(as_text=True)
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form_of(page)))
    champion.post("/drafts", data={**hidden, "title": "Half a title", "_path": f"{HOME}/evidence/new"})
    page = champion.get(f"{HOME}/evidence/new?draft=1").get_data(as_text=True)
    assert "Half a title" in page and "What you were recording is kept" in page


def begun(client: FlaskClient, back: str = "") -> None:
    """Evidence that was half typed on another day, for another form or for none."""
    page = client.get(f"{HOME}/evidence/new").get_data(as_text=True)
    typed = {"csrf_token": factories.csrf_of(page), "title": "Half a title", "back": back}
    client.post("/drafts", data={**typed, "_path": f"{HOME}/evidence/new"})


@pytest.mark.parametrize("before", ["", "usage"])
@pytest.mark.parametrize("which", ["shares", "evaluations"])
def test_older_evidence_that_is_carried_on_leads_back_to_what_was_kept_now(
    champion: FlaskClient, which: str, before: str
) -> None:
    path = f"{HOME}/{which}/new"
    if before:
        keep(champion, f"{HOME}/{before}/new", FIELDS[before])
    begun(champion, f"{HOME}/{before}/new" if before else "")
    form = keep(champion, path, FIELDS[which])
    page = champion.get(form).get_data(as_text=True)
    (carry_on,) = re.findall(r'<a href="([^"]*)">Carry on with it', page)
    form = urljoin(form, unescape(carry_on))
    page = champion.get(form).get_data(as_text=True)
    assert "Half a title" in page and "What you were recording is kept" in page
    assert f'href="{path}?draft=1"' in page
    page = champion.get(add(champion, form).location).get_data(as_text=True)
    assert f"Back to {WORDS[which]}" in page


def test_older_evidence_that_is_discarded_leaves_the_way_back(champion: FlaskClient) -> None:
    path = f"{HOME}/shares/new"
    begun(champion)
    form = keep(champion, path, "note")
    for further in ("", "&draft=1"):
        page = champion.get(form + further).get_data(as_text=True)
        (discard,) = re.findall(
            r'<form class="app-post"[^>]*action="/drafts/discard">.*?</form>', page, re.DOTALL
        )
        fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', discard))
        answer = champion.post("/drafts/discard", data={**fields})
        assert urlsplit(answer.location).path == f"{HOME}/evidence/new"
        page = champion.get(answer.location).get_data(as_text=True)
        assert "Half a title" not in page and f'href="{path}?draft=1"' in page
        begun(champion)


def test_a_way_back_that_leads_nowhere_drops_none_that_is_there(champion: FlaskClient) -> None:
    path = f"{HOME}/shares/new"
    keep(champion, path, "note")
    begun(champion, path)
    for elsewhere in ("", "https://evil.example/", f"{HOME}/usage/new"):
        page = champion.get(f"{HOME}/evidence/new?{urlencode({'draft': 1, 'back': elsewhere})}")
        assert f'href="{path}?draft=1"' in page.get_data(as_text=True), elsewhere


@pytest.mark.parametrize("which", PAGES)
def test_the_page_promises_no_more_than_the_button_keeps(champion: FlaskClient, which: str) -> None:
    page = champion.get(f"{HOME}/{which}/new").get_data(as_text=True)
    assert "“Keep this and add evidence”" in page and "what you typed here is kept" not in page
    places = [urlsplit(unescape(each)).path for each in re.findall(r'href="([^"]*)"', page)]
    assert f"{HOME}/evidence/new" not in places, "a link would leave what was typed behind"
