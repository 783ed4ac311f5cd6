"""Who sees which measures, risks and returns."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from actionplans.models import Measure, QuarterlyReturn, Risk
from priorities.models import Membership, Plan
from priorities.roles import READERS, RETURN_READERS, Role
from tests.actionplans.factories import MeasureFactory, QuarterlyReturnFactory, RiskFactory
from tests.factories import TODAY, PlanFactory, PriorityFactory, QuarterFactory, UserFactory, cast, person

pytestmark = pytest.mark.django_db

EVERY_ROLE = [role.value for role in Role]


@pytest.fixture
def scene():
    """The cast, with a measure, a risk and a return for each priority, theirs and a third that has no lead officer."""
    people = cast()
    unled = PriorityFactory(plan=people.plan, code="DIG", slug="digital", name="Digital")
    elsewhere = PriorityFactory(
        plan=PlanFactory(partnership=people.stranger.memberships.get().partnership),
        code="ELSE",
        lead_officer=people.stranger,
    )
    for priority in (people.poverty, people.skills, unled, elsewhere):
        quarter = people.quarter
        if priority is elsewhere:
            quarter = QuarterFactory(partnership=elsewhere.plan.partnership)
        MeasureFactory(priority=priority, code=f"{priority.code}-M")
        RiskFactory(priority=priority, code=f"{priority.code}-R")
        QuarterlyReturnFactory(priority=priority, quarter=quarter)
    return people


def seen_by(user):
    """Measures, risks and the priorities of returns that someone is shown; a row shown twice is listed twice."""
    returns = QuarterlyReturn.objects.visible_to(user)
    return {
        "measures": sorted(Measure.objects.visible_to(user).values_list("code", flat=True)),
        "risks": sorted(Risk.objects.visible_to(user).values_list("code", flat=True)),
        "returns": sorted(one.priority.code for one in returns.select_related("priority")),
    }


NOTHING = {"measures": [], "risks": [], "returns": []}
OUR_NUMBERS = {"measures": ["DIG-M", "POV-M", "SKI-M"], "risks": ["DIG-R", "POV-R", "SKI-R"]}


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_each_role_sees_its_own_partnership_and_no_other(scene, role):
    numbers = OUR_NUMBERS if role in READERS else {"measures": [], "risks": []}
    returns = ["DIG", "POV", "SKI"] if role in RETURN_READERS else []
    assert seen_by(person(scene.partnership, role)) == {**numbers, "returns": returns}


def test_a_lead_officer_sees_the_numbers_of_all_and_the_return_of_their_own(scene):
    assert seen_by(scene.lead) == {**OUR_NUMBERS, "returns": ["POV"]}
    assert seen_by(scene.other_lead) == {**OUR_NUMBERS, "returns": ["SKI"]}


def test_a_deputy_sees_the_return_of_the_priority_once(scene):
    scene.poverty.deputies.add(scene.other_lead)
    assert seen_by(scene.deputy) == {**OUR_NUMBERS, "returns": ["POV"]}
    assert seen_by(scene.other_lead)["returns"] == ["POV", "SKI"]


def test_a_manager_who_also_leads_sees_each_return_once(scene):
    Membership.objects.create(
        user=scene.lead, partnership=scene.partnership, role=Role.CP_MANAGER, starts_on=TODAY
    )
    scene.poverty.deputies.add(scene.lead)
    assert seen_by(scene.lead)["returns"] == ["DIG", "POV", "SKI"]


def test_someone_of_another_partnership_sees_only_their_own(scene):
    assert seen_by(scene.stranger) == {"measures": ["ELSE-M"], "risks": ["ELSE-R"], "returns": ["ELSE"]}


def test_a_stranger_named_as_deputy_still_sees_nothing_here(scene):
    scene.poverty.deputies.add(scene.stranger)
    assert seen_by(scene.stranger)["returns"] == ["ELSE"]


@pytest.mark.parametrize("who", ["lead", "deputy", "manager", "officer", "board", "chair", "viewer"])
def test_a_membership_that_ended_shows_nothing(scene, who):
    former = getattr(scene, who)
    Membership.objects.filter(user=former).update(ends_on=TODAY - dt.timedelta(days=1))
    assert seen_by(former) == NOTHING


@pytest.mark.parametrize("who", ["lead", "deputy", "manager", "officer", "board", "chair", "viewer"])
def test_a_closed_account_shows_nothing(scene, who):
    closed = getattr(scene, who)
    closed.is_active = False
    closed.save()
    assert seen_by(closed) == NOTHING


def test_those_without_a_membership_see_nothing(scene):
    assert seen_by(AnonymousUser()) == NOTHING
    assert seen_by(UserFactory()) == NOTHING


def test_a_lead_officer_moved_to_another_role_no_longer_sees_the_return(scene):
    Membership.objects.filter(user=scene.lead).update(role=Role.BOARD_MEMBER)
    assert seen_by(scene.lead) == {**OUR_NUMBERS, "returns": []}


def test_numbers_are_not_public_even_when_the_plan_is(scene):
    assert scene.plan.status == Plan.Status.PUBLISHED
    assert not Measure.objects.visible_to(AnonymousUser()).exists()
