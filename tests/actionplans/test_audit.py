"""Who changed a figure or a return is on record."""

import datetime as dt
from decimal import Decimal

import pytest
from auditlog.models import LogEntry

from actionplans import operations
from actionplans.models import Reading
from actionplans.operations import FigureEntry
from tests.actionplans.conftest import Round
from tests.actionplans.factories import ReadingFactory, RiskAssessmentFactory, RiskMatrixFactory
from tests.audit_record import changes_of, during_a_request_of, unrecorded
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(minutes=5)


def test_every_model_is_recorded():
    assert unrecorded("actionplans") == set()


def test_a_figure_that_changes_leaves_its_old_value_on_record(poverty_round: Round):
    reading = ReadingFactory(
        measure=poverty_round.measure, starts_on=dt.date(2021, 4, 1), ends_on=dt.date(2021, 6, 30)
    )
    reading.refresh_from_db()
    reading.value = Decimal("47.500000")

    during_a_request_of(poverty_round.cast.manager, reading.save)

    entry = LogEntry.objects.get_for_object(reading).first()
    assert entry.actor == poverty_round.cast.manager
    assert entry.changes == {"value": ["48.000000", "47.500000"]}


def save_figure(poverty_round: Round, value: str, *, at: dt.datetime, is_sure: bool = False) -> None:
    entry = FigureEntry(poverty_round.measure.pk, Decimal(value), is_sure=is_sure)
    operations.save_figures(
        poverty_round.quarterly_return, [entry], seen=None, by=poverty_round.cast.lead, at=at
    )


def test_a_draft_saved_again_unchanged_leaves_no_entry(poverty_round: Round):
    save_figure(poverty_round, "4", at=NOW, is_sure=True)
    count = LogEntry.objects.count()
    save_figure(poverty_round, "4.00", at=LATER, is_sure=True)
    assert LogEntry.objects.count() == count

    draft = Reading.objects.get(state="draft")
    assert (draft.entered_at, draft.released_at) == (NOW, NOW)
    assert draft.answered_doubt != ""


def test_a_yes_taken_back_is_on_record_and_asked_again(poverty_round: Round):
    save_figure(poverty_round, "4", at=NOW, is_sure=True)
    question = Reading.objects.get(state="draft").answered_doubt
    save_figure(poverty_round, "4", at=LATER)
    draft = Reading.objects.get(state="draft")
    assert draft.answered_doubt == ""
    assert changes_of(draft)[-1]["answered_doubt"] == (question, "")


def test_a_return_accepted_is_on_record_with_each_of_its_figures(poverty_round: Round):
    filled = poverty_round.fill()
    operations.submit_return(filled, by=poverty_round.cast.lead, at=NOW)
    manager = poverty_round.cast.manager

    during_a_request_of(manager, lambda: operations.accept_return(filled, by=manager, at=LATER))

    reading = filled.readings.get()
    return_entry = LogEntry.objects.get_for_object(filled).first()
    reading_entry = LogEntry.objects.get_for_object(reading).first()
    assert (return_entry.actor, return_entry.changes["state"]) == (manager, ["submitted", "accepted"])
    assert return_entry.changes["accepted_by"] == ["None", str(manager.pk)]
    assert (reading_entry.actor, reading_entry.changes["state"]) == (manager, ["draft", "confirmed"])
    assert set(reading_entry.changes) == {"state", "released_at"}


def test_words_that_change_leave_the_old_ones_on_record(poverty_round: Round):
    filled = poverty_round.fill()
    poverty_round.fill(progress="Three hubs opened.")
    assert changes_of(filled)[-1] == {"progress": ("Two hubs opened.", "Three hubs opened.")}


def test_a_risk_rescored_is_on_record():
    matrix = RiskMatrixFactory(partnership__slug="strathmuir")
    assessment = RiskAssessmentFactory(matrix=matrix)
    assessment.likelihood = 5
    assessment.assessed_at = LATER
    assessment.save()
    assert changes_of(assessment)[-1] == {"likelihood": ("3", "5")}
