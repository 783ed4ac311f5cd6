"""Signing in, out and choosing a password, as people meet them."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

from tests.factories import MembershipFactory

PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(db):
    return get_user_model().objects.create_user("lead@demo.example", PASSWORD, name="Lead Officer")


def test_a_wrong_password_keeps_the_address_and_says_so(client, person):
    page = client.post("/accounts/login/", {"login": person.email, "password": "wrong"}).content.decode()

    assert "There is a problem" in page
    assert "The email address or the password is wrong." in page
    assert 'value="lead@demo.example"' in page


def test_the_sixth_guess_at_a_password_is_refused_even_when_right(client, person):
    for _ in range(5):
        client.post("/accounts/login/", {"login": person.email, "password": "wrong"})

    page = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}).content.decode()

    assert "Too many tries with a wrong password. Wait five minutes, then try again." in page
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


def test_the_letter_is_in_plain_words(client, person):
    client.post("/accounts/password/reset/", {"email": person.email})

    letter = mail.outbox[0]
    address = re.search(r"http\S+", letter.body)[0]
    assert letter.subject == "Choose a new password"
    assert letter.body.strip() == (
        "Dear Lead Officer,\n\n"
        "Someone, most likely you, asked to choose a new password for your account of the Local Outcomes "
        f"Improvement Plan. To choose one, open this page:\n\n{address}\n\n"
        "It works once. If you did not ask for it, do nothing: your password stays as it is."
    )


def test_a_stranger_gets_no_letter_of_ours_to_reset_and_learns_nothing(client, person):
    known = client.post("/accounts/password/reset/", {"email": person.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@demo.example"}, follow=True)

    assert known.content == unknown.content
    assert [letter.to for letter in mail.outbox] == [[person.email]]
    assert "Look for our letter" in known.content.decode()


def test_nothing_typed_is_said_beside_each_field(client, db):
    page = client.post("/accounts/login/", {}).content.decode()

    assert "Enter your email address." in page
    assert "Enter your password." in page


def test_signing_in_leads_to_the_page_asked_for_and_to_no_other_site(client, person):
    asked = client.post(
        "/accounts/login/?next=/privacy/", {"login": person.email, "password": PASSWORD, "next": "/privacy/"}
    )
    client.post("/accounts/logout/")
    elsewhere = client.post(
        "/accounts/login/",
        {"login": person.email, "password": PASSWORD, "next": "https://elsewhere.example/"},
    )

    assert asked["Location"] == "/privacy/"
    assert elsewhere["Location"] == "/"


def test_a_new_password_leads_home(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    new = "another long password"

    answer = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert answer["Location"] == "/"


def test_the_demonstration_names_its_accounts_and_no_password(client, person, settings):
    MembershipFactory(user=person)
    MembershipFactory(user__email="elsewhere@example.org")

    page = client.get("/accounts/login/").content.decode()
    settings.LOIP_DEMONSTRATION = False
    in_earnest = client.get("/accounts/login/").content.decode()

    assert "<dt>Lead Officer</dt><dd>lead@demo.example</dd>" in page
    assert "elsewhere@example.org" not in page
    assert "lead@demo.example" not in in_earnest


@pytest.mark.parametrize(
    "path",
    ["email/", "confirm-email/", "login/code/confirm/", "confirm-email/abc/", "password/reset/confirm/"],
)
def test_account_pages_that_nobody_needs_are_not_there(client, db, path):
    assert client.get(f"/accounts/{path}").status_code == 404


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
