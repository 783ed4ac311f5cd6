"""Who changed the plan and its people is on record."""

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from priorities.models import User
from tests.audit_record import changes_of, during_a_request_of, unrecorded
from tests.factories import NOW, MembershipFactory, PriorityFactory, QuarterFactory, UserFactory, cast

pytestmark = pytest.mark.django_db


def test_every_model_is_recorded():
    assert unrecorded("priorities") == set()


def test_an_entry_names_the_person_and_the_old_and_the_new():
    people = cast()
    people.poverty.name = "Poverty and money"

    during_a_request_of(people.manager, people.poverty.save)

    entry = LogEntry.objects.get_for_object(people.poverty).first()
    assert (entry.actor, entry.actor_email) == (people.manager, "manager@example.org")
    assert entry.action == LogEntry.Action.UPDATE
    assert entry.changes == {"name": ["Poverty", "Poverty and money"]}


def test_the_middleware_of_the_product_is_the_one_tried_here():
    assert settings.MIDDLEWARE[-1] == "priorities.audit.RecordActor"


def test_nothing_else_of_a_request_is_kept_however_odd():
    people = cast()
    people.poverty.name = "Poverty and money"

    during_a_request_of(
        people.manager,
        people.poverty.save,
        **{"x-forwarded-port": "-1", "x-forwarded-for": "192.0.2.7", "x-correlation-id": "x" * 300},
    )

    entry = LogEntry.objects.get_for_object(people.poverty).first()
    assert (entry.remote_addr, entry.remote_port, entry.cid) == (None, None, None)


def test_a_request_that_writes_nothing_does_not_even_look_up_the_person(django_assert_num_queries):
    user = UserFactory()
    with django_assert_num_queries(0):
        during_a_request_of(User.objects.filter(pk=user.pk), lambda: None)


def test_without_anyone_signed_in_an_entry_names_nobody():
    quarter = QuarterFactory()
    quarter.locked_at, quarter.locked_by = NOW, UserFactory()
    during_a_request_of(AnonymousUser(), quarter.save)
    entry = LogEntry.objects.get_for_object(quarter).first()
    assert entry.actor is None
    assert set(entry.changes) == {"locked_at", "locked_by"}


def test_a_password_never_enters_the_record():
    user = User.objects.create_user("ailsa@example.org", "a long secret 1", name="Ailsa")
    user.set_password("a longer secret 2")
    user.save()
    user.set_password("a longer secret 3")
    user.save(update_fields=["password"])

    changes = changes_of(user)

    assert [set(entry) for entry in changes] == [{"id", "email", "name", "is_active"}]
    everything = "".join(str(row) for row in LogEntry.objects.values())
    assert "secret" not in everything
    assert "password" not in everything
    assert "md5" not in everything


def test_signing_in_is_no_change(client):
    user = UserFactory()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert len(changes_of(user)) == 1


def test_deputies_come_and_go_on_record():
    priority = PriorityFactory()
    ailsa, bruce = UserFactory(name="Ailsa"), UserFactory(name="Bruce")
    priority.deputies.add(ailsa)
    priority.deputies.set([bruce])

    entries = LogEntry.objects.get_for_object(priority).order_by("pk")[1:]

    assert sorted(
        (entry.changes["deputies"]["operation"], *entry.changes["deputies"]["objects"]) for entry in entries
    ) == [("add", "Ailsa"), ("add", "Bruce"), ("delete", "Ailsa")]


def test_what_is_deleted_is_still_on_record():
    membership = MembershipFactory()
    pk = membership.pk
    membership.delete()
    last = LogEntry.objects.filter(content_type__model="membership", object_pk=str(pk)).first()
    assert last.action == LogEntry.Action.DELETE
    assert last.changes["role"] == ["viewer", "None"]


def test_an_entry_lists_the_row_itself_and_nothing_that_points_to_it():
    quarter = QuarterFactory()
    columns = {column.name for column in quarter._meta.concrete_fields}
    assert {"partnership", "year", "number", "opens_on", "due_on"} <= set(changes_of(quarter)[0]) <= columns
