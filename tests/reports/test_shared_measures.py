"""A measure that several priorities share, in a report: shown under each, reported and counted under its own."""

import csv
import io

import page as page_validation
import pytest

from reports import rendering
from reports.editions import edition_of
from reports.models import Report
from reports.snapshots import read, write
from reports.tables import figures_csv, measures_csv
from tests.actionplans.factories import MeasureFactory, ReadingFactory
from tests.factories import PriorityFactory
from tests.reports.report_cast import board_quarter

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    quarter = board_quarter()
    quarter.measures[0].shared_with.add(quarter.cast.skills)
    return quarter.make()


def rendered(report, file_format):
    return rendering.render(edition_of(Report.objects.get(pk=report.pk)), file_format)


def rows_of(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_it_is_in_both_sections_and_says_where_it_is_reported(report):
    shown = rendered(report, "html").decode()

    assert shown.count("POV-1. Reported under Poverty") == 1
    assert "There are 2 measures." in shown
    assert "Measures reported under another priority" in shown


def test_validators_find_nothing(report):
    content = rendered(report, "pdf")

    for profile in ("ua1", "3a"):
        failures = page_validation.validate_pdf_bytes(content, profile=profile).failures
        assert [(failure.rule_id, failure.message) for failure in failures] == []


def test_the_snapshot_keeps_it_and_the_data_has_it_once(report):
    snapshot = read(report.snapshot)
    card = snapshot.scorecard

    assert [row.code for row in card.priorities[1].shared] == ["POV-1"]
    assert write(snapshot) == report.snapshot
    assert [(row["Code"], row["Priority"]) for row in rows_of(measures_csv(card))] == [
        ("POV-1", "Poverty"),
        ("POV-2", "Poverty"),
    ]


def test_a_measure_whose_own_priority_is_not_in_the_report_has_its_data_there():
    quarter = board_quarter(measures=0)
    measure = MeasureFactory(priority=PriorityFactory(plan=quarter.cast.plan, kind="enabling"), code="EN-1")
    ReadingFactory(measure=measure)
    measure.shared_with.add(quarter.cast.poverty, quarter.cast.skills)
    card = read(quarter.make().snapshot).scorecard

    assert [(row["Code"], row["Priority"]) for row in rows_of(measures_csv(card))] == [("EN-1", "Poverty")]
    assert [(row["Code"], row["Period"]) for row in rows_of(figures_csv(card))] == [("EN-1", "Q2 2021/22")]
