"""What is made of requests before anything else reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from actionplans.sheets.limits import MEGABYTE, MOST_BYTES

NULL = "\0"
FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data"

MOST_OF_ALL_FILES = 128 * MEGABYTE
"""Announced by a request with files; more is not even read."""


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
        if request.content_type == FILES:
            _watch(request)
        return self.get_response(request)


def _watch(request: HttpRequest) -> None:
    """Let files be read only to their end: a file is never held here as a whole."""
    announced = _announced(request)
    if announced > MOST_OF_ALL_FILES:
        raise RequestDataTooBig("The files are too large.")
    # Django hands a request its stream in this attribute, and has no other place for it.
    request._stream = _Whole(request._stream, announced)  # type: ignore[assignment]  # noqa: SLF001


class _Whole:
    """A request's stream that says so when it ends before all that was announced has come."""

    def __init__(self, stream: Any, announced: int) -> None:
        self._stream, self._left = stream, announced

    def read(self, *size: int) -> bytes:
        data: bytes = self._stream.read(*size)
        self._left -= len(data)
        if not data and self._left > 0 and size != (0,):
            raise MultiPartParserError("The form is not whole.")
        return data

    def readline(self, *size: int) -> bytes:
        line: bytes = self._stream.readline(*size)
        self._left -= len(line)
        return line


class NoLargeFiles(FileUploadHandler):
    """Drops a file that is larger than any page takes, as soon as it is; the page says so by `has_large_file`."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MOST_BYTES:
            self.request.has_large_file = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The file itself is made by the handlers after this one."""


def _announced(request: HttpRequest) -> int:
    """How many bytes the request said it would bring."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
