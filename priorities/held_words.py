"""Words someone sent after their session had ended, kept until they have signed in again.

A view that takes words says so with `keeps_words`. What is sent to it by someone signed out, or with the token of
a session that is gone, waits in the browser's own session; the view asks for it with `take`. It is shown only to
the person for whom the page had been made (`writer`), on that page, once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve

LARGEST = 64 * 1024
"""Bytes: some twenty pages of text."""

_KEY = "held_words"
_WRITER = "writer"
SIGNED_OUT = "Not saved: you have been signed out. Your words are still here: save to sign in again."
STALE = "Not saved: you signed in again in another tab. Your words are still here: press Save to go on."

View = Callable[..., HttpResponse]


def keeps_words(view: View) -> View:
    """Ask whoever is signed out to sign in, and keep what they sent for when they have."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        try:
            return view(request, *args, **kwargs)
        except (Http404, PermissionDenied):
            drop(request)
            raise

    kept.keeps_words = True  # type: ignore[attr-defined]
    return kept


def take(request: HttpRequest) -> QueryDict | None:
    """The words held for this page and this person, who now has them; None when there are none."""
    held = request.session.get(_KEY)
    if held is None or held["path"] != request.path:
        return None
    drop(request)
    words = QueryDict(held["words"])
    return words if words.get(_WRITER) == str(request.user.pk) else None


def drop(request: HttpRequest) -> None:
    """Forget the words held for this page, if there are any."""
    held = request.session.get(_KEY)
    if held is not None and held["path"] == request.path:
        del request.session[_KEY]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 (Django gives it)
    """What a stale form gets: its words are held if one of our own pages sent them, else they are refused."""
    if request.method == "POST" and _is_from_our_own_page(request) and _keeps_words(request.path_info):
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if _is_saving_as_typed(request):
            return _not_saved(request, STALE)
        if _hold(request):
            return HttpResponseRedirect(request.path)
    return TemplateResponse(request, "403_csrf.html", status=403).render()


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    if _is_saving_as_typed(request):
        return _not_saved(request, SIGNED_OUT)
    if not _hold(request):
        return TemplateResponse(request, "403_csrf.html", status=403).render()
    return redirect_to_login(request.path)


def _hold(request: HttpRequest) -> bool:
    """Keep what was sent in the session; False when it is too much."""
    words = request.POST.copy()
    words.pop("csrfmiddlewaretoken", None)
    text = words.urlencode()
    if len(text) > LARGEST:
        return False
    request.session[_KEY] = {"path": request.path, "words": text}
    return True


def _is_saving_as_typed(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _not_saved(request: HttpRequest, text: str) -> HttpResponse:
    """For a page that saves as one types: its words are still in it."""
    return TemplateResponse(request, "priorities/_not_saved.html", {"text": text}, status=401).render()


def _keeps_words(path: str) -> bool:
    try:
        return getattr(resolve(path).func, "keeps_words", False)
    except Resolver404:
        return False


def _is_from_our_own_page(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this very site sent the form. Silence is not a yes."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        parts = urlsplit(sender)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())
