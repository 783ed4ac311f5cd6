"""What is made of requests before anything else reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NULL = "\0"
FORM = "application/x-www-form-urlencoded"


class WithoutNulls:
    """Drops cookies with a null character: PostgreSQL refuses to look for a session by one, and we set none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if NULL not in value}
        return self.get_response(request)


class WholeForms:
    """Refuses a form of which only the beginning came, as when a train enters a tunnel while it is sent.

    The server hands on what came, and a field that is not in it would be taken for one left empty.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == FORM and len(request.body) < _announced(request):
            raise BadRequest("The form is not whole.")
        return self.get_response(request)


def _announced(request: HttpRequest) -> int:
    """How many bytes the request said it would bring."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
