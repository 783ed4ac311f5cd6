"""What is for the partnership only does not leave it: reports made for the public, and those that may not be published."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.test import Client

from actionplans.recording import PublishedFigure, record_reading
from priorities.clock import EDINBURGH
from priorities.periods import FinancialQuarter, Period
from reports import operations, rendering
from reports.models import Report
from reports.operations import Refused
from reports.snapshots import DashboardSnapshot, read
from reports.tables import figures_csv, measures_csv
from tests.actionplans.factories import ReadingFactory
from tests.factories import NOW
from tests.reports.report_cast import LATER, LATEST, BoardQuarter, board_quarter

pytestmark = pytest.mark.django_db

ADDRESS = "/strathmuir/reports/2021-22-q3-performance-dashboard/"
EMBARGO = dt.datetime(2022, 1, 10, 10, 30, tzinfo=EDINBURGH)
Q2 = {"starts_on": dt.date(2021, 7, 1), "ends_on": dt.date(2021, 9, 30)}
Q3 = {"starts_on": dt.date(2021, 10, 1), "ends_on": dt.date(2021, 12, 31)}
REFUSAL = (
    "This report holds management information, which is for the partnership only: Families helped 1 (Q2 2021/22 and "
    "Q3 2021/22). It was signed off with it and does not change, so it cannot be published. To make a report that can "
    "be, leave out management information when you make it."
)


@pytest.fixture
def quarter() -> BoardQuarter:
    """The first measure's figures of both quarters were put right by ones for the partnership only."""
    found = board_quarter()
    for period, value in ((Q2, "33.3"), (Q3, "22.2")):
        ReadingFactory(
            measure=found.measures[0],
            value=Decimal(value),
            release_class="management",
            released_at=NOW - dt.timedelta(hours=1),
            **period,
        )
    return found


@pytest.fixture(autouse=True)
def _quick_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing is tested elsewhere, and the tests' own transaction never ends."""
    monkeypatch.setattr(rendering, "pdf_file", lambda edition: b"%PDF of " + edition.status.encode())
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function: function())


def manager_of(quarter: BoardQuarter) -> Client:
    client = Client()
    client.force_login(quarter.manager, backend="django.contrib.auth.backends.ModelBackend")
    return client


def snapshot_of(report: Report) -> DashboardSnapshot:
    found = read(Report.objects.get(pk=report.pk).snapshot)
    assert isinstance(found, DashboardSnapshot)
    return found


def made_for_public(quarter: BoardQuarter) -> Report:
    return operations.make_report(
        kind="performance_dashboard", quarter=quarter.cast.quarter, meeting=quarter.meeting, number="CPP/22/1",
        by=quarter.manager, at=NOW, is_for_public=True,
    )  # fmt: skip


def test_a_report_with_management_information_is_signed_off_and_not_published(quarter: BoardQuarter) -> None:
    report = quarter.sign(quarter.issue(quarter.make()))

    with pytest.raises(Refused) as refused:
        quarter.publish(report)

    assert str(refused.value) == REFUSAL
    assert Report.objects.get(pk=report.pk).state == "agreed"
    page = manager_of(quarter).get(f"{ADDRESS}publish/").content.decode()
    assert REFUSAL in page
    assert ">Publish</button>" not in page
    detail = manager_of(quarter).get(ADDRESS).content.decode()
    assert REFUSAL in detail
    assert f'href="{ADDRESS}publish/"' not in detail


def test_a_report_made_for_the_public_is_published_without_it(quarter: BoardQuarter) -> None:
    report = made_for_public(quarter)

    quarter.publish(quarter.sign(quarter.issue(report)))

    snapshot = snapshot_of(report)
    assert (snapshot.is_for_public, snapshot.management) == (True, ())
    assert [row.shown for row in snapshot.scorecard.measures] == ["41.3%", "51.3%"]
    for page in ("", "report.html", "snapshot.json"):
        shown = Client().get(f"{ADDRESS}{page}").content.decode()
        for secret in ("22.2", "33.3"):
            assert secret not in shown
    html = Client().get(f"{ADDRESS}report.html").content.decode()
    assert "Only published figures are in this report" in html
    data = measures_csv(snapshot.scorecard) + figures_csv(snapshot.scorecard)
    assert b"22.2" not in data
    assert b"33.3" not in data


