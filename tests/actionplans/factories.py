"""Made-up measures, figures, actions, risks and returns."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal

import factory

from actionplans.models import (
    Action,
    ActionUpdate,
    CalendarFeed,
    Clearance,
    DataContact,
    DataRequest,
    Delivery,
    DisclosurePolicy,
    Gap,
    Measure,
    MeasureCommentary,
    QuarterlyReturn,
    Reading,
    Risk,
    RiskAssessment,
    RiskMatrix,
    SeriesBreak,
    SeriesVersion,
    SheetMapping,
    SupplyLink,
    SupplyLinkUse,
    Target,
)
from priorities.clock import EDINBURGH
from priorities.models import Priority, Quarter, User
from priorities.periods import FinancialQuarter
from tests.factories import (
    ComparatorFactory,
    OrganisationFactory,
    PartnershipFactory,
    PriorityFactory,
    QuarterFactory,
    UserFactory,
)


class MeasureFactory(factory.django.DjangoModelFactory):
    """A quarterly percentage: higher is better, amber within 2 points, known the day its quarter ends."""

    class Meta:
        model = Measure

    partnership = factory.SelfAttribute("priority.plan.partnership")
    priority = factory.SubFactory(PriorityFactory)
    code = factory.Sequence(lambda n: f"M{n}")
    name = factory.Sequence(lambda n: f"Measure {n}")
    unit = "percent"
    decimals = 1
    polarity = "maximise"
    period_kind = "financial_quarter"
    tolerance_kind = "absolute"
    tolerance_amber = Decimal(2)
    position = factory.Sequence(int)


class TargetFactory(factory.django.DjangoModelFactory):
    """For Q3 2021/22 unless said otherwise."""

    class Meta:
        model = Target

    measure = factory.SubFactory(MeasureFactory)
    starts_on = dt.date(2021, 10, 1)
    ends_on = dt.date(2021, 12, 31)
    value = Decimal(50)
    set_on = dt.date(2020, 4, 1)


class SeriesBreakFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SeriesBreak

    measure = factory.SubFactory(MeasureFactory)
    on = dt.date(2021, 4, 1)
    reason = "The way of counting changed."


class ReadingFactory(factory.django.DjangoModelFactory):
    """Confirmed, for Q2 2021/22, released in October 2021, unless said otherwise."""

    class Meta:
        model = Reading

    measure = factory.SubFactory(MeasureFactory)
    starts_on = dt.date(2021, 7, 1)
    ends_on = dt.date(2021, 9, 30)
    value = Decimal(48)
    released_at = dt.datetime(2021, 10, 15, 9, 30, tzinfo=EDINBURGH)
    entered_at = factory.SelfAttribute("released_at")


class SeriesVersionFactory(factory.django.DjangoModelFactory):
    """A second series, released with a new footing in March 2025."""

    class Meta:
        model = SeriesVersion

    measure = factory.SubFactory(MeasureFactory)
    number = 2
    released_at = dt.datetime(2025, 3, 27, 9, 30, tzinfo=EDINBURGH)
    reason = "Rebased on the census of 2022."
    taken_in_at = factory.SelfAttribute("released_at")


class GapFactory(factory.django.DjangoModelFactory):
    """The area less Scotland, unless said otherwise; the measure of the gap is in percentage points."""

    class Meta:
        model = Gap

    of = factory.SubFactory(MeasureFactory)
    measure = factory.SubFactory(
        MeasureFactory, priority=factory.SelfAttribute("..of.priority"), unit="points"
    )
    second_comparator = factory.SubFactory(
        ComparatorFactory, partnership=factory.SelfAttribute("..of.partnership")
    )


class DisclosurePolicyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DisclosurePolicy

    partnership = factory.SubFactory(PartnershipFactory)
    version = 1
    name = "Disclosure policy of the partnership"
    set_at = dt.datetime(2021, 4, 1, 9, 30, tzinfo=EDINBURGH)


class ClearanceFactory(factory.django.DjangoModelFactory):
    """All shown, by the default policy, unless said otherwise."""

    class Meta:
        model = Clearance

    measure = factory.SubFactory(MeasureFactory)
    policy_name = "Default disclosure policy"
    policy_version = "1"
    policy_in_words = "Counts from 1 to 4 are not shown."
    cleared_at = dt.datetime(2021, 10, 16, 9, 30, tzinfo=EDINBURGH)
    shown = 1
    hidden = 0
    outcome = "All figures are shown."


class ActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Action

    priority = factory.SubFactory(PriorityFactory)
    code = factory.Sequence(lambda n: f"A{n}")
    title = factory.Sequence(lambda n: f"Action {n}")
    owner_title = "Welfare Rights Manager"


class QuarterlyReturnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = QuarterlyReturn

    priority = factory.SubFactory(PriorityFactory)
    quarter = factory.SubFactory(
        QuarterFactory, partnership=factory.SelfAttribute("..priority.plan.partnership")
    )


def accepted_return(
    priority: Priority, quarter: Quarter, *, by: User, at: dt.datetime, **words: str
) -> QuarterlyReturn:
    """A return that was submitted and accepted at the same moment, by the same person."""
    return QuarterlyReturnFactory(
        priority=priority,
        quarter=quarter,
        state=QuarterlyReturn.State.ACCEPTED,
        submitted_at=at,
        submitted_by=by,
        accepted_at=at,
        accepted_by=by,
        **words,
    )


class ActionUpdateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ActionUpdate

    quarterly_return = factory.SubFactory(QuarterlyReturnFactory)
    action = factory.SubFactory(ActionFactory, priority=factory.SelfAttribute("..quarterly_return.priority"))
    status = ActionUpdate.Status.ON_TRACK


class MeasureCommentaryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MeasureCommentary

    quarterly_return = factory.SubFactory(QuarterlyReturnFactory)
    measure = factory.SubFactory(
        MeasureFactory, priority=factory.SelfAttribute("..quarterly_return.priority")
    )


class RiskMatrixFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RiskMatrix
        django_get_or_create = ("partnership", "version")

    partnership = factory.SubFactory(PartnershipFactory)
    version = 1
    effective_on = dt.date(2020, 4, 1)


class RiskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Risk

    partnership = factory.SelfAttribute("priority.plan.partnership")
    priority = factory.SubFactory(PriorityFactory)
    code = factory.Sequence(lambda n: f"R{n}")
    title = factory.Sequence(lambda n: f"Risk {n}")
    cause = "Partners are short of staff."
    event = "Advice services close."
    consequence = "People go without help."
    owner_title = "Head of Communities"
    opened_on = dt.date(2020, 4, 1)


class RiskAssessmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RiskAssessment

    risk = factory.SubFactory(RiskFactory)
    quarter = factory.SubFactory(QuarterFactory)
    matrix = factory.SubFactory(RiskMatrixFactory, partnership=factory.SelfAttribute("..risk.partnership"))
    likelihood = 3
    impact = 4
    rationale = "As before."
    assessed_at = dt.datetime(2021, 10, 15, 10, 0, tzinfo=EDINBURGH)


class DataContactFactory(factory.django.DjangoModelFactory):
    """Someone in an organisation of the partnership who sends figures."""

    class Meta:
        model = DataContact

    partnership = factory.SubFactory(PartnershipFactory)
    organisation = factory.SubFactory(OrganisationFactory, partnership=factory.SelfAttribute("..partnership"))
    name = factory.Sequence(lambda n: f"Data person {n}")
    email = factory.Sequence(lambda n: f"data{n}@example.org")


class DataRequestFactory(factory.django.DjangoModelFactory):
    """Asked by e-mail on 3 January 2022 in Q3 2021/22, due a week later, unless said otherwise."""

    class Meta:
        model = DataRequest

    partnership = factory.SelfAttribute("quarter.partnership")
    quarter = factory.SubFactory(QuarterFactory)
    contact = factory.SubFactory(DataContactFactory, partnership=factory.SelfAttribute("..partnership"))
    organisation = factory.LazyAttribute(
        lambda row: (
            row.contact.organisation if row.contact else OrganisationFactory(partnership=row.partnership)
        )
    )
    what = "Please send the figures for Q3 2021/22."
    asked_how = DataRequest.Asked.EMAIL
    asked_at = dt.datetime(2022, 1, 3, 9, 30, tzinfo=EDINBURGH)
    asked_by = factory.SubFactory(UserFactory)
    due_on = dt.date(2022, 1, 10)


class SupplyLinkFactory(factory.django.DjangoModelFactory):
    """Sent on 5 January 2022 for Q3 2021/22, good for two weeks, unless said otherwise; the token is "token"."""

    class Meta:
        model = SupplyLink
        skip_postgeneration_save = True

    partnership = factory.SelfAttribute("quarter.partnership")
    quarter = factory.SubFactory(QuarterFactory)
    contact = factory.SubFactory(DataContactFactory, partnership=factory.SelfAttribute("..partnership"))
    token_sha256 = factory.Sequence(lambda n: hashlib.sha256(f"token{n or ''}".encode()).hexdigest())
    sent_at = dt.datetime(2022, 1, 5, 9, 30, tzinfo=EDINBURGH)
    sent_by = factory.SubFactory(UserFactory)
    expires_at = dt.datetime(2022, 1, 19, 23, 59, tzinfo=EDINBURGH)


class SupplyLinkUseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SupplyLinkUse

    link = factory.SubFactory(SupplyLinkFactory)
    used_at = dt.datetime(2022, 1, 6, 14, 0, tzinfo=EDINBURGH)
    what = SupplyLinkUse.What.OPENED


class DeliveryFactory(factory.django.DjangoModelFactory):
    """A sheet that came on 6 January 2022 and waits, unless said otherwise. Without its file."""

    class Meta:
        model = Delivery

    partnership = factory.SelfAttribute("quarter.partnership")
    quarter = factory.SubFactory(QuarterFactory)
    way = Delivery.Way.SHEET
    name = "figures.xlsx"
    sha256 = factory.Sequence(lambda n: hashlib.sha256(f"file{n}".encode()).hexdigest())
    size = 5
    sent_at = dt.datetime(2022, 1, 6, 14, 0, tzinfo=EDINBURGH)
    sent_by = factory.SubFactory(UserFactory)


class SheetMappingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SheetMapping

    organisation = factory.SubFactory(OrganisationFactory)
    partnership = factory.SelfAttribute("organisation.partnership")
    headings_sha256 = hashlib.sha256(b"headings").hexdigest()
    plan = factory.Dict({})
    saved_at = dt.datetime(2022, 1, 6, 14, 0, tzinfo=EDINBURGH)
    saved_by = factory.SubFactory(UserFactory)


class CalendarFeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CalendarFeed

    partnership = factory.SubFactory(PartnershipFactory)
    user = factory.SubFactory(UserFactory)


def period_of(quarter: FinancialQuarter) -> dict[str, dt.date]:
    """The two dates of a quarter, as a reading or a target takes them."""
    return {"starts_on": quarter.starts_on, "ends_on": quarter.ends_on}
