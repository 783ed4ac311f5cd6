"""A figure recorded outside a return: what it may be beside those there are, who it is for, and since when."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.models import Measure, Reading
from actionplans.recording import (
    FigureRefused,
    PublishedFigure,
    question_about_flag,
    record_reading,
    under_embargo,
    vintages_of,
)
from actionplans.series import MeasureSeries, series_of
from priorities.clock import EDINBURGH
from priorities.models import Locality
from priorities.periods import FinancialQuarter, Period
from tests.actionplans.conftest import Round
from tests.actionplans.factories import GapFactory, ReadingFactory, SeriesVersionFactory
from tests.factories import NOW, ComparatorFactory, UserFactory

LATER = NOW + dt.timedelta(minutes=5)
YESTERDAY = NOW - dt.timedelta(days=1)
NEXT_WEEK = dt.datetime(2022, 1, 17, 9, 30, tzinfo=EDINBURGH)
Q1 = Period.for_quarter(FinancialQuarter.parse("Q1 2021/22"))
Q2 = Period.for_quarter(FinancialQuarter.parse("Q2 2021/22"))
Q3 = Period.for_quarter(FinancialQuarter.parse("Q3 2021/22"))


def published(value: str | None = "47.5", **changes: object) -> PublishedFigure:
    figure = {
        "period": Q2,
        "value": None if value is None else Decimal(value),
        "flag": "revised",
        "released_at": YESTERDAY,
        "note": "The publisher counted again.",
    }
    return PublishedFigure(**(figure | changes))


def recorded(found: Round, figure: PublishedFigure, at: dt.datetime = NOW) -> Reading:
    return record_reading(found.measure, figure, by=found.cast.manager, at=at)


def series_at(measure: Measure, at: dt.datetime, **options: bool) -> MeasureSeries:
    read = Measure.objects.get(pk=measure.pk)
    return series_of([read], ends_by=dt.date(2022, 3, 31), known_at=at, **options)[measure.pk]


def known(measure: Measure, at: dt.datetime, **options: bool) -> dict[str, Decimal]:
    return {value.period.label: value.value for value in series_at(measure, at, **options).values}


def test_a_figure_put_right_is_a_new_vintage_beside_the_old(poverty_round: Round) -> None:
    made = recorded(poverty_round, published())

    assert (made.value, made.flag, made.state, made.note, made.release_class, made.series) == (
        Decimal("47.5"), "revised", "confirmed", "The publisher counted again.", "published", 1,
    )  # fmt: skip
    assert (made.starts_on, made.ends_on) == (dt.date(2021, 7, 1), dt.date(2021, 9, 30))
    assert (made.released_at, made.entered_at, made.entered_by) == (
        YESTERDAY,
        NOW,
        poverty_round.cast.manager,
    )
    assert [reading.value for reading in poverty_round.measure.readings.order_by("released_at")] == [
        Decimal(48),
        Decimal("47.5"),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (
            {"released_at": NOW + dt.timedelta(seconds=1)},
            "released_on",
            "A figure cannot be released in the future.",
        ),
        ({"note": " \n"}, "note", "Say where the figure comes from, or why it was put right."),
        (
            {"value": Decimal("48.000"), "flag": "final"},
            "value",
            "This figure for Q2 2021/22 is already recorded.",
        ),
        (
            {"released_at": dt.datetime(2021, 10, 15, 8, 30, tzinfo=dt.UTC)},
            "released_on",
            "There is already a figure for Q2 2021/22 released at that moment.",
        ),
        (
            {"released_at": dt.datetime(2021, 10, 14, 8, 30, tzinfo=dt.UTC)},
            "released_on",
            (
                "The figure for Q2 2021/22 was first released on 15 October 2021. A revised one cannot be released "
                "before it."
            ),
        ),
        (
            {"value": Decimal(48)},
            "value",
            (
                "48.0% is the figure for Q2 2021/22 already, so nothing is revised. If its publisher has confirmed it, "
                "choose Final."
            ),
        ),
        (
            {"flag": "corrected"},
            "effect",
            "Say what the correction changes for those who used the earlier figure.",
        ),
        (
            {"flag": "corrected", "effect": "None.", "period": Q1},
            "flag",
            "There is no earlier figure for Q1 2021/22 that this one could correct.",
        ),
        ({"value": None}, "value", "Give a figure, or say why there is none."),
        ({"symbol": "x"}, "value", "Give a figure, or say why there is none."),
        (
            {"is_embargoed": True},
            "released_on",
            "An embargo ends in the future. If the figure is out already, choose Published.",
        ),
        (
            {"is_embargoed": True, "released_at": NOW},
            "released_on",
            "An embargo ends in the future. If the figure is out already, choose Published.",
        ),
        (
            {"is_embargoed": True, "released_at": NEXT_WEEK, "release_class": "management"},
            "release",
            "A figure under embargo is one that will be published.",
        ),
    ],
)
def test_a_figure_that_cannot_be_recorded_says_why(
    poverty_round: Round, changes: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(FigureRefused) as refused:
        recorded(poverty_round, published(**changes))
    assert (refused.value.field, str(refused.value)) == (field, words)
    assert Reading.objects.count() == 1


def test_the_same_figure_is_recorded_once(poverty_round: Round) -> None:
    recorded(poverty_round, published())
    with pytest.raises(FigureRefused, match=r"^This figure for Q2 2021/22 is already recorded\.$"):
        recorded(poverty_round, published(), at=LATER)
    assert poverty_round.measure.readings.count() == 2


def test_a_provisional_figure_made_final_is_news(poverty_round: Round) -> None:
    assert recorded(poverty_round, published("48", flag="provisional")).flag == "provisional"


def test_a_figure_may_be_put_back_to_what_it_was(poverty_round: Round) -> None:
    recorded(poverty_round, published())
    recorded(poverty_round, published("48", flag="final", released_at=NOW))
    assert poverty_round.measure.readings.count() == 3


def test_a_draft_for_the_period_is_no_reason_to_refuse(poverty_round: Round) -> None:
    filled = poverty_round.fill("51")
    draft = filled.readings.get()

    recorded(poverty_round, published("51", flag="final", period=Q3))

    draft.refresh_from_db()
    assert draft.state == "draft"
    assert poverty_round.measure.readings.confirmed().count() == 2


def test_a_figure_is_put_right_after_its_quarter_is_locked(poverty_round: Round) -> None:
    people = poverty_round.cast
    people.before.locked_at, people.before.locked_by = NOW, UserFactory()
    people.before.save()
    recorded(poverty_round, published())
    assert poverty_round.measure.readings.count() == 2


# Corrections


def test_a_correction_keeps_its_reason_and_its_effect(poverty_round: Round) -> None:
    made = recorded(
        poverty_round,
        published(flag="corrected", note="A month was left out.", effect="The target was missed after all."),
    )

    assert made.flag == "corrected"
    assert made.note == "A month was left out. Effect: The target was missed after all."


@pytest.mark.parametrize(
    ("before", "flag", "question"),
    [
        (
            "final",
            "provisional",
            (
                "The figure for Q2 2021/22 is final already: 48.0%, released 15 October 2021. Is this later one really "
                "provisional?"
            ),
        ),
        (
            "revised",
            "estimated",
            (
                "The figure for Q2 2021/22 is revised already: 48.0%, released 15 October 2021. Is this later one really "
                "estimated?"
            ),
        ),
        ("provisional", "provisional", ""),
        ("final", "revised", ""),
    ],
)
def test_a_loose_figure_after_a_firm_one_is_asked_about(
    poverty_round: Round, before: str, flag: str, question: str
) -> None:
    Reading.objects.update(flag=before)
    earlier = vintages_of(poverty_round.measure, Q2, 1)

    assert question_about_flag(poverty_round.measure, Q2, flag, earlier) == question


def test_a_first_figure_is_asked_nothing_about_its_flag(poverty_round: Round) -> None:
    assert question_about_flag(poverty_round.measure, Q1, "provisional", []) == ""


# No figure


def test_a_figure_that_was_withdrawn_is_a_vintage_of_its_own(poverty_round: Round) -> None:
    made = recorded(poverty_round, published(None, symbol="x", flag="final", note="Withdrawn."))

    assert (made.value, made.symbol) == (None, "x")
    series = series_at(poverty_round.measure, NOW)
    assert [(one.period, one.symbol, one.words) for one in series.unshown] == [(Q2, "[x]", "not available")]
    assert series.values == ()


# Who it is for, and since when


def test_a_figure_under_embargo_becomes_known_by_itself(poverty_round: Round) -> None:
    measure = poverty_round.measure
    recorded(
        poverty_round, published("52", period=Q3, flag="final", released_at=NEXT_WEEK, is_embargoed=True)
    )

    moment_before = NEXT_WEEK - dt.timedelta(seconds=1)
    assert known(measure, NOW) == known(measure, moment_before) == {"Q2 2021/22": Decimal(48)}
    assert known(measure, NEXT_WEEK) == {"Q2 2021/22": Decimal(48), "Q3 2021/22": Decimal(52)}
    (kept,) = under_embargo(measure, NOW)
    assert (kept.period, kept.place, kept.shown, kept.until) == (
        "Q3 2021/22",
        "Whole area",
        "52.0%",
        "09:30 on 17 January 2022",
    )
    assert under_embargo(measure, NEXT_WEEK) == ()


def test_a_figure_for_the_partnership_only_is_left_out_for_the_public(poverty_round: Round) -> None:
    measure = poverty_round.measure
    recorded(poverty_round, published("52", period=Q3, flag="final", release_class="management"))

    assert known(measure, NOW) == {"Q2 2021/22": Decimal(48), "Q3 2021/22": Decimal(52)}
    assert known(measure, NOW, for_public=True) == {"Q2 2021/22": Decimal(48)}


def test_management_information_may_be_published_unchanged(poverty_round: Round) -> None:
    measure = poverty_round.measure
    recorded(poverty_round, published("52", period=Q3, flag="final", release_class="management"))
    recorded(poverty_round, published("52", period=Q3, flag="final", released_at=NOW))

    assert known(measure, NOW, for_public=True) == {"Q2 2021/22": Decimal(48), "Q3 2021/22": Decimal(52)}


# Whose it is


def test_a_figure_of_another_place_leaves_the_areas_own_alone(poverty_round: Round) -> None:
    scotland = ComparatorFactory(partnership=poverty_round.cast.partnership)
    figure = published("48", flag="final", comparator=scotland)

    made = recorded(poverty_round, figure)

    assert made.comparator == scotland
    assert known(poverty_round.measure, NOW) == {"Q2 2021/22": Decimal(48)}
    with pytest.raises(FigureRefused, match="is already recorded"):
        recorded(poverty_round, figure, at=LATER)


@pytest.mark.parametrize(
    ("life", "words"),
    [
        (
            {"closed_on": dt.date(2021, 6, 30)},
            "Aberfeldy was closed on 30 June 2021, before Q2 2021/22 began.",
        ),
        (
            {"opened_on": dt.date(2021, 10, 1)},
            "Aberfeldy was opened on 1 October 2021, after Q2 2021/22 ended.",
        ),
    ],
)
def test_a_place_has_figures_while_it_is_there(
    poverty_round: Round, life: dict[str, dt.date], words: str
) -> None:
    place = Locality.objects.create(
        partnership=poverty_round.cast.partnership, code="ABE", name="Aberfeldy", kind="ward", **life
    )
    with pytest.raises(FigureRefused) as refused:
        recorded(poverty_round, published(flag="final", place=place))
    assert (refused.value.field, str(refused.value)) == ("period", words)


def test_a_discontinued_measure_has_no_later_figures(poverty_round: Round) -> None:
    poverty_round.measure.discontinued_on = dt.date(2021, 12, 31)
    with pytest.raises(FigureRefused) as refused:
        recorded(poverty_round, published(period=Q3, flag="final"))
    assert refused.value.field == "period"
    assert str(refused.value) == (
        "The measure was discontinued on 31 December 2021, before Q3 2021/22 ended."
    )
    assert recorded(poverty_round, published()).value == Decimal("47.5")


def test_the_figures_of_a_gap_are_worked_out(poverty_round: Round) -> None:
    gap = GapFactory(of=poverty_round.measure)
    with pytest.raises(FigureRefused) as refused:
        record_reading(gap.measure, published(), by=poverty_round.cast.manager, at=NOW)
    assert str(refused.value) == (
        "This measure is a gap: its figures are worked out from those of Grants decided in a day. "
        "Record the figures there."
    )


def test_a_figure_belongs_to_the_series_in_use_when_it_was_released(poverty_round: Round) -> None:
    SeriesVersionFactory(measure=poverty_round.measure, released_at=YESTERDAY)
    ReadingFactory(measure=poverty_round.measure, series=2, released_at=YESTERDAY)

    new = recorded(poverty_round, published(released_at=NOW))
    old = recorded(poverty_round, published(released_at=YESTERDAY - dt.timedelta(days=1)))

    assert (new.series, old.series) == (2, 1)
    assert known(poverty_round.measure, NOW) == {"Q2 2021/22": Decimal("47.5")}
