"""What figures that somebody sent become in a return."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from auditlog.models import LogEntry

from actionplans import operations
from actionplans.figure_kinds import Given
from actionplans.models import Delivery, Measure, MeasureCommentary, QuarterlyReturn, Reading
from actionplans.places import AREA, Place, place_of_comparator, place_of_locality
from actionplans.sent import take_in_sent
from actionplans.sheets.preview import SentFigure
from priorities.models import User
from priorities.periods import FinancialQuarter, Period
from tests.actionplans.conftest import Round
from tests.actionplans.factories import DataContactFactory, DeliveryFactory, MeasureFactory, SupplyLinkFactory
from tests.factories import NOW, ComparatorFactory, LocalityFactory, OrganisationFactory

SENT = NOW + dt.timedelta(minutes=5)
LATER = NOW + dt.timedelta(hours=1)

Q3 = Period.for_quarter(FinancialQuarter.containing(dt.date(2021, 12, 31)))
Q2 = Q3.previous()


def by_link(sent_round: Round, **sent: object) -> Delivery:
    """What Ann Bell of NHS Tayside sent by link on 5 January 2022."""
    people = sent_round.cast
    body = OrganisationFactory(partnership=people.partnership, name="NHS Tayside")
    contact = DataContactFactory(
        partnership=people.partnership, organisation=body, name="Ann Bell", email=f"ann{body.pk}@example.org"
    )
    link = SupplyLinkFactory(quarter=people.quarter, contact=contact, sent_by=people.manager)
    said = {"sent_at": dt.datetime(2022, 1, 5, 14, 0, tzinfo=dt.UTC), "name": "By link"} | sent
    return DeliveryFactory(
        quarter=people.quarter, way="link", link=link, contact=contact, sent_by=None, **said
    )


def figure(
    measure: Measure, value: str | None = "51", place: Place = AREA, period: Period = Q3, **more: str
) -> SentFigure:
    given = Given() if value is None else Given(Decimal(value))
    return SentFigure(measure=measure, place=place, period=period, given=given, **more)


def take_in(
    sent_round: Round,
    *figures: SentFigure,
    delivery: Delivery | None = None,
    by: User | None = None,
    at: dt.datetime = SENT,
) -> Delivery:
    delivery = delivery or by_link(sent_round)
    take_in_sent(sent_round.cast.poverty, sent_round.cast.quarter, figures, delivery=delivery, by=by, at=at)
    return delivery


# Kept as drafts


def test_a_figure_by_link_begins_the_return_and_nobody_is_said_to_have_saved_it(poverty_round: Round) -> None:
    delivery = take_in(poverty_round, figure(poverty_round.measure, note="From the case system"))

    held = QuarterlyReturn.objects.get()
    draft = held.readings.get()
    assert (held.state, held.saved_at, held.saved_by) == ("in_progress", None, None)
    assert (draft.measure, draft.value, draft.flag, draft.note) == (
        poverty_round.measure,
        51,
        "final",
        "From the case system",
    )
    assert (draft.state, draft.starts_on, draft.ends_on) == ("draft", Q3.starts_on, Q3.ends_on)
    assert (draft.delivery, draft.entered_by, draft.entered_at, draft.released_at) == (
        delivery,
        None,
        SENT,
        SENT,
    )
    assert draft.release_class == "published"


def test_whoever_is_signed_in_is_said_to_have_saved_it(poverty_round: Round) -> None:
    lead = poverty_round.cast.lead
    sheet = DeliveryFactory(quarter=poverty_round.cast.quarter, sent_by=lead)

    take_in(poverty_round, figure(poverty_round.measure), delivery=sheet, by=lead)

    held = QuarterlyReturn.objects.get()
    assert (held.saved_at, held.saved_by, held.readings.get().entered_by) == (SENT, lead, lead)


def test_by_link_whoever_saved_the_return_last_stays_so(poverty_round: Round) -> None:
    poverty_round.fill("50")

    take_in(poverty_round, figure(poverty_round.measure, "51"))

    held = QuarterlyReturn.objects.get()
    assert (held.saved_at, held.saved_by) == (NOW, poverty_round.cast.lead)
    assert [row.value for row in held.readings.all()] == [51]


def test_figures_of_places_other_periods_and_comparators_are_drafts_of_their_own(
    poverty_round: Round,
) -> None:
    people = poverty_round.cast
    ward = place_of_locality(LocalityFactory(partnership=people.partnership, name="Almond"))
    carers = place_of_comparator(
        ComparatorFactory(partnership=people.partnership, name="Carers", kind="population")
    )
    measure = poverty_round.measure

    take_in(
        poverty_round,
        figure(measure, "51"),
        figure(measure, "49", period=Q2.previous()),
        figure(measure, "44", place=ward),
        figure(measure, None, place=carers, symbol="c"),
    )

    drafts = Reading.objects.filter(state="draft").order_by("pk")
    assert [(row.place_id, row.comparator_id, row.ends_on, row.value, row.symbol) for row in drafts] == [
        (None, None, Q3.ends_on, 51, ""),
        (None, None, Q2.previous().ends_on, 49, ""),
        (ward.key, None, Q3.ends_on, 44, ""),
        (None, carers.key, Q3.ends_on, None, "c"),
    ]


def test_a_ratio_of_none_out_of_none_does_not_apply(poverty_round: Round) -> None:
    ratio = MeasureFactory(priority=poverty_round.cast.poverty, is_ratio=True, is_bounded=True)
    none = SentFigure(measure=ratio, place=AREA, period=Q3, given=Given(None, Decimal(0), Decimal(0)))

    take_in(poverty_round, none)

    draft = Reading.objects.get(measure=ratio)
    assert (draft.value, draft.numerator, draft.denominator, draft.symbol) == (None, 0, 0, "z")


def test_management_information_stays_so(poverty_round: Round) -> None:
    own = MeasureFactory(priority=poverty_round.cast.poverty, release_class="management")

    take_in(poverty_round, figure(own, "5"))

    assert Reading.objects.get(measure=own).release_class == "management"


# Sent again


def test_the_same_again_is_not_written(poverty_round: Round) -> None:
    first = take_in(poverty_round, figure(poverty_round.measure, "51.5"))
    LogEntry.objects.all().delete()

    take_in(poverty_round, figure(poverty_round.measure, "51.500"), at=LATER)

    draft = Reading.objects.get(state="draft")
    assert (draft.delivery, draft.entered_at) == (first, SENT)
    assert not LogEntry.objects.get_for_model(Reading).exists()


def test_another_figure_takes_its_place_and_the_audit_record_has_both(poverty_round: Round) -> None:
    take_in(poverty_round, figure(poverty_round.measure, "51"))
    second = take_in(poverty_round, figure(poverty_round.measure, "52", flag="provisional"), at=LATER)

    draft = Reading.objects.get(state="draft")
    assert (draft.value, draft.flag, draft.delivery, draft.entered_at) == (52, "provisional", second, LATER)
    entry = LogEntry.objects.get_for_object(draft).first()
    assert entry is not None
    assert entry.changes["value"] == ["51.000000", "52.000000"]


def test_a_sent_figure_takes_the_place_of_one_that_was_typed(poverty_round: Round) -> None:
    poverty_round.fill("50")

    delivery = take_in(poverty_round, figure(poverty_round.measure, None, symbol="x"))

    draft = Reading.objects.get(state="draft")
    assert (draft.value, draft.symbol, draft.delivery, draft.entered_by) == (None, "x", delivery, None)


# Why there is none


def test_why_there_is_no_figure_yet_is_kept_where_the_return_asks_for_it(poverty_round: Round) -> None:
    why = "Published by NHS Scotland in March."

    take_in(poverty_round, figure(poverty_round.measure, None, no_figure_reason=why))

    said = MeasureCommentary.objects.get()
    assert (said.measure, said.no_figure_reason) == (poverty_round.measure, why)
    assert not Reading.objects.filter(state="draft").exists()


def test_why_there_is_none_takes_the_place_of_a_draft_and_a_figure_that_of_the_reason(
    poverty_round: Round,
) -> None:
    measure = poverty_round.measure
    take_in(poverty_round, figure(measure, "51"))

    take_in(poverty_round, figure(measure, None, no_figure_reason="It was counted wrongly."))
    assert not Reading.objects.filter(state="draft").exists()

    take_in(poverty_round, figure(measure, "52"))
    assert Reading.objects.get(state="draft").value == 52
    assert MeasureCommentary.objects.get().no_figure_reason == ""


def test_of_a_place_or_another_period_no_reason_is_kept(poverty_round: Round) -> None:
    ward = place_of_locality(LocalityFactory(partnership=poverty_round.cast.partnership))

    take_in(
        poverty_round,
        figure(poverty_round.measure, None, place=ward, no_figure_reason="Not counted."),
        figure(poverty_round.measure, None, period=Q2, no_figure_reason="Not counted."),
    )

    assert not MeasureCommentary.objects.exists()


# Refused


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_return_that_was_sent_takes_nothing_in(poverty_round: Round, state: str) -> None:
    filled = operations.submit_return(poverty_round.fill("50"), by=poverty_round.cast.lead, at=NOW)
    if state == "accepted":
        operations.accept_return(filled, by=poverty_round.cast.manager, at=NOW)

    with pytest.raises(operations.ReturnClosed):
        take_in(poverty_round, figure(poverty_round.measure, "52"))

    assert list(filled.readings.values_list("value", flat=True)) == [50]


def test_a_locked_quarter_takes_nothing_in_and_no_return_begins(poverty_round: Round) -> None:
    quarter = poverty_round.cast.quarter
    quarter.locked_at, quarter.locked_by = NOW, poverty_round.cast.manager
    quarter.save()

    with pytest.raises(operations.ReturnClosed):
        take_in(poverty_round, figure(poverty_round.measure, "52"))

    assert not QuarterlyReturn.objects.exists()


def test_a_measure_of_another_priority_is_an_error_and_nothing_is_kept(poverty_round: Round) -> None:
    other = MeasureFactory(priority=poverty_round.cast.skills)

    with pytest.raises(ValueError, match="is not a measure of"):
        take_in(poverty_round, figure(poverty_round.measure), figure(other))

    assert not Reading.objects.filter(state="draft").exists()
