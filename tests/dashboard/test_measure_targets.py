"""A measure's own page says by which rule it is judged, who set it, and every target there has been."""

import datetime as dt

import pytest

from actionplans.models import Target
from priorities.models import Decision
from tests.actionplans.factories import TargetFactory, period_of
from tests.dashboard.conftest import Q2, Q3, signed_in, text_of
from tests.factories import NOW, GroupFactory, MeetingFactory

MEASURE = "/strathmuir/measures/POV-01/"
RULE = "Amber within 2 percentage points of the target"


@pytest.fixture
def measure(board):
    return board.measure("51", "49", code="POV-01")


@pytest.fixture
def decision(board):
    group = GroupFactory(partnership=board.cast.partnership, name="CPP Board")
    meeting = MeetingFactory(group=group, held_on=dt.date(2020, 10, 13))
    return Decision.objects.create(meeting=meeting, verb="agreed", text="Agreed.", minute_paragraph="5.2")


def test_the_rule_says_who_set_it(member, measure, decision):
    Target.objects.filter(measure=measure, starts_on=Q3.starts_on).update(decision=decision)

    shown = text_of(member.get(MEASURE))

    assert shown.count(f"{RULE}; set by the CPP Board 13 October 2020.") == 2


def test_a_decision_on_another_period_is_not_that_of_the_newest_figure(member, measure, decision):
    Target.objects.filter(measure=measure, starts_on=Q2.starts_on).update(decision=decision)

    shown = text_of(member.get(MEASURE))

    assert f"{RULE}." in shown
    assert "set by the CPP Board" not in shown


def test_every_version_of_a_target_is_on_the_page(member, board, measure, decision):
    TargetFactory(
        measure=measure,
        version=2,
        value=52,
        set_on=NOW.date(),
        set_at=NOW - dt.timedelta(hours=1),
        set_by=board.cast.manager,
        reason="A faster <start>.",
        decision=decision,
        **period_of(Q3),
    )

    shown = text_of(member.get(MEASURE))

    assert "Every target that has been set: 3" in shown
    assert (
        "Q3 2021/22 52.0% 10 January 2022 CP manager In use A faster <start>. "
        "Agreed by the CPP Board, 13 October 2020, paragraph 5.2 "
        "Q3 2021/22 50.0% 1 April 2020 The plan Replaced None given None recorded"
    ) in shown


def test_a_measure_without_targets_has_no_list_of_them(member, board):
    board.measure("51", target=None, code="POV-01")

    assert "Every target that has been set" not in text_of(member.get(MEASURE))


def test_the_cp_manager_alone_is_led_to_setting_targets(client, board, measure):
    for person, is_led in [(board.cast.manager, True), (board.cast.board, False), (board.cast.lead, False)]:
        page = signed_in(client, person).get(MEASURE)

        assert (f'href="{MEASURE}targets/"' in page.content.decode()) is is_led
