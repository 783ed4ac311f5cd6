"""A figure recorded, or put right, outside a return."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from actionplans.models import Measure, Reading
from priorities.clock import EDINBURGH
from tests.actionplans.conftest import Round
from tests.actionplans.factories import MeasureFactory, ReadingFactory
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def manager(client: Client, poverty_round: Round) -> Client:
    client.force_login(poverty_round.cast.manager, backend=BACKEND)
    return client


def address(measure: Measure) -> str:
    return f"/strathmuir/measures/{measure.code}/readings/new/"


def sent(**said: str) -> dict[str, str]:
    return {
        "period": "Q1 2021/22",
        "value": "47.5",
        "flag": "final",
        "released_on": "15 July 2021",
        "note": "Council, benefits service.",
    } | said


def test_the_page_asks_for_the_measures_own_kind_of_period(manager, poverty_round):
    shown = text_of(manager.get(address(poverty_round.measure)))

    assert "Financial quarter. For example, Q3 2021/22." in shown
    assert "Grants decided in a day. Higher is better." in shown
    assert "Q2 2021/22 48.0% 15 October 2021" in shown


def test_a_published_figure_is_recorded(manager, poverty_round):
    page = manager.post(address(poverty_round.measure), sent(), follow=True)

    assert "47.5% is recorded for Q1 2021/22. Reports already made do not change." in text_of(page)
    made = Reading.objects.latest("pk")
    assert (made.measure, made.value, made.flag, made.state, made.note) == (
        poverty_round.measure,
        Decimal("47.5"),
        "final",
        "confirmed",
        "Council, benefits service.",
    )
    assert (made.starts_on, made.ends_on) == (dt.date(2021, 4, 1), dt.date(2021, 6, 30))
    assert made.released_at == dt.datetime(2021, 7, 15, 9, 30, tzinfo=EDINBURGH)
    assert (made.entered_at, made.entered_by) == (NOW, poverty_round.cast.manager)


def test_a_figure_put_right_is_a_new_vintage_and_the_old_one_stays(manager, poverty_round):
    page = manager.post(
        address(poverty_round.measure),
        sent(period="Q2 2021/22", value="49", flag="revised", released_on="10 January 2022", note="A slip."),
        follow=True,
    )

    assert "Q2 2021/22 49.0% Revised 10 January 2022" in text_of(page)
    vintages = Reading.objects.filter(measure=poverty_round.measure).order_by("released_at")
    assert [(row.value, row.released_at.date()) for row in vintages] == [
        (Decimal(48), dt.date(2021, 10, 15)),
        (Decimal(49), dt.date(2022, 1, 10)),
    ]
    # Known from the moment it was put right, so that a second slip can be put right today too.
    assert vintages[1].released_at == NOW


def test_the_same_press_twice_records_one_figure(manager, poverty_round):
    manager.post(address(poverty_round.measure), sent())

    page = manager.post(address(poverty_round.measure), sent())

    assert "This figure for Q1 2021/22 is already recorded." in text_of(page)
    assert Reading.objects.filter(measure=poverty_round.measure).count() == 2


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("period", "", "Enter a financial quarter, like Q3 2021/22."),
        ("period", "2021/22", "“2021/22” is not a financial quarter. Write it like Q3 2021/22."),
        ("period", "Q5 2021/22", "There is no quarter 5. Quarters run from Q1 to Q4."),
        ("period", "Q3", "“Q3” does not say which year. Write it like Q3 2021/22."),
        (
            "period",
            "Q1 2021/23",
            "“2021/23” is not one year: the second year must follow the first, like 2021/22.",
        ),
        ("period", "44287", "“44287” looks like a date that a spreadsheet turned into a number."),
        (
            "period",
            "Q4 2021/22",
            "Q4 2021/22 ends on 31 March 2022, after the day on which you say this figure was released.",
        ),
        ("value", "", "Enter the figure, like 20.3."),
        ("value", "n/a", "“n/a” is not a number."),
        ("value", "<5", "“<5” is not one number."),
        ("value", "1.234,5", "“1.234,5” has a comma in an odd place."),
        ("value", "12O", "“12O” has the letter O in it. Use the figure 0."),
        ("value", "nan", "“nan” is not a number."),
        ("value", "9" * 40, "is too long. Enter a number of at most 15 digits."),
        ("value", "=1+1", "“=1+1” is not a number."),
        ("value", "<script>alert(1)</script>", "“<script>alert(1)</script>” is not one number."),
        ("value", "120", "120% is over 100%. Is this right?"),
        ("value", "-3", "−3% is below zero. Is this right?"),
        ("flag", "", "Say how firm the figure is."),
        ("flag", "certain", "Choose one of the answers on the page."),
        ("released_on", "", "Enter a date, like 31 March 2021."),
        ("released_on", "11 January 2022", "A figure cannot be released in the future."),
        ("released_on", "31 April 2021", "There is no 31 April 2021."),
        ("released_on", "29 February 2021", "There is no 29 February 2021."),
        ("released_on", "04/07/2021", "“04/07/2021” could be 4 July or 7 April."),
        ("note", "  ", "Say where the figure comes from, or why it was put right."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(manager, poverty_round, field, typed, says):
    page = manager.post(address(poverty_round.measure), sent(**{field: typed}))

    assert page.status_code == 200
    box = page.context["form"][field]
    assert any(says in error for error in box.errors), box.errors
    assert f'<a href="#{field}">' in page.content.decode()
    assert page.context["form"][field].value() == typed
    assert Reading.objects.filter(measure=poverty_round.measure).count() == 1


def test_markup_in_a_figure_is_shown_as_text(manager, poverty_round):
    page = manager.post(address(poverty_round.measure), sent(value="<script>alert(1)</script>"))

    assert "<script>alert(1)" not in page.content.decode()
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in page.content.decode()


def test_a_strange_figure_is_taken_after_a_yes_to_that_very_question(manager, poverty_round):
    asked = manager.post(
        address(poverty_round.measure), sent(period="Q3 2021/22", value="4.5", released_on="10 January 2022")
    )
    question = asked.context["form"].question
    assert question == "4.5% is a tenth of the last figure, 48%, or less. Is this right?"
    assert "Yes, the figure is right" in text_of(asked)

    other = manager.post(
        address(poverty_round.measure),
        sent(period="Q3 2021/22", value="4.4", released_on="10 January 2022", is_sure=question),
    )
    assert "4.4% is a tenth of the last figure, 48%, or less. Is this right?" in text_of(other)
    assert Reading.objects.filter(measure=poverty_round.measure).count() == 1

    manager.post(
        address(poverty_round.measure),
        sent(period="Q3 2021/22", value="4.5", released_on="10 January 2022", is_sure=question),
    )
    made = Reading.objects.latest("pk")
    assert (made.value, made.answered_doubt) == (Decimal("4.5"), question)
    assert not Reading.objects.exclude(pk=made.pk).exclude(answered_doubt="").exists()


def test_a_mark_typed_after_a_figure_is_heard(manager, poverty_round):
    manager.post(address(poverty_round.measure), sent(value="47.5 (p)", flag=""))

    assert Reading.objects.latest("pk").flag == "provisional"
    page = manager.post(address(poverty_round.measure), sent(value="47.4 [p]", flag="final"))
    assert "You marked the figure provisional and chose final here. Choose one." in text_of(page)


def test_a_projection_may_come_before_its_period_is_over(manager, poverty_round):
    manager.post(
        address(poverty_round.measure),
        sent(period="Q4 2021/22", value="50", flag="projected", released_on="10 January 2022"),
    )

    assert Reading.objects.latest("pk").flag == "projected"


@pytest.mark.parametrize(
    ("kind", "years", "typed", "first", "last"),
    [
        ("financial_year", None, "2020/21", "2020-04-01", "2021-03-31"),
        ("academic_year", None, "2019/20", "2019-08-01", "2020-07-31"),
        ("calendar_year", None, "2020", "2020-01-01", "2020-12-31"),
        ("calendar_month", None, "August 2021", "2021-08-01", "2021-08-31"),
        ("rolling_years", 3, "2017-2019", "2017-01-01", "2019-12-31"),
        ("point_in_time", None, "31 March 2021", "2021-03-31", "2021-03-31"),
    ],
)
def test_every_kind_of_period_can_be_recorded(manager, poverty_round, kind, years, typed, first, last):
    measure = MeasureFactory(priority=poverty_round.cast.poverty, period_kind=kind, years_covered=years)

    manager.post(address(measure), sent(period=typed, released_on="1 December 2021"))

    made = Reading.objects.get(measure=measure)
    assert (made.starts_on.isoformat(), made.ends_on.isoformat()) == (first, last)


def test_a_run_of_years_names_the_years_it_wants(manager, poverty_round):
    measure = MeasureFactory(
        priority=poverty_round.cast.poverty,
        period_kind="rolling_years",
        years_covered=3,
        years_start_in_april=True,
    )
    assert "taken together (rolling). For example, 2018/19 to 2020/21." in text_of(
        manager.get(address(measure))
    )

    refused = manager.post(address(measure), sent(period="2017-2019", released_on="1 December 2021"))

    assert "“2017-2019” is in calendar years; this needs financial years" in text_of(refused)
    assert not Reading.objects.filter(measure=measure).exists()
    manager.post(address(measure), sent(period="2017/18 to 2019/20", released_on="1 December 2021"))
    made = Reading.objects.get(measure=measure)
    assert (made.starts_on.isoformat(), made.ends_on.isoformat()) == ("2017-04-01", "2020-03-31")


def test_the_first_figure_of_a_measure(manager, poverty_round):
    measure = MeasureFactory(priority=poverty_round.cast.poverty)

    assert "No figures yet" in text_of(manager.get(address(measure)))


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 403), ("lead", 403), ("board", 403), ("viewer", 403), ("stranger", 404)],
)
def test_only_the_cp_manager_records_figures(client, poverty_round, who, status):
    client.force_login(getattr(poverty_round.cast, who), backend=BACKEND)

    assert client.get(address(poverty_round.measure)).status_code == status
    assert client.post(address(poverty_round.measure), sent()).status_code == status
    assert Reading.objects.filter(measure=poverty_round.measure).count() == 1


def test_nobody_is_asked_to_sign_in_and_the_figure_waits(client, poverty_round):
    page, manager = address(poverty_round.measure), poverty_round.cast.manager

    assert client.get(page)["Location"] == f"/accounts/login/?next={page}"
    client.post(page, sent(writer=str(manager.pk)))
    client.force_login(manager, backend=BACKEND)
    session = client.get(page)

    assert Reading.objects.filter(measure=poverty_round.measure).count() == 1
    assert session.status_code == 200


def test_another_partnerships_measure_is_not_found_here(manager, poverty_round):
    elsewhere = MeasureFactory(
        priority__plan__partnership=poverty_round.cast.stranger.memberships.get().partnership
    )

    assert manager.get(address(elsewhere)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_one_figure_as_for_three(
    manager, poverty_round, django_assert_num_queries, count
):
    for number in range(count - 1):
        ReadingFactory(
            measure=poverty_round.measure,
            starts_on=dt.date(2020, 4 + 3 * number, 1),
            ends_on=dt.date(2020, [6, 9][number], 30),
        )

    with django_assert_num_queries(8):
        manager.get(address(poverty_round.measure))


@pytest.mark.browser
def test_recording_a_figure_is_accessible(page, axe, sign_in, poverty_round):
    sign_in(poverty_round.cast.manager)
    page.goto(address(poverty_round.measure))
    axe(page)
    page.get_by_label("Which period is it about?").fill("Q1 2021/22")
    page.get_by_label("Figure", exact=True).fill("470")
    page.get_by_label("Final").check()
    page.get_by_label("When was it released?").fill("15 July 2021")
    page.get_by_label("Where does it come from").fill("The council.")
    page.get_by_role("button", name="Record the figure").click()
    page.get_by_label("Yes, the figure is right").wait_for()

    for colours, width in [("light", 1280), ("dark", 375), ("light", 320)]:
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
    page.get_by_label("Yes, the figure is right").check()
    page.get_by_role("button", name="Record the figure").click()
    page.get_by_text("470.0% is recorded for Q1 2021/22.").wait_for()


def test_a_yes_or_no_is_typed_as_such(manager, poverty_round):
    measure = MeasureFactory(priority=poverty_round.measure.priority, unit="yes_no", decimals=0)

    refused = manager.post(address(measure), sent(value="47.5"))
    page = manager.post(address(measure), sent(value="yes"), follow=True)

    assert "“47.5” is neither yes nor no. Answer Yes or No." in text_of(refused)
    assert "Yes is recorded for Q1 2021/22." in text_of(page)
    assert [row.value for row in Reading.objects.filter(measure=measure)] == [Decimal(1)]


def test_a_figure_with_a_sign_of_another_unit_is_refused(manager, poverty_round):
    page = manager.post(address(poverty_round.measure), sent(value="£47.50"))

    assert "“£47.50” is money, and this measure is not. Check the figure." in text_of(page)


def test_a_figure_that_has_not_moved_for_four_periods_is_asked_about(manager, poverty_round):
    measure = MeasureFactory(priority=poverty_round.measure.priority)
    days = [(dt.date(2020, 4, 1), dt.date(2020, 6, 30)), (dt.date(2020, 7, 1), dt.date(2020, 9, 30))]
    days.append((dt.date(2020, 10, 1), dt.date(2020, 12, 31)))
    for starts_on, ends_on in days:
        ReadingFactory(measure=measure, starts_on=starts_on, ends_on=ends_on, value=Decimal(48))

    page = manager.post(address(measure), sent(value="48", period="Q4 2020/21", released_on="15 April 2021"))

    question = "48% is the same as the three figures before it. Is this a new figure, and not a copy?"
    assert question in text_of(page)
    assert Reading.objects.filter(measure=measure).count() == 3
