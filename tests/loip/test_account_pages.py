"""Signing in, out and choosing a password, as people meet them."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(db):
    return get_user_model().objects.create_user("lead@demo.example", PASSWORD, name="Lead Officer")


def test_a_wrong_password_keeps_the_address_and_says_so(client, person):
    page = client.post("/accounts/login/", {"login": person.email, "password": "wrong"}).content.decode()

    assert "There is a problem" in page
    assert "The email address and/or password you specified are not correct." in page
    assert 'value="lead@demo.example"' in page


def test_the_sixth_guess_at_a_password_is_refused_even_when_right(client, person):
    for _ in range(5):
        client.post("/accounts/login/", {"login": person.email, "password": "wrong"})

    page = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}).content.decode()

    assert "Too many failed login attempts. Try again later." in page
    assert "_auth_user_id" not in client.session


def test_the_letter_leads_to_a_new_password(client, person):
    client.post("/accounts/password/reset/", {"email": person.email})
    address = re.search(r"https?://testserver(/\S+)", mail.outbox[0].body)[1]
    form = client.get(address, follow=True)
    client.post(
        form.request["PATH_INFO"], {"password1": "a new long password", "password2": "a new long password"}
    )

    person.refresh_from_db()
    assert person.check_password("a new long password")
    assert "This link no longer works" in client.get(address, follow=True).content.decode()


def test_a_stranger_gets_no_letter_of_ours_to_reset_and_learns_nothing(client, person):
    known = client.post("/accounts/password/reset/", {"email": person.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@demo.example"}, follow=True)

    assert known.content == unknown.content
    assert "Look for our letter" in known.content.decode()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "heading", "is_signed_in"),
    [
        ("/accounts/login/", "Sign in", False),
        ("/accounts/signup/", "Accounts are given", False),
        ("/accounts/inactive/", "This account is closed", False),
        ("/accounts/password/reset/", "Reset your password", False),
        ("/accounts/password/reset/done/", "Look for our letter", False),
        ("/accounts/password/reset/key/1-abc-123/", "This link no longer works", False),
        ("/accounts/password/change/", "Change your password", True),
        ("/accounts/logout/", "Sign out", True),
    ],
)
def test_account_pages_are_accessible(page, axe, sign_in, person, path, heading, is_signed_in):
    if is_signed_in:
        sign_in(person)
    page.goto(path)

    assert page.locator("h1").inner_text() == heading
    for colours, width in [("light", 1280), ("dark", 320)]:
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)


@pytest.mark.browser
def test_signing_in_by_the_form(page, axe, person):
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("There is a problem").wait_for()
    axe(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    page.get_by_text("Signed in as Lead Officer", exact=True).wait_for()
    assert page.get_by_role("alert").count() == 0
