"""Who sees which reports."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from priorities.models import Membership
from priorities.roles import READERS, Role
from reports.models import Report
from tests.factories import TODAY, QuarterFactory, UserFactory, cast, person
from tests.reports.factories import ReportFactory

pytestmark = pytest.mark.django_db

EVERY_ROLE = [role.value for role in Role]


@pytest.fixture
def scene():
    """The cast, with a report in every state here and with the stranger's partnership."""
    people = cast()
    elsewhere = people.stranger.memberships.get().partnership
    for partnership, name in ((people.partnership, "ours"), (elsewhere, "theirs")):
        for place, state in enumerate(Report.State.values, start=1):
            quarter = QuarterFactory(partnership=partnership, year=2020, number=place)
            trait = {} if state == "assembling" else {state: True}
            ReportFactory(quarter=quarter, slug=f"{name}-{state}", **trait)
    return people


def seen_by(user):
    return sorted(Report.objects.visible_to(user).values_list("slug", flat=True))


PUBLIC = ["ours-published", "theirs-published"]
ISSUED = ["ours-agreed", "ours-issued", *PUBLIC]
EVERYTHING = ["ours-agreed", "ours-assembling", "ours-issued", *PUBLIC]


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_each_role_sees_its_own_partnership_and_no_other(scene, role):
    expected = EVERYTHING if role == Role.CP_MANAGER else ISSUED if role in READERS else PUBLIC
    assert seen_by(person(scene.partnership, role)) == expected


def test_the_public_sees_what_is_published(scene):
    assert seen_by(AnonymousUser()) == PUBLIC
    assert seen_by(UserFactory()) == PUBLIC
    assert sorted(Report.objects.published().values_list("slug", flat=True)) == PUBLIC


def test_someone_of_another_partnership_sees_theirs_and_the_published(scene):
    assert seen_by(scene.stranger) == ["ours-published", "theirs-agreed", "theirs-issued", "theirs-published"]


@pytest.mark.parametrize("who", ["lead", "manager", "officer", "board", "chair", "viewer"])
def test_a_membership_that_ended_shows_what_is_published(scene, who):
    former = getattr(scene, who)
    Membership.objects.filter(user=former).update(ends_on=TODAY - dt.timedelta(days=1))
    assert seen_by(former) == PUBLIC


@pytest.mark.parametrize("who", ["lead", "manager", "officer", "board", "chair", "viewer"])
def test_a_closed_account_shows_what_is_published(scene, who):
    closed = getattr(scene, who)
    closed.is_active = False
    closed.save()
    assert seen_by(closed) == PUBLIC


def test_someone_with_two_roles_sees_each_report_once(scene):
    Membership.objects.create(
        user=scene.chair, partnership=scene.partnership, role=Role.CP_MANAGER, starts_on=TODAY
    )
    assert seen_by(scene.chair) == EVERYTHING
