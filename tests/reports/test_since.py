"""What has become of a report's figures since it was issued, told beside it and never in it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from actionplans.models import Measure
from reports import rendering
from reports.models import Report
from reports.since import SinceRow, since_report
from tests.actionplans.factories import ReadingFactory, SeriesVersionFactory
from tests.actionplans.test_return_pages import text_of
from tests.reports.report_cast import LATER, LATEST, BoardQuarter, board_quarter

pytestmark = pytest.mark.django_db

ADDRESS = "/strathmuir/reports/2021-22-q3-performance-dashboard/"
Q2 = {"starts_on": dt.date(2021, 7, 1), "ends_on": dt.date(2021, 9, 30)}
Q3 = {"starts_on": dt.date(2021, 10, 1), "ends_on": dt.date(2021, 12, 31)}


@pytest.fixture
def quarter() -> BoardQuarter:
    return board_quarter()


@pytest.fixture
def report(quarter: BoardQuarter) -> Report:
    """Issued: it says 49.0% and 41.3% of the first measure, 49.0% and 51.3% of the second."""
    return quarter.issue(quarter.make())


@pytest.fixture(autouse=True)
def _quick_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "pdf_file", lambda edition: b"%PDF of " + edition.status.encode())
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function: function())


def read_again(report: Report, at: dt.datetime = LATEST) -> tuple[SinceRow, ...]:
    return since_report(Report.objects.get(pk=report.pk), known_at=at).rows


def told(report: Report) -> list[tuple[str, str, str, str, str, str, bool]]:
    return [
        (row.code, row.period, row.shown_then, row.shown_now, row.how, row.reason, row.is_main)
        for row in read_again(report)
    ]


def newer(quarter: BoardQuarter, value: str | None, place: int = 0, **fields: object) -> None:
    said = {"released_at": LATER, "note": "Counted again.", "flag": "revised", **Q3} | fields
    ReadingFactory(measure=quarter.measures[place], value=None if value is None else Decimal(value), **said)


def test_nothing_is_said_when_nothing_changed(report: Report) -> None:
    assert read_again(report) == ()


def test_a_revised_figure_is_told_beside_the_report(quarter: BoardQuarter, report: Report) -> None:
    newer(quarter, "43")

    assert read_again(report) == (
        SinceRow(
            code="POV-1",
            measure="Families helped 1",
            period="Q3 2021/22",
            shown_then="41.3%",
            shown_now="43.0%",
            how="Revised",
            released_on=LATER.date(),
            reason="Counted again.",
            is_main=True,
        ),
    )
    assert read_again(report, LATER - dt.timedelta(seconds=1)) == ()


def test_a_correction_is_called_one_and_earlier_figures_come_after(
    quarter: BoardQuarter, report: Report
) -> None:
    newer(quarter, "43")
    newer(quarter, "50", flag="corrected", note="A month was left out.", **Q2)

    assert told(report) == [
        ("POV-1", "Q3 2021/22", "41.3%", "43.0%", "Revised", "Counted again.", True),
        ("POV-1", "Q2 2021/22", "49.0%", "50.0%", "Corrected", "A month was left out.", False),
    ]
    since = since_report(report, known_at=LATEST)
    assert ([row.period for row in since.main], [row.period for row in since.earlier]) == (
        ["Q3 2021/22"],
        ["Q2 2021/22"],
    )


def test_a_small_change_shows_the_decimals_it_takes(quarter: BoardQuarter, report: Report) -> None:
    newer(quarter, "41.28")

    assert [row[2:4] for row in told(report)] == [("41.3%", "41.28%")]


def test_the_same_figure_said_once_more_is_no_change(quarter: BoardQuarter, report: Report) -> None:
    newer(quarter, "41.26", flag="final")

    assert read_again(report) == ()


def test_more_decimals_of_the_same_figure_are_no_change(quarter: BoardQuarter, report: Report) -> None:
    ReadingFactory(
        measure=quarter.measures[0],
        value=Decimal("41.263"),
        released_at=dt.datetime(2022, 1, 8, 10, 0, tzinfo=dt.UTC),
        **Q3,
    )
    assert read_again(report) == ()
    # The same day's, taken in late and printed otherwise, is one.
    ReadingFactory(
        measure=quarter.measures[0],
        value=Decimal("41.4"),
        released_at=dt.datetime(2022, 1, 8, 11, 0, tzinfo=dt.UTC),
        **Q3,
    )
    assert [row[3:5] for row in told(report)] == [("41.4%", "Changed")]


def test_a_figure_withdrawn_by_its_publisher(quarter: BoardQuarter, report: Report) -> None:
    newer(quarter, None, symbol="x", flag="final")

    assert told(report) == [("POV-1", "Q3 2021/22", "41.3%", "[x]", "Withdrawn", "Not available.", True)]


def test_a_whole_series_that_was_replaced(quarter: BoardQuarter, report: Report) -> None:
    SeriesVersionFactory(measure=quarter.measures[1], released_at=LATER, reason="Rebased.")
    newer(quarter, "61", place=1, series=2, flag="final", note="Rebased.")

    assert told(report) == [
        ("POV-2", "Q3 2021/22", "51.3%", "61.0%", "Whole series replaced", "Rebased.", True),
        ("POV-2", "Q2 2021/22", "49.0%", "Not in the new series", "Whole series replaced", "Rebased.", False),
    ]


def test_what_may_not_be_shown_now_is_not_spoken_of(quarter: BoardQuarter, report: Report) -> None:
    newer(quarter, "43")
    Measure.objects.update(is_disclosure_controlled=True)

    assert read_again(report) == ()


def test_a_later_period_is_the_next_reports(quarter: BoardQuarter, report: Report) -> None:
    newer(quarter, "44", starts_on=dt.date(2022, 1, 1), ends_on=dt.date(2022, 3, 31))

    assert read_again(report) == ()


def test_a_draft_has_nothing_beside_it(quarter: BoardQuarter) -> None:
    draft = quarter.make()
    newer(quarter, "43")

    assert read_again(draft) == ()
    assert read_again(quarter.issue(draft)) != ()


def test_management_information_is_told_to_the_partnership_and_never_to_the_public(
    quarter: BoardQuarter, report: Report
) -> None:
    newer(quarter, "43", release_class="management")
    assert [row[3] for row in told(report)] == ["43.0%"]

    quarter.publish(quarter.sign(report))

    assert read_again(report) == ()
    newer(quarter, "44", released_at=LATER + dt.timedelta(hours=1))
    assert [row[3] for row in told(report)] == ["44.0%"]


def test_the_page_tells_it_and_the_files_do_not_move(
    quarter: BoardQuarter, report: Report, settings: object
) -> None:
    quarter.publish(quarter.sign(report))
    before = Client().get(f"{ADDRESS}report.html")
    assert "Since this report" not in text_of(Client().get(ADDRESS))
    newer(quarter, "43", released_at=LATER)
    newer(quarter, "50", note="<b>A slip</b>", **Q2)
    settings.LOIP_TODAY = LATEST

    page = Client().get(ADDRESS)

    assert (
        "Since this report The report stays as it was issued. These of its figures are others by now."
        in text_of(page)
    )
    assert (
        "Families helped 1 POV-1 Q3 2021/22 41.3% 43.0% 11 January 2022 Revised. Counted again."
        in text_of(page)
    )
    assert "1 earlier figure in its charts has changed too" in text_of(page)
    assert "&lt;b&gt;A slip&lt;/b&gt;" in page.content.decode()
    assert Client().get(f"{ADDRESS}report.html").content == before.content


@pytest.mark.parametrize("measures", [1, 3])
def test_it_costs_the_same_whatever_the_size(measures: int, django_assert_num_queries: object) -> None:
    quarter = board_quarter(measures=measures)
    report = quarter.issue(quarter.make())
    for place in range(measures):
        newer(quarter, "43", place=place)
    report = Report.objects.select_related("quarter").get(pk=report.pk)

    with django_assert_num_queries(6):
        found = since_report(report, known_at=LATEST)

    assert len(found.rows) == measures
