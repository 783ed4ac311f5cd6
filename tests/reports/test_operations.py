import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from priorities.clock import EDINBURGH
from priorities.models import Decision
from reports import operations, rendering
from reports.models import Report, ReportFile
from reports.operations import AnswerRefused, Refused
from tests.actionplans.factories import ReadingFactory
from tests.factories import NOW, MeetingFactory
from tests.reports.report_cast import LATER, LATEST, board_quarter

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter():
    return board_quarter()


def again(report):
    """The report as the database has it."""
    return Report.objects.get(pk=report.pk)


# Making


def test_a_report_is_frozen_when_it_is_made(quarter):
    report = again(quarter.make())

    assert (report.state, report.slug, report.title, report.number) == (
        Report.State.ASSEMBLING, "2021-22-q3-performance-dashboard", "Performance Dashboard report", "CPP/22/1",
    )  # fmt: skip
    assert (report.made_by, report.made_at, report.data_cut_off) == (quarter.manager, NOW, NOW)
    assert sorted(report.files.values_list("format", "state")) == [("html", "queued"), ("pdf", "queued")]


def test_what_cannot_be_made_is_refused_beside_the_answer(quarter):
    quarter.make()
    elsewhere = MeetingFactory()
    fresh = quarter.cast.before
    early = NOW - dt.timedelta(days=120)
    cases = [
        ({}, "kind", "There is already a Performance Dashboard report for Q3 2021/22."),
        ({"kind": "risk_profile"}, "number", "There is already a report with the number CPP/22/1."),
        ({"quarter": fresh, "number": "  "}, "number", "Give the report a number."),
        ({"quarter": fresh, "number": "1" * 41}, "number", "Use at most 40 characters."),
        ({"quarter": fresh, "number": "2", "meeting": elsewhere}, "meeting", "a meeting of this partnership"),
        ({"quarter": fresh, "number": "2", "at": early}, "quarter", "Reporting for Q2 2021/22 has not begun"),
    ]
    asked = {
        "kind": "performance_dashboard", "quarter": quarter.cast.quarter, "meeting": quarter.meeting,
        "number": "CPP/22/1", "by": quarter.manager, "at": NOW,
    }  # fmt: skip

    for change, field, complaint in cases:
        with pytest.raises(AnswerRefused, match=complaint) as refusal:
            operations.make_report(**asked | change)
        assert refusal.value.field == field
    assert Report.objects.count() == 1


def test_numbers_are_suggested_in_a_row(quarter):
    partnership = quarter.cast.partnership

    assert operations.suggested_number(partnership, dt.date(2022, 1, 10)) == "CPP/22/1"
    quarter.make(number="CPP/22/1")
    assert operations.suggested_number(partnership, dt.date(2022, 1, 10)) == "CPP/22/2"


def test_a_draft_made_again_has_the_figures_known_now(quarter):
    report = quarter.make()
    before = report.snapshot_sha256
    ReadingFactory(
        measure=quarter.measures[0], starts_on=dt.date(2021, 10, 1), ends_on=dt.date(2021, 12, 31), value=60,
        released_at=NOW + dt.timedelta(hours=1),
    )  # fmt: skip

    operations.make_again(report, by=quarter.manager, at=LATER)

    report = again(report)
    assert report.snapshot_sha256 != before
    assert '"shown":"60.0%"' in report.snapshot
    assert report.data_cut_off == report.made_at == LATER
    assert report.files.count() == 2


# From draft to public


def test_the_road_of_a_report(quarter):
    report = quarter.make()
    made = report.snapshot

    quarter.issue(report)
    assert again(report).state == "issued"
    quarter.sign(report)
    assert again(report).state == "agreed"
    quarter.publish(report)

    report = again(report)
    assert (report.state, report.issued_at, report.published_at) == ("published", LATER, LATEST)
    assert (report.issued_by, report.published_by) == (quarter.manager, quarter.manager)
    assert report.snapshot == made


def test_sign_off_records_the_decision_and_who_signed(quarter):
    report = quarter.issue(quarter.make())

    quarter.sign(report, text="  The Board noted the report.  ")

    signature = again(report).sign_off
    assert (signature.signed_by, signature.role, signature.organisation, signature.signed_at) == (
        quarter.chair, "Chair", quarter.council, LATER,
    )  # fmt: skip
    decision = Decision.objects.get()
    assert signature.decision == decision
    assert (decision.meeting, decision.verb, decision.text, decision.minute_paragraph) == (
        quarter.meeting, "noted", "The Board noted the report.", "5.2",
    )  # fmt: skip
    assert decision.report_number == "CPP/22/1"


