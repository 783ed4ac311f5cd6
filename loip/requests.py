"""What is taken out of requests before anything reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NULL = "\0"


class WithoutNulls:
    """Drops cookies with a null character: PostgreSQL refuses to look for a session by one, and we set none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if NULL not in value}
        return self.get_response(request)
