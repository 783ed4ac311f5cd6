"""Requests that no page of ours sends: each gets a plain answer, and nothing breaks."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from actionplans.models import QuarterlyReturn
from actionplans.operations import save_words
from actionplans.return_sheet import WordsLine, return_of, return_sheet
from loip.requests import FORM
from tests.factories import NOW, UserFactory
from tests.factories import cast as make_cast

pytestmark = pytest.mark.django_db

UNREADABLE = {
    "no boundary": ("multipart/form-data", b"x"),
    "not UTF-8": ("application/x-www-form-urlencoded; charset=utf-16", b"login=x"),
}


@pytest.mark.parametrize(("content_type", "body"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_said_to_be_so(client, content_type, body):
    response = client.post("/accounts/login/", body, content_type=content_type)

    assert response.status_code == 400
    page = response.content.decode()
    assert '<h1 class="govuk-heading-l">We could not read what was sent</h1>' in page
    assert "Nothing has been saved. Go back and try again." in page


@pytest.mark.parametrize(
    "answers", [{"login": "x" * 2_700_000}, {f"answer-{n}": "x" for n in range(5001)}], ids=["large", "many"]
)
def test_what_is_too_much_is_said_to_be_so(client, answers):
    response = client.post("/accounts/login/", urlencode(answers), content_type=FORM)

    assert response.status_code == 400
    assert "It is more than one page can hold, so nothing has been saved." in response.content.decode()


def test_a_form_that_came_in_part_changes_nothing(client):
    cast = make_cast()
    client.force_login(cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    page = "/strathmuir/returns/2021-22/q3/poverty/words/"
    answers = {"seen": "", "progress": "First.", "good_practice": "To be kept."}
    save_words(
        return_of(cast.poverty, cast.quarter),
        WordsLine("First.", "", "To be kept.", "", ""),
        seen=None,
        by=cast.lead,
        at=NOW,
    )
    answers["seen"] = return_sheet(return_of(cast.poverty, cast.quarter), at=NOW).fingerprint("words")
    whole = urlencode(answers | {"progress": "Second."}).encode()
    part = whole[: whole.index(b"good_practice")]

    response = client.post(
        page, **{"CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(whole)), "wsgi.input": BytesIO(part)}
    )

    assert response.status_code == 400
    assert "We could not read what was sent" in response.content.decode()
    kept = QuarterlyReturn.objects.get()
    assert (kept.progress, kept.good_practice) == ("First.", "To be kept.")
    assert client.post(page, whole, content_type=FORM).status_code == 302
    assert QuarterlyReturn.objects.get().progress == "Second."


def test_the_answers_of_two_hundred_figures_are_read(client):
    response = client.post("/accounts/login/", {f"answer-{n}": "x" for n in range(1200)})

    assert response.status_code == 200


def test_a_session_named_with_a_null_is_never_looked_for(client, monkeypatch):
    keys = []
    get = QuerySet.get

    def noted(self, *args, **kwargs):
        if self.model is Session:
            keys.append(kwargs["session_key"])
        return get(self, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "get", noted)

    assert client.get("/", headers={"cookie": 'sessionid="aaaaaaaaaaaa\\000"'}).status_code == 200
    assert keys == []
    assert client.get("/", headers={"cookie": "sessionid=aaaaaaaaaaaa"}).status_code == 200
    assert keys == ["aaaaaaaaaaaa"]


@pytest.mark.parametrize(
    "address", ["http://[", "//evil.example", "\\\\evil.example", "javascript:alert(1)", "\0"]
)
def test_signing_in_leads_nowhere_but_here(client, address):
    person = UserFactory(email="lead@example.org")
    person.set_password("a long pass phrase")
    person.save()

    assert client.get("/accounts/login/", {"next": address}).status_code == 200
    response = client.post(
        "/accounts/login/",
        {"login": "lead@example.org", "password": "a long pass phrase", "next": address},
    )

    assert (response.status_code, response["Location"]) == (302, "/")
