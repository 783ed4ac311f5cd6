"""The CP manager sets the targets of a measure: seen first, then saved."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from actionplans.models import Measure, Target
from priorities.models import Decision, Meeting
from tests.actionplans.conftest import Round
from tests.actionplans.factories import MeasureFactory, ReadingFactory, TargetFactory
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, GroupFactory, MeetingFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def manager(client: Client, poverty_round: Round) -> Client:
    client.force_login(poverty_round.cast.manager, backend=BACKEND)
    return client


@pytest.fixture
def meeting(poverty_round: Round) -> Meeting:
    board = GroupFactory(partnership=poverty_round.cast.partnership, name="CPP Board")
    return MeetingFactory(group=board, held_on=dt.date(2021, 12, 10))


def address(measure: Measure) -> str:
    return f"/strathmuir/measures/{measure.code}/targets/"


def sent(**said: str) -> dict[str, str]:
    """A path from 48% to 54% at the end of the year; Q3 already has a target of 50%."""
    return {
        "baseline_period": "Q2 2021/22",
        "baseline_value": "48",
        "final_period": "Q4 2021/22",
        "given_as": "figure",
        "final_value": "54",
        "reason": "The Board wants a faster start.",
    } | said


def rows(measure: Measure) -> list[tuple[str, int, str]]:
    return [
        (f"{row.ends_on}", row.version, f"{row.value.normalize():f}")
        for row in Target.objects.filter(measure=measure).order_by("ends_on", "version")
    ]


BEFORE = [("2021-12-31", 1, "50")]
AFTER = [("2021-12-31", 1, "50"), ("2021-12-31", 2, "51"), ("2022-03-31", 1, "54")]


def test_the_page_starts_from_the_newest_figure_and_shows_every_version(manager, poverty_round):
    page = manager.get(address(poverty_round.measure))

    form, shown = page.context["form"], text_of(page)
    assert form["baseline_period"].value() == "Q2 2021/22"
    assert form["baseline_value"].value() == "48"
    assert form["given_as"].value() == "figure"
    assert "Financial quarter. For example, Q2 2021/22." in shown
    assert "Q3 2021/22 50.0% 1 April 2020 The plan In use None given None recorded" in shown


def test_a_path_is_seen_before_it_is_saved(manager, poverty_round):
    page = manager.post(address(poverty_round.measure), sent(step="check"))

    shown = text_of(page)
    assert (
        "In a straight line from 48.0% in Q2 2021/22 to 54.0% in Q4 2021/22. Nothing is saved yet." in shown
    )
    assert "Q3 2021/22 50.0% 51.0%" in shown
    assert "Q4 2021/22 None 54.0%" in shown
    assert rows(poverty_round.measure) == BEFORE


def test_what_was_seen_is_saved_as_the_page_carries_it(manager, poverty_round):
    seen = manager.post(address(poverty_round.measure), sent(step="check"))
    carried = dict(
        re.findall(r'<input type="hidden" name="([a-z0-9_]+)" value="([^"]*)"', seen.content.decode())
    )

    page = manager.post(address(poverty_round.measure), carried | {"step": "save"}, follow=True)

    assert "2 targets are set. Reports already made do not change." in text_of(page)
    assert rows(poverty_round.measure) == AFTER
    made = Target.objects.latest("pk")
    assert (made.set_at, made.set_by, made.reason) == (
        NOW,
        poverty_round.cast.manager,
        "The Board wants a faster start.",
    )
    assert "Q3 2021/22 50.0% 1 April 2020 The plan Replaced" in text_of(page)


def test_going_back_keeps_every_word(manager, poverty_round):
    typed = sent(milestone_1_period="Q3 2021/22", milestone_1_value="49", step="change")

    page = manager.post(address(poverty_round.measure), typed)

    form = page.context["form"]
    assert page.context["plan"] is None
    assert {name: form[name].value() for name in typed if name != "step"} == {
        name: value for name, value in typed.items() if name != "step"
    }
    assert form.has_milestones
    assert rows(poverty_round.measure) == BEFORE


def test_the_same_press_twice_saves_once(manager, poverty_round):
    manager.post(address(poverty_round.measure), sent(step="save"))

    page = manager.post(address(poverty_round.measure), sent(step="save"))

    assert "These are the targets already, so nothing would change." in text_of(page)
    assert rows(poverty_round.measure) == AFTER


@pytest.mark.parametrize(
    ("given_as", "value", "says", "final"),
    [
        ("relative", "10", "Plus 10 per cent of the baseline: from 48.0% to 52.8%.", "52.8"),
        ("relative", "10%", "Plus 10 per cent of the baseline: from 48.0% to 52.8%.", "52.8"),
        ("percentage_points", "10", "Plus 10 percentage points: from 48.0% to 58.0%.", "58"),
        ("percentage_points", "10 pp", "Plus 10 percentage points: from 48.0% to 58.0%.", "58"),
        ("percentage_points", "+0.5", "Plus 0.5 percentage points: from 48.0% to 48.5%.", "48.5"),
    ],
)
def test_a_change_is_a_change_of_one_kind(manager, poverty_round, given_as, value, says, final):
    typed = sent(given_as=given_as, final_value=value)

    assert says in text_of(manager.post(address(poverty_round.measure), typed))
    manager.post(address(poverty_round.measure), typed | {"step": "save"})

    assert rows(poverty_round.measure)[-1] == ("2022-03-31", 1, final)


def test_a_target_may_be_typed_with_the_sign_of_its_measure_and_with_no_other(manager, poverty_round):
    measure = poverty_round.measure

    page = manager.post(address(measure), sent(final_value="£54"))
    manager.post(address(measure), sent(final_value="54%", step="save"))

    assert "“£54” is money, and this measure is not. Check the figure." in text_of(page)
    assert rows(measure) == AFTER


def test_yes_is_a_target_for_the_periods_named_and_no_others(manager, poverty_round):
    measure = MeasureFactory(priority=poverty_round.measure.priority, unit="yes_no", decimals=0)
    typed = sent(baseline_value="no", final_value="Yes")

    page = manager.post(address(measure), typed)
    manager.post(address(measure), typed | {"step": "save"})

    assert "From No in Q2 2021/22 to Yes in Q4 2021/22. Nothing is saved yet." in text_of(page)
    assert rows(measure) == [("2022-03-31", 1, "1")]


def test_yes_or_no_is_all_that_a_yes_or_no_measure_can_be(manager, poverty_round):
    measure = MeasureFactory(priority=poverty_round.measure.priority, unit="yes_no", decimals=0)

    page = manager.get(address(measure))
    refused = manager.post(address(measure), sent(baseline_value="0", final_value="2"))

    assert [value for value, _ in page.context["form"].fields["given_as"].choices] == ["figure"]
    assert "“2” is neither yes nor no. Answer Yes or No." in text_of(refused)
    assert rows(measure) == []


def test_a_decrease_is_given_with_a_minus_and_is_asked_about_where_higher_is_better(manager, poverty_round):
    typed = sent(given_as="relative", final_value="−10")
    question = "The target, 43.2%, is worse than the baseline, 48.0%: higher is better. Is this right?"

    page = manager.post(address(poverty_round.measure), typed)
    assert "Minus 10 per cent of the baseline: from 48.0% to 43.2%." in text_of(page)
    assert question in text_of(page)
    unanswered = manager.post(address(poverty_round.measure), typed | {"step": "save"})
    assert "Say that the targets are right, or change them." in text_of(unanswered)
    assert rows(poverty_round.measure) == BEFORE

    manager.post(address(poverty_round.measure), typed | {"step": "save", "is_sure": question})
    assert rows(poverty_round.measure)[-1] == ("2022-03-31", 1, "43.2")


def test_percentage_points_are_for_percentages(manager, poverty_round):
    count = MeasureFactory(priority=poverty_round.cast.poverty, unit="number", decimals=0)
    ReadingFactory(measure=count, value=48)

    assert "percentage points" not in manager.get(address(count)).content.decode()
    page = manager.post(address(count), sent(given_as="percentage_points"))

    assert "Choose one of the answers on the page." in text_of(page)


def test_a_decision_is_recorded_with_its_meeting(manager, poverty_round, meeting):
    said = {
        "decision_verb": "agreed",
        "decision_meeting": str(meeting.pk),
        "decision_paragraph": "5.2",
        "step": "save",
    }

    page = manager.post(address(poverty_round.measure), sent(**said), follow=True)

    assert "Agreed by the CPP Board, 10 December 2021, paragraph 5.2" in text_of(page)
    assert Target.objects.latest("pk").decision == Decision.objects.get()


def test_only_meetings_of_the_partnership_that_were_held_are_offered(manager, poverty_round, meeting):
    MeetingFactory(group=meeting.group, held_on=dt.date(2022, 1, 11))
    MeetingFactory(held_on=dt.date(2021, 12, 1))

    field = manager.get(address(poverty_round.measure)).context["form"].fields["decision_meeting"]

    assert list(field.choices) == [("", "No meeting"), (str(meeting.pk), "CPP Board, 10 December 2021")]


def test_a_reported_period_asks_for_the_decision(manager, poverty_round, meeting):
    before = poverty_round.cast.before
    before.locked_at, before.locked_by = NOW, poverty_round.cast.manager
    before.save()
    typed = sent(baseline_period="Q1 2021/22", baseline_value="46")

    page = manager.post(address(poverty_round.measure), typed)
    assert page.context["form"].errors["decision_verb"] == [
        "Q2 2021/22 was reported in Q2 2021/22, which is locked. Its target changes only by a decision: say which."
    ]

    decided = typed | {"decision_verb": "agreed", "decision_meeting": str(meeting.pk)}
    assert "Reported in Q2 2021/22, which is locked" in text_of(
        manager.post(address(poverty_round.measure), decided)
    )


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("baseline_period", "", "Enter a financial quarter, like Q3 2021/22."),
        ("baseline_period", "2021/22", "“2021/22” is not a financial quarter. Write it like Q3 2021/22."),
        ("baseline_value", "", "Enter the figure of the baseline, like 20.3."),
        ("baseline_value", "n/a", "“n/a” is not a number. Enter a number, like 20.3."),
        ("final_period", "", "Enter a financial quarter, like Q3 2021/22."),
        ("final_period", "Q5 2021/22", "There is no quarter 5. Quarters run from Q1 to Q4."),
        ("final_period", "Q4 2021/23", "“2021/23” is not one year"),
        ("final_period", "44287", "looks like a date that a spreadsheet turned into a number."),
        ("final_period", "Q2 2021/22", "The target is for Q2 2021/22, the same period as its baseline."),
        ("final_period", "Q1 2021/22", "The target is for Q1 2021/22, before its baseline, Q2 2021/22."),
        ("final_period", "Q4 2031/32", "Q4 2031/32 is outside the plan, which runs from 1 April 2020"),
        ("given_as", "", "Say how you give the target."),
        ("given_as", "half", "Choose one of the answers on the page."),
        ("final_value", "", "Enter the target or the change, like 20.3."),
        ("final_value", "reduce by 10%", "“reduce by 10%” is not a number."),
        ("final_value", "1.234,5", "“1.234,5” has a comma in an odd place."),
        ("final_value", "<5", "“<5” is not one number. Enter a number, like 20.3."),
        ("final_value", "nil", "“nil” is not a number. If the figure is zero, enter 0."),
        ("final_value", "nan", "“nan” is not a number."),
        ("final_value", "9" * 40, "is too long. Enter a number of at most 15 digits."),
        ("final_value", "999999999999999", "This figure is too large."),
        ("final_value", "0.1234567", "Use at most 6 decimals."),
        ("final_value", "=1+1", "“=1+1” is not a number."),
        ("final_value", "<script>alert(1)</script>", "“<script>alert(1)</script>” is not one number."),
        ("milestone_1_period", "Q3 2021/22", None),
        ("milestone_2_value", "52", None),
        ("milestone_1_period", "Q9", "There is no quarter 9."),
        ("reason", " ", "Say why the targets are set or changed."),
        ("reason", "word " * 1001, "Use 5,000 or fewer."),
        ("decision_verb", "agreed", None),
        ("decision_verb", "noted", "Choose one of the answers on the page."),
        ("decision_meeting", "999999", "Choose one of the answers on the page."),
        ("decision_paragraph", "5" * 21, "A minute paragraph has at most 20 letters and figures, like 5.2."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(manager, poverty_round, field, typed, says):
    partner = {
        "milestone_1_period": ("milestone_1_value", "Enter the target of this milestone."),
        "milestone_2_value": ("milestone_2_period", "Say for which period this milestone is."),
        "decision_verb": ("decision_meeting", "Say which meeting it was."),
    }
    faulty, says = (field, says) if says else partner[field]

    for step in ("check", "save"):
        page = manager.post(address(poverty_round.measure), sent(**{field: typed, "step": step}))

        assert page.status_code == 200
        box = page.context["form"][faulty]
        assert any(says in error for error in box.errors), box.errors
        assert not any("leave this empty" in error for error in box.errors)
        assert f'<a href="#{faulty}">' in page.content.decode()
        assert page.context["form"][field].value() == typed
        assert "<script>alert(1)" not in page.content.decode()
        assert rows(poverty_round.measure) == BEFORE


@pytest.mark.parametrize(
    ("said", "field", "says"),
    [
        (
            {"given_as": "relative", "final_value": "10", "baseline_value": "0"},
            "final_value",
            "A percentage of a zero baseline is zero. Give the target itself instead.",
        ),
        (
            {"given_as": "relative", "final_value": "9000000000000", "baseline_value": "9000000000000"},
            "final_value",
            "This change makes the target too large.",
        ),
        (
            {"milestone_1_period": "Q4 2021/22", "milestone_1_value": "51"},
            "milestone_1_period",
            "The milestone for Q4 2021/22 must be after the baseline, Q2 2021/22, and before the target",
        ),
        (
            {
                "milestone_1_period": "Q3 2021/22",
                "milestone_1_value": "51",
                "milestone_3_period": "Q3 2021/22",
                "milestone_3_value": "52",
            },
            "milestone_3_period",
            "There are two milestones for Q3 2021/22. Keep one.",
        ),
        ({"final_value": "50", "final_period": "Q3 2021/22"}, "final_value", "These are the targets already"),
    ],
)
def test_answers_that_do_not_go_together_are_told(manager, poverty_round, said, field, says):
    page = manager.post(address(poverty_round.measure), sent(**said))

    errors = page.context["form"].errors
    assert list(errors) == [field]
    assert says in errors[field][0]
    assert rows(poverty_round.measure) == BEFORE


def test_markup_in_a_reason_is_shown_as_text(manager, poverty_round):
    page = manager.post(
        address(poverty_round.measure), sent(reason="<script>alert(1)</script>", step="save"), follow=True
    )

    assert "<script>alert(1)" not in page.content.decode()
    assert "<script>alert(1)</script>" in text_of(page)


@pytest.mark.parametrize(
    ("kind", "years", "baseline", "final", "periods"),
    [
        ("financial_year", None, "2020/21", "2022/23", ["2022-03-31", "2023-03-31"]),
        ("academic_year", None, "2020/21", "2021/22", ["2022-07-31"]),
        ("calendar_month", None, "August 2021", "October 2021", ["2021-09-30", "2021-10-31"]),
        ("rolling_years", 3, "2017-2019", "2019-2021", ["2020-12-31", "2021-12-31"]),
        ("point_in_time", None, "31 March 2021", "31 March 2023", ["2023-03-31"]),
    ],
)
def test_every_kind_of_period_can_have_targets(manager, poverty_round, kind, years, baseline, final, periods):
    measure = MeasureFactory(priority=poverty_round.cast.poverty, period_kind=kind, years_covered=years)

    manager.post(address(measure), sent(baseline_period=baseline, final_period=final, step="save"))

    assert [ends_on for ends_on, _, _ in rows(measure)] == periods


def test_a_measure_without_figures_or_targets(manager, poverty_round):
    measure = MeasureFactory(priority=poverty_round.cast.poverty)

    page = manager.get(address(measure))

    assert "No targets yet" in text_of(page)
    assert page.context["form"]["baseline_period"].value() is None


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 403), ("lead", 403), ("board", 403), ("viewer", 403), ("stranger", 404)],
)
def test_only_the_cp_manager_sets_targets(client, poverty_round, who, status):
    client.force_login(getattr(poverty_round.cast, who), backend=BACKEND)

    assert client.get(address(poverty_round.measure)).status_code == status
    assert client.post(address(poverty_round.measure), sent(step="save")).status_code == status
    assert rows(poverty_round.measure) == BEFORE


def test_what_was_sent_after_signing_out_waits(client, poverty_round):
    page, manager = address(poverty_round.measure), poverty_round.cast.manager

    client.post(page, sent(writer=str(manager.pk), step="save"))
    client.force_login(manager, backend=BACKEND)
    back = client.get(page)

    assert rows(poverty_round.measure) == BEFORE
    assert back.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_one_target_as_for_three(
    manager, poverty_round, meeting, django_assert_num_queries, count
):
    for version in range(2, count + 1):
        TargetFactory(
            measure=poverty_round.measure,
            version=version,
            set_at=NOW,
            set_by=poverty_round.cast.manager,
            decision=Decision.objects.create(meeting=meeting, verb="agreed", text="Agreed."),
        )

    with django_assert_num_queries(11):
        page = manager.get(address(poverty_round.measure))

    assert len(page.context["versions"]) == count


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_setting_targets_is_accessible(page, axe, sign_in, poverty_round, meeting):
    sign_in(poverty_round.cast.manager)
    page.goto(address(poverty_round.measure))
    page.get_by_text("Milestones on the way").click()
    views = [("light", 1280), ("dark", 1280), ("dark", 375), ("light", 375), ("light", 320)]

    def look() -> None:
        for colours, width in views:
            page.emulate_media(color_scheme=colours)
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            axe(page)

    look()
    page.get_by_role("button", name="See the targets").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look()
    page.get_by_label("Final target: for which period?").fill("Q4 2021/22")
    page.get_by_label("Target, or change").fill("40")
    page.get_by_label("Why are the targets set or changed?").fill("Two posts are vacant.")
    page.get_by_label("What did the meeting do?").select_option("Agreed")
    page.get_by_label("Which meeting?").select_option("CPP Board, 10 December 2021")
    page.get_by_role("button", name="See the targets").click()
    page.get_by_role("button", name="Save the targets").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look()
    page.get_by_label("Yes, the targets are right").check()
    page.get_by_role("button", name="Save the targets").click()
    page.get_by_text("2 targets are set.").wait_for()
    look()
