"""The database keeps the promises of the plan and its people."""

import datetime as dt

import pytest
from django.db.models import F

from priorities.models import EmergingIssue, Group, Locality, NationalOutcome, Plan, Theme
from tests.factories import (
    NOW,
    ComparatorFactory,
    GroupFactory,
    MeetingFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    PlanFactory,
    PriorityFactory,
    QuarterFactory,
    UserFactory,
)
from tests.refusals import assert_refused, constraints_of, twice

pytestmark = pytest.mark.django_db

CONSTRAINTS = constraints_of("priorities")

FIRST, DAY_BEFORE = dt.date(2021, 4, 1), dt.date(2021, 3, 31)


def locality(**fields):
    partnership = fields.pop("partnership", None) or PartnershipFactory()
    return Locality.objects.create(
        **{"partnership": partnership, "code": "L1", "name": "Strathmuir East", "kind": "area"} | fields
    )


WAYS_TO_BREAK = {
    "partnership_takes_no_address_of_the_product": [
        lambda slug=slug: PartnershipFactory(slug=slug)
        for slug in ("accessibility", "accounts", "components", "favicon.ico", "privacy", "static")
    ],
    "one_organisation_per_code": [
        lambda: twice(OrganisationFactory, partnership=PartnershipFactory(), code="NHS")
    ],
    "organisation_leaves_after_it_joins": [lambda: OrganisationFactory(joined_on=FIRST, left_on=DAY_BEFORE)],
    "one_group_per_code": [lambda: twice(GroupFactory, partnership=PartnershipFactory(), code="BOARD")],
    "group_is_not_its_own_parent": [
        lambda: GroupFactory() and Group.objects.update(parent=F("pk")),
    ],
    "one_comparator_per_code": [
        lambda: twice(ComparatorFactory, partnership=PartnershipFactory(), code="SCOTLAND")
    ],
    "comparator_has_a_known_kind": [lambda: ComparatorFactory(kind="planet")],
    "one_locality_per_code": [lambda: twice(locality, partnership=PartnershipFactory())],
    "locality_that_is_no_ward_has_at_most_30000_people": [lambda: locality(population=30_001)],
    "locality_closes_after_it_opens": [lambda: locality(opened_on=FIRST, closed_on=DAY_BEFORE)],
    "one_meeting_of_a_group_a_day": [lambda: twice(MeetingFactory, group=GroupFactory())],
    "one_row_per_quarter": [lambda: twice(QuarterFactory, partnership=PartnershipFactory())],
    "quarter_is_1_to_4": [
        lambda: QuarterFactory(number=0, opens_on=FIRST, due_on=FIRST),
        lambda: QuarterFactory(number=5, opens_on=FIRST, due_on=FIRST),
    ],
    "quarter_is_due_after_it_opens": [lambda: QuarterFactory(opens_on=FIRST, due_on=DAY_BEFORE)],
    "quarter_is_locked_by_someone_at_a_moment": [
        lambda: QuarterFactory(locked_at=NOW),
        lambda: QuarterFactory(locked_by=UserFactory()),
    ],
    "one_person_per_email_whatever_the_case": [
        lambda: [UserFactory(email="ailsa@example.org"), UserFactory(email="Ailsa@Example.org")]
    ],
    "one_membership_per_person_and_role": [
        lambda: twice(MembershipFactory, user=UserFactory(), partnership=PartnershipFactory())
    ],
    "membership_ends_after_it_starts": [lambda: MembershipFactory(starts_on=FIRST, ends_on=DAY_BEFORE)],
    "membership_has_a_known_role": [
        lambda: MembershipFactory(role="owner"),
        lambda: MembershipFactory(role=""),
    ],
    "one_national_outcome_per_code": [
        lambda: twice(NationalOutcome.objects.create, framework_version="2018", code="POVERTY")
    ],
    "one_plan_per_code": [
        lambda: twice(PlanFactory, partnership=PartnershipFactory(), code="LOIP", status=Plan.Status.DRAFT)
    ],
    "one_published_loip_per_partnership": [lambda: twice(PlanFactory, partnership=PartnershipFactory())],
    "plan_ends_after_it_starts": [lambda: PlanFactory(starts_on=FIRST, ends_on=DAY_BEFORE)],
    "plan_has_a_known_status": [lambda: PlanFactory(status="secret")],
    "one_theme_per_code": [lambda: twice(Theme.objects.create, plan=PlanFactory(), code="FAIR")],
    "one_priority_per_code": [lambda: twice(PriorityFactory, plan=PlanFactory(), code="POV")],
    "one_priority_per_slug": [lambda: twice(PriorityFactory, plan=PlanFactory(), slug="poverty")],
    "priority_has_a_known_kind": [lambda: PriorityFactory(kind="urgent")],
    "one_emerging_issue_per_code": [
        lambda: twice(EmergingIssue.objects.create, plan=PlanFactory(), code="FUEL")
    ],
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses(name):
    for breaks_it in WAYS_TO_BREAK[name]:
        assert_refused(CONSTRAINTS[name], breaks_it)


def test_nothing_is_broken_that_no_longer_exists():
    assert WAYS_TO_BREAK.keys() == CONSTRAINTS.keys()


def test_an_open_end_and_the_same_day_are_allowed():
    OrganisationFactory(joined_on=FIRST, left_on=FIRST)
    OrganisationFactory(joined_on=None, left_on=FIRST)
    MembershipFactory(starts_on=FIRST, ends_on=None)


def test_a_ward_may_be_larger_than_an_area():
    locality(kind="ward", population=30_001)
    locality(kind="area", population=30_000)


def test_a_second_version_of_a_plan_may_wait_beside_the_published_one():
    partnership = PartnershipFactory()
    PlanFactory(partnership=partnership)
    PlanFactory(partnership=partnership, status=Plan.Status.DRAFT)
    PlanFactory(partnership=partnership, kind=Plan.Kind.LOCALITY)
    assert partnership.plans.count() == 3
