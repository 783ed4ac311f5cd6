"""Who made, issued and signed a report is on record; its text is not copied there."""

import pytest

from tests.audit_record import changes_of, unrecorded
from tests.reports.factories import MADE_AT, ReportFactory

pytestmark = pytest.mark.django_db


def test_every_model_but_the_bytes_is_recorded():
    assert unrecorded("reports") == {"ReportFile"}


def test_a_report_issued_is_on_record_without_its_snapshot():
    report = ReportFactory(snapshot='{"words": "as the Board saw them"}')
    report.state, report.issued_at, report.issued_by = "issued", MADE_AT, report.made_by
    report.snapshot, report.snapshot_sha256 = "{}", "b" * 64
    report.save()

    made, issued = changes_of(report)

    assert made["snapshot_sha256"] == ("None", "a" * 64)
    assert issued == {
        "state": ("assembling", "issued"),
        "issued_at": ("None", "2022-02-01 09:00:00"),
        "issued_by": ("None", str(report.made_by.pk)),
        "snapshot_sha256": ("a" * 64, "b" * 64),
    }
    assert "snapshot" not in made
