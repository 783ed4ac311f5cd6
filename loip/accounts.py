"""How people come to have an account."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):
    """Nobody signs themselves up: an account comes with a membership, which the partnership gives."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
