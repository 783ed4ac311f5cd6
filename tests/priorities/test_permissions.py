"""Who sees which plans, priorities and quarters, and who may do what."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from priorities import permissions
from priorities.models import Membership, Partnership, Plan, Priority, Quarter, User
from priorities.roles import READERS, RETURN_READERS, Role
from tests.factories import (
    TODAY,
    MembershipFactory,
    PartnershipFactory,
    PlanFactory,
    PriorityFactory,
    QuarterFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db

YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)

EVERY_ROLE = [role.value for role in Role]


@pytest.fixture
def places():
    """Two partnerships with a published plan and one being drafted, and a third that has published nothing."""
    ours, theirs = PartnershipFactory(slug="ours"), PartnershipFactory(slug="theirs")
    secret = PartnershipFactory(slug="secret")
    for partnership, statuses in ((ours, Plan.Status), (theirs, Plan.Status), (secret, ["draft"])):
        QuarterFactory(partnership=partnership)
        for status in statuses:
            plan = PlanFactory(
                partnership=partnership, status=status, code=f"{partnership.slug}-{status}", title=status
            )
            PriorityFactory(plan=plan, code=f"{partnership.slug}-{status}")
    return SimpleNamespace(ours=ours, theirs=theirs, secret=secret)


def seen_by(user):
    """What each queryset shows someone, by slug or code, sorted; a row shown twice is listed twice."""
    return {
        "partnerships": sorted(Partnership.objects.visible_to(user).values_list("slug", flat=True)),
        "plans": sorted(Plan.objects.visible_to(user).values_list("code", flat=True)),
        "priorities": sorted(Priority.objects.visible_to(user).values_list("code", flat=True)),
        "quarters": sorted(Quarter.objects.visible_to(user).values_list("partnership__slug", flat=True)),
    }


PUBLIC_PLANS = ["ours-published", "ours-superseded", "theirs-published", "theirs-superseded"]
OUR_WORKING_PLANS = ["ours-agreed", "ours-consultation", "ours-draft"]
PUBLIC = {
    "partnerships": ["ours", "theirs"],
    "plans": PUBLIC_PLANS,
    "priorities": PUBLIC_PLANS,
    "quarters": [],
}
OURS = {
    "partnerships": ["ours", "theirs"],
    "plans": sorted(PUBLIC_PLANS + OUR_WORKING_PLANS),
    "priorities": sorted(PUBLIC_PLANS + OUR_WORKING_PLANS),
    "quarters": ["ours"],
}


def test_the_public_sees_what_is_published_and_no_quarter(places):
    assert seen_by(AnonymousUser()) == PUBLIC


def test_a_person_without_a_membership_sees_what_the_public_sees(places):
    assert seen_by(UserFactory()) == PUBLIC


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_each_role_sees_its_own_partnership_and_no_other(places, role):
    expected = OURS if role in READERS else PUBLIC
    assert seen_by(person(places.ours, role)) == expected


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_partnership_with_nothing_published_is_known_to_its_people_alone(places, role):
    own = seen_by(person(places.secret, role))
    assert own["partnerships"] == ["ours", "secret", "theirs"]
    assert own["quarters"] == (["secret"] if role in READERS else [])
    assert ("secret-draft" in own["plans"]) is (role in READERS)


@pytest.mark.parametrize("role", EVERY_ROLE)
@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [(dt.date(2020, 4, 1), YESTERDAY), (TOMORROW, None), (TOMORROW, TOMORROW)]
)
def test_a_membership_that_has_ended_or_not_begun_shows_nothing_more(places, role, starts_on, ends_on):
    former = MembershipFactory(partnership=places.ours, role=role, starts_on=starts_on, ends_on=ends_on).user
    assert seen_by(former) == PUBLIC


def test_the_first_and_last_day_of_a_membership_count(places):
    day = MembershipFactory(partnership=places.ours, role=Role.VIEWER, starts_on=TODAY, ends_on=TODAY).user
    assert seen_by(day) == OURS


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_someone_whose_account_is_closed_sees_nothing_more(places, role):
    assert seen_by(person(places.ours, role, is_active=False)) == PUBLIC


def test_several_roles_in_one_partnership_show_each_row_once(places):
    manager = person(places.ours, Role.CP_MANAGER)
    MembershipFactory(user=manager, partnership=places.ours, role=Role.CHAIR)
    PlanFactory(partnership=places.ours, code="ours-z-locality", kind=Plan.Kind.LOCALITY)
    assert seen_by(manager)["partnerships"] == ["ours", "theirs"]
    assert seen_by(manager)["plans"] == sorted([*PUBLIC_PLANS, *OUR_WORKING_PLANS, "ours-z-locality"])


def test_someone_of_two_partnerships_sees_both(places):
    shared = person(places.ours, Role.BOARD_MEMBER)
    MembershipFactory(user=shared, partnership=places.theirs, role=Role.VIEWER)
    assert seen_by(shared)["quarters"] == ["ours", "theirs"]


def test_nobody_may_do_everything_everywhere(places):
    assert not hasattr(User.objects, "create_superuser")
    assert {field.name for field in User._meta.get_fields()}.isdisjoint(
        {"is_superuser", "is_staff", "groups", "user_permissions"}
    )
    someone = UserFactory()
    someone.is_superuser = someone.is_staff = True
    assert not someone.has_perm("priorities.run_quarter", places.ours)
    assert seen_by(someone) == PUBLIC


def test_a_right_is_held_in_a_partnership_and_nowhere_else(places):
    manager = person(places.ours, Role.CP_MANAGER)
    assert manager.has_perm("priorities.run_quarter", places.ours)
    assert not manager.has_perm("priorities.run_quarter", places.theirs)
    assert not manager.has_perm("priorities.run_quarter")
    assert not manager.has_perm("priorities.sign_off_reports", places.ours)
    assert not manager.has_perm("priorities.no_such_right", places.ours)


def test_a_closed_account_and_nobody_signed_in_hold_no_right(places):
    closed = person(places.ours, Role.CP_MANAGER, is_active=False)
    assert not closed.has_perm("priorities.run_quarter", places.ours)
    assert not AnonymousUser().has_perm("priorities.run_quarter", places.ours)


# Leading a priority


@pytest.fixture
def poverty(places):
    return Priority.objects.get(code="ours-published")


def led_by(user):
    return sorted(Priority.objects.led_by(user).values_list("code", flat=True))


def test_a_lead_officer_leads_their_own_priority(places, poverty):
    poverty.lead_officer = person(places.ours, Role.LEAD_OFFICER)
    poverty.save()
    assert led_by(poverty.lead_officer) == ["ours-published"]


def test_a_deputy_leads_as_well_and_once_even_if_also_the_lead_officer(places, poverty):
    deputy = person(places.ours, Role.LEAD_OFFICER)
    poverty.deputies.add(deputy, person(places.ours, Role.LEAD_OFFICER))
    assert led_by(deputy) == ["ours-published"]
    poverty.lead_officer = deputy
    poverty.save()
    assert led_by(deputy) == ["ours-published"]


@pytest.mark.parametrize("role", sorted(set(EVERY_ROLE) - {Role.LEAD_OFFICER}))
def test_being_named_without_the_role_is_not_leading(places, poverty, role):
    named = person(places.ours, role)
    poverty.lead_officer = named
    poverty.save()
    poverty.deputies.add(named)
    assert led_by(named) == []


def test_a_lead_officer_whose_membership_ended_leads_nothing(places, poverty):
    former = person(places.ours, Role.LEAD_OFFICER)
    poverty.lead_officer = former
    poverty.save()
    Membership.objects.filter(user=former).update(ends_on=YESTERDAY)
    assert led_by(former) == []


def test_a_lead_officer_of_another_partnership_leads_nothing_here(places, poverty):
    stranger = person(places.theirs, Role.LEAD_OFFICER)
    poverty.lead_officer = stranger
    poverty.save()
    assert led_by(stranger) == []


def test_nobody_leads_a_priority_without_a_lead_officer(places):
    assert led_by(AnonymousUser()) == []


# What each may do


MAY = {
    "priorities.read_dashboard": READERS,
    "priorities.read_every_return": RETURN_READERS,
    "priorities.run_quarter": {Role.CP_MANAGER},
    "priorities.correct_figures": {Role.CP_MANAGER},
    "priorities.clear_figures": {Role.CP_MANAGER},
    "priorities.define_measures": {Role.CP_MANAGER},
    "priorities.manage_supply": {Role.CP_MANAGER},
    "priorities.have_work": {Role.LEAD_OFFICER},
    "priorities.make_reports": {Role.CP_MANAGER},
    "priorities.sign_off_reports": {Role.CHAIR},
}


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_what_each_role_may_do_here_and_nowhere_else(places, role):
    someone = person(places.ours, role)
    assert {name for name in MAY if someone.has_perm(name, places.ours)} == {
        name for name, roles in MAY.items() if role in roles
    }
    assert not any(someone.has_perm(name, places.theirs) for name in MAY)


@pytest.mark.parametrize("name", MAY)
def test_nobody_else_may_do_anything(places, name):
    former = MembershipFactory(partnership=places.ours, role=Role.CP_MANAGER, ends_on=YESTERDAY).user
    closed = person(places.ours, Role.CP_MANAGER, is_active=False)
    for someone in (AnonymousUser(), UserFactory(), former, closed):
        assert not someone.has_perm(name, places.ours)


def test_readers_and_checkers_are_who_the_design_says():
    assert sorted(READERS) == ["board_member", "chair", "cp_manager", "lead_officer", "officer", "viewer"]
    assert sorted(RETURN_READERS) == ["cp_manager", "officer"]


def test_roles_are_asked_for_once_a_request(places, django_assert_num_queries):
    manager = person(places.ours, Role.CP_MANAGER)
    MembershipFactory(user=manager, partnership=places.ours, role=Role.CHAIR)
    with django_assert_num_queries(1):
        assert permissions.roles_in(manager, places.ours) == {"cp_manager", "chair"}
        assert permissions.roles_in(manager, places.ours) == {"cp_manager", "chair"}


def test_a_role_is_not_kept_past_its_last_day(places, settings):
    manager = MembershipFactory(partnership=places.ours, role=Role.CP_MANAGER, ends_on=TODAY).user
    assert permissions.roles_in(manager, places.ours) == {"cp_manager"}
    settings.LOIP_TODAY = TOMORROW
    assert permissions.roles_in(manager, places.ours) == frozenset()
