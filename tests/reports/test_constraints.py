"""The database keeps the promises of the record."""

import pytest

from reports.models import Report
from tests.factories import QuarterFactory, UserFactory
from tests.refusals import assert_refused, constraints_of, twice
from tests.reports.factories import MADE_AT, ReportFactory, ReportFileFactory

pytestmark = pytest.mark.django_db

CONSTRAINTS = constraints_of("reports")


def two_kinds(**same):
    quarter = QuarterFactory()
    ReportFactory(quarter=quarter, kind=Report.Kind.PERFORMANCE_DASHBOARD, **same)
    ReportFactory(quarter=quarter, kind=Report.Kind.RISK_PROFILE, **same)


WAYS_TO_BREAK = {
    "one_report_per_slug": [lambda: two_kinds(slug="dashboard")],
    "one_report_per_number": [lambda: two_kinds(number="G/22/17")],
    "one_report_of_a_kind_per_quarter": [lambda: twice(ReportFactory, quarter=QuarterFactory())],
    "report_has_a_known_state": [
        lambda: ReportFactory(state="leaked", issued_at=MADE_AT, issued_by=UserFactory())
    ],
    "report_is_issued_by_someone_at_a_moment": [
        lambda: ReportFactory(issued_at=MADE_AT),
        lambda: ReportFactory(issued_by=UserFactory()),
    ],
    "report_is_published_by_someone_at_a_moment": [
        lambda: ReportFactory(agreed=True, published_at=MADE_AT),
        lambda: ReportFactory(agreed=True, published_by=UserFactory()),
    ],
    "report_past_assembling_was_issued": [lambda: ReportFactory(state=Report.State.ISSUED)],
    "report_has_the_hash_of_its_snapshot": [lambda: ReportFactory(snapshot_sha256="")],
    "one_file_per_report_format_and_source": [lambda: twice(ReportFileFactory, report=ReportFactory())],
    "ready_file_has_its_hash": [lambda: ReportFileFactory(state="ready")],
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses(name):
    for breaks_it in WAYS_TO_BREAK[name]:
        assert_refused(CONSTRAINTS[name], breaks_it)


def test_nothing_is_broken_that_no_longer_exists():
    assert WAYS_TO_BREAK.keys() == CONSTRAINTS.keys()


def test_a_report_passes_through_every_state():
    ReportFactory()
    ReportFactory(issued=True)
    ReportFactory(agreed=True)
    ReportFactory(published=True)
    assert Report.objects.count() == 4
