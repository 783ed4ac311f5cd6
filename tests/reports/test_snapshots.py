import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from actionplans.status import Status
from dashboard.scorecard import scorecard
from priorities.clock import EDINBURGH
from reports.snapshots import (
    Author,
    DashboardSnapshot,
    Recommendation,
    RiskSnapshot,
    UnknownSnapshot,
    read,
    sha256,
    take,
    write,
)
from tests.factories import NOW
from tests.reports.report_cast import board_quarter

pytestmark = pytest.mark.django_db

# Snapshots as versions of the product before this one wrote them.
KEPT = Path(__file__).parent / "snapshots_kept"


def taken(quarter, kind="performance_dashboard"):
    return take(kind, quarter.cast.quarter, quarter.meeting, number="CPP/22/1", by=quarter.manager, at=NOW)


@pytest.mark.parametrize(
    ("kind", "shape"), [("performance_dashboard", DashboardSnapshot), ("risk_profile", RiskSnapshot)]
)
def test_what_is_written_reads_back_the_same(kind, shape):
    snapshot = taken(board_quarter(), kind)

    text = write(snapshot)

    assert isinstance(snapshot, shape)
    assert read(text) == snapshot
    assert write(read(text)) == text


def test_writing_is_canonical_and_decimals_are_exact():
    text = write(taken(board_quarter(measures=1)))

    plain = json.loads(text)
    assert text == json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    (measure,) = plain["scorecard"]["priorities"][0]["measures"]
    assert Decimal(measure["value"]) == Decimal("41.26")
    assert isinstance(measure["value"], str)
    assert read(text).scorecard.priorities[0].measures[0].status is Status.OFF_TARGET


@pytest.mark.parametrize(
    ("kind", "shape"), [("performance_dashboard", DashboardSnapshot), ("risk_profile", RiskSnapshot)]
)
def test_a_snapshot_of_version_1_reads_as_it_was_meant(kind, shape):
    text = (KEPT / f"{kind}-1.json").read_text()
    assert json.loads(text)["schema_version"] == 1

    snapshot = read(text)

    assert isinstance(snapshot, shape)
    assert (snapshot.schema_version, snapshot.is_for_public, snapshot.management) == (2, False, ())
    assert read(write(snapshot)) == snapshot


def test_the_figures_of_version_1_are_all_published():
    measures = read((KEPT / "performance_dashboard-1.json").read_text()).scorecard.measures

    assert [(row.shown, row.release_class, row.management_periods) for row in measures] == [
        ("41.3%", "published", ()),
        ("51.3%", "published", ()),
    ]


def test_head_says_what_stands_on_the_first_page():
    head = taken(board_quarter()).head

    assert (head.partnership, head.title, head.quarter, head.months) == (
        "Strathmuir Community Planning Partnership",
        "Performance Dashboard report",
        "Q3 2021/22",
        "October to December 2021",
    )
    assert head.author == Author("CP manager", "Strathmuir Council")
    assert str(head.author) == "CP manager, Strathmuir Council"
    assert head.data_cut_off == NOW
    assert head.data_cut_off.tzinfo is EDINBURGH


def test_the_board_is_asked_for_what_there_is():
    quarter = board_quarter()

    assert taken(quarter).recommendations == (
        Recommendation("Note", "how the plan stood at the end of Q3 2021/22."),
        Recommendation("Discuss", "the 1 exception in this report and what is being done."),
        Recommendation("Note", "the 1 example of good practice offered for others to learn from."),
    )
    assert taken(quarter, "risk_profile").recommendations == (
        Recommendation("Note", "the risks to delivery of the plan at the end of Q3 2021/22."),
        Recommendation("Discuss", "the 1 risk that is above appetite and whether more should be done."),
        Recommendation("Discuss", "the 1 risk that has increased since Q2 2021/22."),
    )


def test_only_new_figures_count_as_changed():
    quarter = board_quarter()

    snapshot = taken(quarter)

    assert [row.code for row in snapshot.scorecard.worsened] == ["POV-1"]
    assert [row.code for row in snapshot.scorecard.improved] == ["POV-2"]
    assert snapshot.scorecard == scorecard(quarter.cast.quarter, known_at=NOW)


def test_someone_who_is_not_the_cp_manager_takes_none():
    quarter = board_quarter()

    with pytest.raises(PermissionDenied):
        take("risk_profile", quarter.cast.quarter, quarter.meeting, number="1", by=quarter.chair, at=NOW)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not the snapshot of a report"),
        ("[]", "not the snapshot of a report"),
        ("{}", "not the snapshot of a report"),
        ('{"schema_version": 3}', "of version 3, and this program reads versions up to 2"),
        ('{"schema_version": 0}', "of version 0, and this program reads versions up to 2"),
        ('{"schema_version": 1, "kind": "poem"}', "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(text, complaint):
    with pytest.raises(UnknownSnapshot, match=complaint):
        read(text)


def test_the_hash_is_that_of_the_bytes():
    assert sha256("Bòrd") == sha256("Bòrd".encode())
    assert sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
