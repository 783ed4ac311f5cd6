"""Requests that no page of ours sends: each gets a plain answer, and nothing breaks."""

from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from tests.factories import UserFactory

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
    response = client.post(
        "/accounts/login/", urlencode(answers), content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 400
    assert "It is more than one page can hold, so nothing has been saved." in response.content.decode()


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
