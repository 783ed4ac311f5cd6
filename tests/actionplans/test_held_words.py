"""Words sent after the session has ended: signed in again, they are still there."""

from __future__ import annotations

import pytest
from django.test import Client

from actionplans.models import QuarterlyReturn
from priorities import held_words
from tests.actionplans.conftest import Round
from tests.actionplans.test_return_pages import text_of, words

BACKEND = "django.contrib.auth.backends.ModelBackend"
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
BANNER = "You were signed out before this was saved. Check it and save."


@pytest.fixture
def strict() -> Client:
    """A browser whose forms need a token, as in life."""
    return Client(enforce_csrf_checks=True)


def test_signed_out_words_wait_for_their_writer(client: Client, poverty_round: Round) -> None:
    page = poverty_round.url("words/")

    response = client.post(page, words(poverty_round, progress="Written while signed out."))

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={page}")
    assert QuarterlyReturn.objects.count() == 0
    poverty_round.cast.lead.set_password("a long pass phrase")
    poverty_round.cast.lead.save()
    signed_in = client.post(
        f"/accounts/login/?next={page}", {"login": "poverty@example.org", "password": "a long pass phrase"}
    )
    assert signed_in["Location"] == page
    shown = client.get(page)
    assert BANNER in text_of(shown)
    assert "Written while signed out.</textarea>" in shown.content.decode()
    assert QuarterlyReturn.objects.count() == 0

    shown = client.get(page)
    assert BANNER not in text_of(shown)
    assert "Written while signed out." not in text_of(shown)


def test_words_are_not_shown_to_another_person(client: Client, poverty_round: Round) -> None:
    page = poverty_round.url("words/")
    client.post(page, words(poverty_round, progress="For my eyes."))

    client.force_login(poverty_round.cast.deputy, backend=BACKEND)

    assert "For my eyes." not in text_of(client.get(page))
    client.force_login(poverty_round.cast.lead, backend=BACKEND)
    assert "For my eyes." not in text_of(client.get(page))


@pytest.mark.parametrize("who", ["stranger", "board"])
def test_words_are_dropped_where_the_page_is_not_theirs(
    client: Client, poverty_round: Round, who: str
) -> None:
    page = poverty_round.url("words/")
    client.post(page, words(poverty_round, progress="For my eyes."))
    client.force_login(getattr(poverty_round.cast, who), backend=BACKEND)

    assert client.get(page).status_code == 404

    assert "held_words" not in client.session


def test_words_are_shown_on_their_own_page_only(client: Client, poverty_round: Round) -> None:
    client.post(poverty_round.url("words/"), words(poverty_round, progress="Mine."))
    client.force_login(poverty_round.cast.lead, backend=BACKEND)

    assert BANNER not in text_of(client.get(poverty_round.url("figures/")))
    assert BANNER in text_of(client.get(poverty_round.url("words/")))


def test_held_words_still_meet_what_was_saved_meanwhile(client: Client, poverty_round: Round) -> None:
    page, typed = poverty_round.url("words/"), words(poverty_round, progress="Mine.")
    client.post(page, typed)
    poverty_round.fill(progress="Theirs.")
    client.force_login(poverty_round.cast.lead, backend=BACKEND)

    assert f'value="{typed["seen"]}"' in client.get(page).content.decode()
    assert client.post(page, typed).status_code == 409


def test_a_stale_token_from_our_own_page_keeps_the_words(strict: Client, poverty_round: Round) -> None:
    page = poverty_round.url("words/")
    strict.force_login(poverty_round.cast.lead, backend=BACKEND)

    response = strict.post(page, words(poverty_round, progress="From an older tab."), **OURS)

    assert (response.status_code, response["Location"]) == (302, page)
    assert "From an older tab.</textarea>" in strict.get(page).content.decode()
    assert QuarterlyReturn.objects.count() == 0


def test_a_stale_token_after_the_session_ended_leads_to_signing_in(
    strict: Client, poverty_round: Round
) -> None:
    page = poverty_round.url("words/")

    response = strict.post(page, words(poverty_round, progress="Late."), **OURS)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={page}")
    strict.force_login(poverty_round.cast.lead, backend=BACKEND)
    assert BANNER in text_of(strict.get(page))


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://["},
        {"HTTP_REFERER": "http://evil.example/testserver/"},
        {},
    ],
)
def test_words_another_site_sends_are_never_held(
    strict: Client, poverty_round: Round, headers: dict[str, str]
) -> None:
    strict.force_login(poverty_round.cast.lead, backend=BACKEND)

    response = strict.post(poverty_round.url("words/"), words(poverty_round, progress="Planted."), **headers)

    assert response.status_code == 403
    assert "This page has expired" in text_of(response)
    assert "held_words" not in strict.session


@pytest.mark.parametrize(
    "headers", [{"HTTP_ORIGIN": "http://testserver"}, {"HTTP_REFERER": "http://testserver/strathmuir/"}]
)
def test_an_older_browser_says_by_origin_or_referer_that_the_page_is_ours(
    strict: Client, poverty_round: Round, headers: dict[str, str]
) -> None:
    strict.force_login(poverty_round.cast.lead, backend=BACKEND)

    response = strict.post(poverty_round.url("words/"), words(poverty_round, progress="Mine."), **headers)

    assert response.status_code == 302


def test_pages_that_take_no_words_hold_none(strict: Client, poverty_round: Round) -> None:
    response = strict.post("/accounts/login/", {"login": "x", "password": "secret"}, **OURS)

    assert response.status_code == 403
    assert "held_words" not in strict.session


def test_too_much_is_not_held_and_says_so(client: Client, poverty_round: Round) -> None:
    page = poverty_round.url("words/")

    response = client.post(page, words(poverty_round, progress="x" * (held_words.LARGEST + 1)))

    assert response.status_code == 403
    assert "copy anything you typed" in text_of(response)
    assert "held_words" not in client.session


def test_a_save_as_one_types_when_signed_out_leaves_the_words_where_they_are(
    client: Client, poverty_round: Round
) -> None:
    response = client.post(
        poverty_round.url("words/"), words(poverty_round, progress="Mine."), HTTP_HX_REQUEST="true"
    )

    assert response.status_code == 401
    assert text_of(response).strip() == (
        "Not saved: you have been signed out. Your words are still here: save to sign in again."
    )


def test_a_save_as_one_types_with_a_stale_token_says_what_to_do(strict: Client, poverty_round: Round) -> None:
    strict.force_login(poverty_round.cast.lead, backend=BACKEND)

    response = strict.post(
        poverty_round.url("words/"), words(poverty_round, progress="Mine."), HTTP_HX_REQUEST="true", **OURS
    )

    assert response.status_code == 401
    assert "you signed in again in another tab" in text_of(response)