def test_steps_out_of_turn_are_refused_in_plain_words(quarter):
    report = quarter.make()

    with pytest.raises(Refused, match="has not been issued to the Board yet, so it cannot be signed off"):
        quarter.sign(report)
    with pytest.raises(Refused, match="has not been signed off yet, so it cannot be published"):
        quarter.publish(report)
    quarter.issue(report)
    with pytest.raises(Refused, match="was issued to the Board already"):
        quarter.issue(report)
    with pytest.raises(Refused, match="was issued to the Board, so its figures can no longer be changed"):
        operations.make_again(report, by=quarter.manager, at=LATER)
    quarter.sign(report)
    with pytest.raises(Refused, match="has been signed off already"):
        quarter.sign(report)
    with pytest.raises(Refused, match="was signed off already"):
        quarter.issue(report)
    quarter.publish(report)
    with pytest.raises(Refused, match="is published already"):
        quarter.publish(report)
    assert Decision.objects.count() == 1


def test_an_open_quarter_is_not_issued():
    quarter = board_quarter(is_locked=False)
    report = quarter.make()

    with pytest.raises(Refused, match="Lock Q3 2021/22 first"):
        quarter.issue(report)
    quarter.lock(at=LATER)
    with pytest.raises(Refused, match=r"made before Q3 2021/22 was locked\. Make it again"):
        quarter.issue(report, at=LATEST)
    operations.make_again(report, by=quarter.manager, at=LATEST)
    quarter.issue(report, at=LATEST)

    assert again(report).state == "issued"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"verb": "deferred"}, "verb"),
        ({"verb": ""}, "verb"),
        ({"verb": "sung"}, "verb"),
        ({"text": " "}, "text"),
        ({"minute_paragraph": "5" * 21}, "minute_paragraph"),
    ],
)
def test_a_sign_off_with_gaps_seals_nothing(quarter, said, field):
    report = quarter.issue(quarter.make())
    whole = {"verb": "noted", "text": "Noted.", "minute_paragraph": ""} | said

    with pytest.raises(AnswerRefused) as refusal:
        operations.sign_off(report, **whole, by=quarter.chair, at=LATER)

    assert refusal.value.field == field
    assert again(report).state == "issued"
    assert Decision.objects.count() == 0


def test_each_step_belongs_to_its_role(quarter):
    people = quarter.cast
    report = quarter.make()

    for person in (quarter.chair, people.board, people.lead, people.viewer, people.stranger):
        with pytest.raises(PermissionDenied):
            operations.make_again(report, by=person, at=NOW)
        with pytest.raises(PermissionDenied):
            operations.issue_report(report, by=person, at=LATER)
        with pytest.raises(PermissionDenied):
            operations.publish_report(report, by=person, at=LATER)
    quarter.issue(report)
    for person in (quarter.manager, people.board, people.lead, people.viewer, people.stranger):
        with pytest.raises(PermissionDenied):
            operations.sign_off(report, verb="noted", text="Yes", minute_paragraph="", by=person, at=LATER)
    assert again(report).state == "issued"


def test_a_chair_whose_term_is_over_signs_nothing(quarter):
    report = quarter.issue(quarter.make())
    quarter.chair.memberships.update(ends_on=dt.date(2022, 1, 10))

    with pytest.raises(PermissionDenied):
        quarter.sign(report, at=dt.datetime(2022, 1, 11, 9, 0, tzinfo=EDINBURGH))
    quarter.sign(report, at=dt.datetime(2022, 1, 10, 23, 30, tzinfo=EDINBURGH))

    assert again(report).state == "agreed"


# Files asked for


def test_files_are_begun_once_the_step_is_in_the_record(quarter, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report = quarter.make("risk_profile")
        assert set(report.files.values_list("state", flat=True)) == {"queued"}

    assert set(report.files.values_list("state", flat=True)) == {"ready"}


def test_a_step_that_is_refused_asks_for_no_files(quarter, django_capture_on_commit_callbacks):
    report = quarter.make()
    with django_capture_on_commit_callbacks() as callbacks, pytest.raises(Refused):
        quarter.publish(report)

    assert callbacks == []
    assert again(report).files.count() == 2


def test_a_file_whose_report_has_moved_on_is_not_made(quarter):
    report = quarter.make("risk_profile")
    (draft, _) = rendering.request_files(report)
    quarter.issue(report)

    rendering.make_file.call(draft.pk)

    assert not ReportFile.objects.filter(pk=draft.pk).exists()
    assert again(report).files.filter(state="queued").count() == 3


def test_a_file_that_cannot_be_made_says_so_and_can_be_tried_again(quarter, monkeypatch):
    report = quarter.make("risk_profile")
    page = report.files.get(format="html")

    def broken(edition):
        raise ValueError("No paper")

    with monkeypatch.context() as patch:
        patch.setattr(rendering, "html_page", broken)
        with pytest.raises(ValueError, match="No paper"):
            rendering.make_file.call(page.pk)
    assert report.files.get(format="html").state == "failed"
    rendering.try_again(report)
    rendering.make_file.call(page.pk)

    assert report.files.get(format="html").state == "ready"
