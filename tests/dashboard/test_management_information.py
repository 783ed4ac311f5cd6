"""Figures for the partnership only: marked wherever they stand, and left out of what the public may read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from actionplans.models import Measure, Target
from dashboard.scorecard import MeasureRow, scorecard
from priorities.clock import EDINBURGH
from priorities.models import Locality
from tests.actionplans.conftest import Round, poverty_round
from tests.actionplans.factories import ReadingFactory
from tests.factories import NOW

__all__ = ["poverty_round"]

Q3 = {"starts_on": dt.date(2021, 10, 1), "ends_on": dt.date(2021, 12, 31)}
RELEASED = dt.datetime(2022, 1, 9, 9, 30, tzinfo=EDINBURGH)


@pytest.fixture
def measure(poverty_round: Round) -> Measure:
    """48% published for Q2; 40% for Q3, for the partnership only, against a target of 50%."""
    ReadingFactory(
        measure=poverty_round.measure,
        value=Decimal(40),
        flag="provisional",
        release_class="management",
        released_at=RELEASED,
        **Q3,
    )
    assert Target.objects.filter(measure=poverty_round.measure, **Q3).exists()
    return poverty_round.measure


def row_of(found: Round, *, for_public: bool) -> MeasureRow:
    (row,) = scorecard(found.cast.quarter, known_at=NOW, for_public=for_public).measures
    return row


def test_the_row_carries_the_release_class_of_its_figure(measure: Measure, poverty_round: Round) -> None:
    row = row_of(poverty_round, for_public=False)

    assert (row.shown, row.flag, row.release_class, row.management_periods) == (
        "40.0%",
        "provisional, management information",
        "management",
        ("Q3 2021/22",),
    )
    assert row.freshness == "Known since 9 January 2022; next due March 2022"


def test_for_the_public_it_is_as_if_it_were_not_there(measure: Measure, poverty_round: Round) -> None:
    row = row_of(poverty_round, for_public=True)

    assert (row.period, row.shown, row.flag, row.release_class, row.management_periods) == (
        "Q2 2021/22", "48.0%", "", "published", (),
    )  # fmt: skip
    assert [point.label for point in row.chart.points] == ["Q2 2021/22"]
    assert row.status.value == "data_only"
    card = scorecard(poverty_round.cast.quarter, known_at=NOW, for_public=True)
    assert [item for item in card.attention if item.measure_code] == []
    assert "40" not in repr(card)


def test_what_is_said_of_places_is_told_by_place(poverty_round: Round) -> None:
    ReadingFactory(measure=poverty_round.measure, value=Decimal(52), released_at=RELEASED, **Q3)
    for code, value, release_class in (("ABE", 20, "management"), ("CRI", 55, "published")):
        place = Locality.objects.create(
            partnership=poverty_round.cast.partnership, code=code, name=code.title(), kind="ward"
        )
        ReadingFactory(
            measure=poverty_round.measure,
            place=place,
            value=Decimal(value),
            release_class=release_class,
            released_at=RELEASED,
            **Q3,
        )

    row = row_of(poverty_round, for_public=False)

    assert row.places_note == "1 of 2 localities is off target"
    assert (row.release_class, row.management_periods) == ("published", ("Q3 2021/22 in Abe",))
    public = row_of(poverty_round, for_public=True)
    assert (public.places_note, public.management_periods) == ("", ())


def test_an_older_public_figure_stands_in_for_a_newer_one_of_the_same_period(
    measure: Measure, poverty_round: Round
) -> None:
    ReadingFactory(measure=measure, value=Decimal(44), released_at=RELEASED - dt.timedelta(hours=1), **Q3)

    assert row_of(poverty_round, for_public=False).shown == "40.0%"
    assert row_of(poverty_round, for_public=True).shown == "44.0%"


def test_what_was_last_reported_is_asked_for_the_public_too(measure: Measure, poverty_round: Round) -> None:
    before = poverty_round.cast.before
    before.locked_at, before.locked_by = NOW, poverty_round.cast.manager
    before.save()
    earlier = {"starts_on": dt.date(2021, 7, 1), "ends_on": dt.date(2021, 9, 30)}
    ReadingFactory(
        measure=measure, value=Decimal(12), release_class="management", released_at=RELEASED, **earlier
    )
    Target.objects.create(measure=measure, value=48, set_on=dt.date(2020, 4, 1), **earlier)

    assert row_of(poverty_round, for_public=False).status_before == "off_target"
    assert row_of(poverty_round, for_public=True).status_before == "on_target"


@pytest.mark.parametrize(
    "page", ["dashboard/2021-22/q3/priorities/poverty/", "measures/{code}/", "dashboard/2021-22/q3/"]
)
def test_pages_say_that_it_is_management_information(
    measure: Measure, poverty_round: Round, page: str
) -> None:
    client = Client()
    client.force_login(poverty_round.cast.board, backend="django.contrib.auth.backends.ModelBackend")

    shown = client.get(f"/strathmuir/{page.format(code=measure.code)}").content.decode()

    assert "40.0%" in shown
    assert "management information" in shown


def test_a_correction_is_told_among_the_published_versions(poverty_round: Round) -> None:
    ReadingFactory(
        measure=poverty_round.measure,
        value=Decimal(47),
        flag="corrected",
        note="A month was left out. Effect: The target was missed.",
        released_at=RELEASED,
    )
    client = Client()
    client.force_login(poverty_round.cast.viewer, backend="django.contrib.auth.backends.ModelBackend")

    shown = client.get(f"/strathmuir/measures/{poverty_round.measure.code}/").content.decode()

    assert "Corrected: A month was left out. Effect: The target was missed." in shown
