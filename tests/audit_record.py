"""Reading the audit record, and writing in it as a request does."""

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from priorities.audit import RecordActor


def unrecorded(app_label):
    """Names of an app's models whose changes leave no entry."""
    return {
        model.__name__
        for model in apps.get_app_config(app_label).get_models()
        if not auditlog.contains(model)
    }


def changes_of(row):
    """What each entry about a row says, oldest first: field, then (old, new)."""
    entries = LogEntry.objects.get_for_object(row).order_by("pk")
    return [{field: tuple(both) for field, both in entry.changes.items()} for entry in entries]


def during_a_request_of(user, do, **headers):
    """Do something as a view would, with whatever a browser sends along."""
    request = RequestFactory().post("/", headers=headers)
    request.user = SimpleLazyObject(lambda: user)
    return RecordActor(lambda _: do())(request)
