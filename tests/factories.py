"""Made-up partnerships, plans and people, and the small cast that most tests are about.

Only what `priorities` knows: what is measured and reported is in `tests/actionplans/factories.py`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import factory

from priorities.clock import EDINBURGH
from priorities.models import (
    Comparator,
    Group,
    Locality,
    Meeting,
    Membership,
    Organisation,
    Partnership,
    Plan,
    Priority,
    Quarter,
    User,
)
from priorities.periods import FinancialQuarter, FinancialYear
from priorities.roles import Role

TODAY = dt.date(2022, 1, 10)
NOW = dt.datetime(2022, 1, 10, 10, 0, tzinfo=EDINBURGH)


class PartnershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partnership

    name = factory.Sequence(lambda n: f"Strath {n} Community Planning Partnership")
    slug = factory.Sequence(lambda n: f"strath-{n}")
    area_name = factory.Sequence(lambda n: f"Strath {n}")
    area_code = factory.Sequence(lambda n: f"S12{n:06}")


class LocalityFactory(factory.django.DjangoModelFactory):
    """A ward."""

    class Meta:
        model = Locality

    partnership = factory.SubFactory(PartnershipFactory)
    code = factory.Sequence(lambda n: f"W{n}")
    name = factory.Sequence(lambda n: f"Ward {n}")
    kind = "ward"


class ComparatorFactory(factory.django.DjangoModelFactory):
    """Scotland, unless said otherwise."""

    class Meta:
        model = Comparator

    partnership = factory.SubFactory(PartnershipFactory)
    code = factory.Sequence(lambda n: f"C{n}")
    name = "Scotland"
    kind = "country"


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    partnership = factory.SubFactory(PartnershipFactory)
    code = factory.Sequence(lambda n: f"ORG{n}")
    name = factory.Sequence(lambda n: f"Body {n}")
    kind = Organisation.Kind.STATUTORY


class GroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group

    partnership = factory.SubFactory(PartnershipFactory)
    code = factory.Sequence(lambda n: f"GROUP{n}")
    name = factory.Sequence(lambda n: f"Group {n}")
    kind = Group.Kind.BOARD


class MeetingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Meeting

    partnership = factory.SelfAttribute("group.partnership")
    group = factory.SubFactory(GroupFactory)
    held_on = dt.date(2022, 3, 4)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    partnership = factory.SubFactory(PartnershipFactory)
    role = Role.VIEWER
    starts_on = dt.date(2020, 4, 1)


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Plan

    partnership = factory.SubFactory(PartnershipFactory)
    code = factory.Sequence(lambda n: f"LOIP{n}")
    title = "Local Outcomes Improvement Plan 2020"
    kind = Plan.Kind.LOIP
    status = Plan.Status.PUBLISHED
    starts_on = dt.date(2020, 4, 1)
    ends_on = dt.date(2030, 3, 31)


class PriorityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Priority

    plan = factory.SubFactory(PlanFactory)
    code = factory.Sequence(lambda n: f"P{n}")
    slug = factory.Sequence(lambda n: f"priority-{n}")
    name = factory.Sequence(lambda n: f"Priority {n}")
    position = factory.Sequence(int)
    lead_officer_title = "Head of Communities"


class QuarterFactory(factory.django.DjangoModelFactory):
    """Quarter 3 of 2021/22 unless said otherwise; it opens when it has ended and is due three weeks later."""

    class Meta:
        model = Quarter

    partnership = factory.SubFactory(PartnershipFactory)
    year = 2021
    number = 3
    opens_on = factory.LazyAttribute(lambda q: _quarter(q).ends_on + dt.timedelta(days=1))
    due_on = factory.LazyAttribute(lambda q: _quarter(q).ends_on + dt.timedelta(days=21))


def _quarter(row: Quarter) -> FinancialQuarter:
    return FinancialQuarter(FinancialYear(row.year), row.number)


def person(partnership: Partnership, role: str, **fields: object) -> User:
    """Someone with one role in a partnership, since April 2020."""
    return MembershipFactory(
        user=UserFactory(**fields), partnership=partnership, role=role, organisation=None
    ).user


@dataclass(frozen=True)
class Cast:
    """One partnership with two priorities, each with its lead officer, an open Q3, and those around them."""

    partnership: Partnership
    plan: Plan
    poverty: Priority
    skills: Priority
    quarter: Quarter
    before: Quarter
    lead: User
    deputy: User
    other_lead: User
    manager: User
    officer: User
    board: User
    chair: User
    viewer: User
    stranger: User


def cast() -> Cast:
    """The people most tests are about; the stranger leads a priority of another partnership."""
    partnership = PartnershipFactory(name="Strathmuir Community Planning Partnership", slug="strathmuir")
    plan = PlanFactory(partnership=partnership, code="LOIP")
    lead = person(partnership, Role.LEAD_OFFICER, name="Poverty lead", email="poverty@example.org")
    deputy = person(partnership, Role.LEAD_OFFICER, name="Poverty deputy", email="deputy@example.org")
    other_lead = person(partnership, Role.LEAD_OFFICER, name="Skills lead", email="skills@example.org")
    poverty = PriorityFactory(
        plan=plan, code="POV", slug="poverty", name="Poverty", position=1, lead_officer=lead
    )
    poverty.deputies.add(deputy)
    elsewhere = PartnershipFactory(name="Glenbeg Community Planning Partnership", slug="glenbeg")
    stranger = person(elsewhere, Role.LEAD_OFFICER, name="Stranger", email="stranger@example.org")
    return Cast(
        partnership=partnership,
        plan=plan,
        poverty=poverty,
        skills=PriorityFactory(
            plan=plan, code="SKI", slug="skills", name="Skills", position=2, lead_officer=other_lead
        ),
        quarter=QuarterFactory(partnership=partnership),
        before=QuarterFactory(partnership=partnership, number=2),
        lead=lead,
        deputy=deputy,
        other_lead=other_lead,
        manager=person(partnership, Role.CP_MANAGER, name="CP manager", email="manager@example.org"),
        officer=person(partnership, Role.OFFICER, name="Officer", email="officer@example.org"),
        board=person(partnership, Role.BOARD_MEMBER, name="Board member", email="board@example.org"),
        chair=person(partnership, Role.CHAIR, name="Chair", email="chair@example.org"),
        viewer=person(partnership, Role.VIEWER, name="Viewer", email="viewer@example.org"),
        stranger=stranger,
    )
