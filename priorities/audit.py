"""The audit record: who changed what, from what to what, for every model of ours.

An entry is written when a row is saved or deleted. `QuerySet.update` and bulk writes leave none: what people do
is saved row by row; only the loading of a whole plan file is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from auditlog.context import set_actor
from auditlog.registry import auditlog
from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from priorities.models import EmergingIssue, Priority, User


class RecordActor:
    """Every entry written during a request names the person signed in, and nothing else of the request.

    Auditlog's own middleware also keeps what the request says of its address, its port and itself. That is
    anyone's to make up and no use to a partnership; a port below zero would even stop the save.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # The person is not looked up unless something is written.
        with set_actor(request.user):
            return self.get_response(request)


def register() -> None:
    record_app(
        "priorities",
        without={User: {"password", "last_login"}},
        many={Priority: {"deputies", "groups", "national_outcomes"}, EmergingIssue: {"priorities"}},
    )


def record_app(
    label: str,
    *,
    without: Mapping[type[Model], Collection[str]] | None = None,
    many: Mapping[type[Model], Collection[str]] | None = None,
    but: Collection[type[Model]] = (),
) -> None:
    """Record every model of an app, but for those in `but`.

    `without` names fields that are left out of a model's entries, `many` its many-to-many fields that are recorded.
    """
    for model in apps.get_app_config(label).get_models():
        if model not in but:
            left_out = (without or {}).get(model, ())
            # Columns by name: otherwise every entry would list the rows that point to this one.
            columns = model._meta.concrete_fields  # noqa: SLF001 (Django documents it)
            fields = [column.name for column in columns if column.name not in left_out]
            auditlog.register(model, include_fields=fields, m2m_fields=set((many or {}).get(model, ())))
