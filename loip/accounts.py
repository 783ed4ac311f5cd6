"""How people come to have an account, and how they sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from priorities.models import Membership
from reports.demonstration import DOMAIN


class InvitedOnly(DefaultAccountAdapter):
    """Nobody signs themselves up: an account comes with a membership, which the partnership gives."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is wrong.",
        "enter_current_password": "Enter the password you have now.",
        "incorrect_password": "The password is wrong.",
        "invalid_password_reset": "This link no longer works. Ask for a new one.",
        "rate_limited": "Too many tries. Wait a few minutes, then try again.",
        "too_many_login_attempts": "Too many tries with a wrong password. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            # What no browser takes for an address, such as "http://[", is nowhere to go.
            return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")


@dataclass(frozen=True)
class DemonstrationAccount:
    """Someone made up, as whom one may sign in to the demonstration."""

    email: str
    name: str


class SignIn(LoginView):
    """The sign-in page; in the demonstration it says who there is to be."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(accounts=_demonstration_accounts(), **kwargs)


def _demonstration_accounts() -> tuple[DemonstrationAccount, ...]:
    if not settings.LOIP_DEMONSTRATION:
        return ()
    people = Membership.objects.filter(user__email__endswith=f"@{DOMAIN}", user__is_active=True)
    names = people.order_by("pk").values_list("user__email", "user__name")
    return tuple(DemonstrationAccount(email, name) for email, name in dict.fromkeys(names))