def test_the_page_asks_whether_to_leave_it_out(quarter: BoardQuarter) -> None:
    client = manager_of(quarter)
    asked = client.get("/strathmuir/reports/new/").content.decode()
    assert "Leave out management information, so that the report can be published" in asked
    said = {
        "kind": "performance_dashboard", "quarter": "2021-22-q3", "meeting": quarter.meeting.pk, "number": "CPP/22/1",
    }  # fmt: skip

    client.post("/strathmuir/reports/new/", said | {"is_for_public": "on"})

    assert snapshot_of(Report.objects.get()).is_for_public is True
    # The same press twice finds the same draft.
    again = client.post("/strathmuir/reports/new/", said | {"is_for_public": "on"})
    assert again["Location"] == ADDRESS


def test_a_draft_says_what_stands_in_the_way_and_can_be_made_again_without_it(quarter: BoardQuarter) -> None:
    report = quarter.make()
    client = manager_of(quarter)
    draft = client.get(ADDRESS).content.decode()
    assert (
        "This report holds management information, so it cannot be published after it is signed off:" in draft
    )
    assert "<li>Families helped 1 (Q2 2021/22 and Q3 2021/22)</li>" in draft

    client.post(f"{ADDRESS}make-again/", {"is_for_public": "on"})
    assert snapshot_of(report).is_for_public is True
    clean = client.get(ADDRESS).content.decode()
    assert "holds management information" not in clean
    assert "Published figures only: management information is left out" in clean
    assert 'value="on" checked' in clean

    client.post(f"{ADDRESS}make-again/")
    assert snapshot_of(report).is_for_public is False


def test_made_again_without_a_word_it_stays_as_it_was(quarter: BoardQuarter) -> None:
    report = made_for_public(quarter)

    operations.make_again(report, by=quarter.manager, at=LATER)

    assert snapshot_of(report).is_for_public is True


def test_readers_of_an_issued_report_see_the_mark(quarter: BoardQuarter) -> None:
    report = quarter.issue(quarter.make())

    html = rendering.html_page(rendering.edition_of(report)).decode()

    assert "Q3 2021/22, management information" in html
    assert "The partnership only: it holds management information" in html
    assert (
        "are for the partnership only and are not published: Families helped 1 (Q2 2021/22 and Q3 2021/22)."
        in html
    )


def test_the_data_say_who_each_figure_is_for(quarter: BoardQuarter) -> None:
    card = snapshot_of(quarter.make()).scorecard

    def column(content: bytes, name: str) -> list[str]:
        return [row[name] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]

    management, published = "Management information: for the partnership only", "Published"
    assert column(measures_csv(card), "Release") == [management, published]
    assert column(figures_csv(card), "Release") == [management, management, published, published]


# Under embargo


def embargoed(quarter: BoardQuarter) -> None:
    figure = PublishedFigure(
        period=Period.for_quarter(FinancialQuarter.parse("Q3 2021/22")),
        value=Decimal("77.7"),
        flag="final",
        released_at=EMBARGO,
        note="The publisher, table 1.",
        is_embargoed=True,
    )
    record_reading(quarter.measures[1], figure, by=quarter.manager, at=NOW)


def test_a_figure_under_embargo_is_in_no_board_pack_before_its_moment() -> None:
    quarter = board_quarter()
    embargoed(quarter)

    report = quarter.make(at=NOW)

    assert "77.7" not in report.snapshot
    assert "embargo" not in report.snapshot.lower()
    assert "77.7" not in rendering.html_page(rendering.edition_of(report)).decode()
    assert json.loads(report.snapshot)["scorecard"]["priorities"][0]["measures"][1]["shown"] == "51.3%"
    operations.make_again(report, by=quarter.manager, at=EMBARGO - dt.timedelta(seconds=1))
    assert "77.7" not in Report.objects.get().snapshot
    operations.make_again(report, by=quarter.manager, at=EMBARGO)
    assert (
        json.loads(Report.objects.get().snapshot)["scorecard"]["priorities"][0]["measures"][1]["shown"]
        == "77.7%"
    )


def test_an_issued_pack_keeps_to_its_cut_off_when_the_embargo_ends() -> None:
    quarter = board_quarter()
    embargoed(quarter)
    report = quarter.publish(quarter.sign(quarter.issue(quarter.make(at=NOW))), at=LATEST)

    assert "77.7" not in Report.objects.get().snapshot
    assert "77.7" not in rendering.html_page(rendering.edition_of(report)).decode()
