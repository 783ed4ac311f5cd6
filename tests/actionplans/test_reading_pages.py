"""A figure recorded, or put right, outside a return."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from actionplans.models import Measure, Reading
from priorities.clock import EDINBURGH
from tests.actionplans.conftest import Round
from tests.actionplans.factories import GapFactory, MeasureFactory, ReadingFactory, SeriesVersionFactory
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, ComparatorFactory

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
        "release": "published",
        "released_on": "15 July 2021",
        "note": "Council, benefits service.",
    } | said


def test_the_page_asks_for_the_measures_own_kind_of_period(manager, poverty_round):
    shown = text_of(manager.get(address(poverty_round.measure)))

    assert "Financial quarter. For example, Q3 2021/22." in shown
    assert "Grants decided in a day. Higher is better." in shown
    assert "Q2 2021/22 48.0% 15 October 2021" in shown


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_the_page_leads_to_the_files_of_the_measure(manager, poverty_round, kind):
    file = f"/strathmuir/measures/{poverty_round.measure.code}/download.{kind}"

    assert f'href="{file}"' in manager.get(address(poverty_round.measure)).text
    assert manager.get(file).status_code == 200


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
        ("value", "", "Enter the figure, like 20.3, or say below why there is none."),
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
        ("release", "", "Say who it is for."),
        ("release", "everyone", "Choose one of the answers on the page."),
        ("symbol", "u", "Choose one of the answers on the page."),
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


# Corrections, and no figure


def corrected(**said: str) -> dict[str, str]:
    return sent(
        **{
            "period": "Q2 2021/22",
            "value": "49",
            "flag": "corrected",
            "released_on": "10 January 2022",
            "note": "A month was left out.",
            "effect": "The target was missed after all.",
        }
        | said
    )


def test_a_correction_says_what_was_wrong_and_what_it_changes(manager, poverty_round):
    refused = manager.post(address(poverty_round.measure), corrected(effect=" "))
    assert refused.context["form"].errors["effect"] == [
        "Say what the correction changes for those who used the earlier figure."
    ]

    page = manager.post(address(poverty_round.measure), corrected(), follow=True)

    assert "49.0% is recorded for Q2 2021/22." in text_of(page)
    assert "Q2 2021/22 49.0% Corrected 10 January 2022" in text_of(page)
    made = Reading.objects.latest("pk")
    assert (made.flag, made.note) == (
        "corrected",
        "A month was left out. Effect: The target was missed after all.",
    )


def test_what_an_operation_refuses_stands_beside_its_field(manager, poverty_round):
    page = manager.post(address(poverty_round.measure), corrected(period="Q1 2021/22"))

    assert page.context["form"].errors == {
        "flag": ["There is no earlier figure for Q1 2021/22 that this one could correct."]
    }
    early = manager.post(address(poverty_round.measure), corrected(released_on="14 October 2021"))
    assert early.context["form"].errors == {
        "released_on": [
            (
                "The figure for Q2 2021/22 was first released on 15 October 2021. A corrected one cannot be released "
                "before it."
            )
        ]
    }
    same = manager.post(address(poverty_round.measure), corrected(value="48"))
    assert same.context["form"].errors["value"][0].startswith("48.0% is the figure for Q2 2021/22 already")


def test_a_provisional_figure_after_a_final_one_is_asked_about(manager, poverty_round):
    said = sent(period="Q2 2021/22", value="48.2", flag="provisional", released_on="10 January 2022")

    asked = manager.post(address(poverty_round.measure), said)

    question = asked.context["form"].question
    assert question == (
        "The figure for Q2 2021/22 is final already: 48.0%, released 15 October 2021. Is this later one really "
        "provisional?"
    )
    manager.post(address(poverty_round.measure), {**said, "is_sure": question})
    made = Reading.objects.latest("pk")
    assert (made.flag, made.answered_doubt) == ("provisional", question)


@pytest.mark.parametrize(("symbol", "shown"), [("x", "[x]"), ("z", "[z]"), ("c", "[c]")])
def test_that_there_is_no_figure_is_recorded_with_why(manager, poverty_round, symbol, shown):
    page = manager.post(address(poverty_round.measure), sent(value="", symbol=symbol), follow=True)

    assert f"{shown} is recorded for Q1 2021/22." in text_of(page)
    made = Reading.objects.latest("pk")
    assert (made.value, made.symbol) == (None, symbol)


def test_a_figure_and_a_reason_why_there_is_none_exclude_each_other(manager, poverty_round):
    page = manager.post(address(poverty_round.measure), sent(symbol="x"))

    assert page.context["form"].errors == {"value": ["Give a figure, or say why there is none, not both."]}


# Who it is for, and since when


def embargoed(**said: str) -> dict[str, str]:
    return sent(period="Q3 2021/22", value="52", release="embargo", released_on="") | {
        "embargo_on": "17 January 2022", "embargo_time": "",
    } | said  # fmt: skip


def test_a_figure_under_embargo_is_told_to_the_cp_manager_alone(client, manager, poverty_round):
    page = manager.post(address(poverty_round.measure), embargoed(), follow=True)

    told = text_of(page)
    assert (
        "The figure for Q3 2021/22 is kept under embargo until 09:30 on 17 January 2022. Nobody else is told of it "
        "before."
    ) in told
    assert "Q3 2021/22, Whole area 52.0% Until 09:30 on 17 January 2022. Council, benefits service." in told
    made = Reading.objects.latest("pk")
    assert (made.release_class, made.released_at) == (
        "published",
        dt.datetime(2022, 1, 17, 9, 30, tzinfo=EDINBURGH),
    )
    pages = [
        "/strathmuir/dashboard/", "/strathmuir/dashboard/2021-22/q3/priorities/poverty/",
        f"/strathmuir/measures/{poverty_round.measure.code}/", "/strathmuir/my-work/",
        f"/strathmuir/measures/{poverty_round.measure.code}/figure.json",
    ]  # fmt: skip
    for person in (poverty_round.cast.lead, poverty_round.cast.board, poverty_round.cast.viewer):
        client.force_login(person, backend=BACKEND)
        for address_ in pages:
            shown = client.get(address_).content.decode()
            assert "52.0%" not in shown
            assert "embargo" not in shown.lower()
            assert "17 January 2022" not in shown


def test_a_figure_under_embargo_can_be_taken_back_until_its_moment(manager, poverty_round, settings):
    manager.post(address(poverty_round.measure), embargoed())
    kept = Reading.objects.latest("pk")
    assert "Take back the figure for Q3 2021/22, Whole area" in text_of(
        manager.get(address(poverty_round.measure))
    )
    settings.LOIP_TODAY = kept.released_at
    late = manager.post(address(poverty_round.measure), {"take_back": kept.pk}, follow=True)
    assert "That figure is not under embargo any more, so it cannot be taken back." in text_of(late)

    settings.LOIP_TODAY = NOW
    page = manager.post(address(poverty_round.measure), {"take_back": kept.pk}, follow=True)

    assert "The figure for Q3 2021/22, Whole area, is taken back. Nobody had been told of it." in text_of(
        page
    )
    assert 'id="embargoed"' not in page.content.decode()
    assert not Reading.objects.filter(pk=kept.pk).exists()


@pytest.mark.parametrize("key", ["", "x", "-1", "0", "²", "9" * 40])
def test_only_what_is_under_embargo_is_taken_back(manager, poverty_round, key):
    released = Reading.objects.get()

    manager.post(address(poverty_round.measure), {"take_back": key})
    manager.post(address(poverty_round.measure), {"take_back": released.pk})

    assert Reading.objects.get() == released


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"embargo_on": ""}, "embargo_on", "Enter a date, like 31 March 2021."),
        (
            {"embargo_on": "10 January 2022"},
            "embargo_on",
            "An embargo ends in the future. If the figure is out already, choose Published.",
        ),
        ({"embargo_time": "half nine"}, "embargo_time", "“half nine” is not a time. Write it like 9:30."),
        ({"embargo_time": "9"}, "embargo_time", "“9” is not a time. Write it like 9:30."),
        ({"embargo_time": "25:00"}, "embargo_time", "There is no “25:00”. Write the time like 9:30."),
        ({"embargo_time": "13pm"}, "embargo_time", "There is no “13pm”. Write the time like 9:30."),
        (
            {"embargo_on": "27 March 2022", "embargo_time": "1:30"},
            "embargo_time",
            "The clocks go forward that night, so there is no such time.",
        ),
    ],
)
def test_an_embargo_that_cannot_be_is_said_beside_its_field(manager, poverty_round, said, field, words):
    page = manager.post(address(poverty_round.measure), embargoed(**said))

    assert page.context["form"].errors == {field: [words]}
    assert Reading.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "hour", "minute"), [("14:00", 14, 0), ("2pm", 14, 0), ("12.05 am", 0, 5), ("9.30", 9, 30)]
)
def test_a_time_is_read_as_people_write_it(manager, poverty_round, typed, hour, minute):
    manager.post(address(poverty_round.measure), embargoed(embargo_time=typed))

    assert Reading.objects.latest("pk").released_at == dt.datetime(
        2022, 1, 17, hour, minute, tzinfo=EDINBURGH
    )


def test_an_embargo_in_summer_ends_on_summer_time(manager, poverty_round):
    manager.post(address(poverty_round.measure), embargoed(embargo_on="17 June 2022"))

    assert Reading.objects.latest("pk").released_at == dt.datetime(2022, 6, 17, 8, 30, tzinfo=dt.UTC)


def test_management_information_says_so(manager, poverty_round):
    page = manager.post(
        address(poverty_round.measure),
        sent(period="Q3 2021/22", value="52", release="management", released_on="10 January 2022"),
        follow=True,
    )

    assert "52.0% is recorded for Q3 2021/22. It is for the partnership only." in text_of(page)
    assert "Q3 2021/22 Management information 52.0% 10 January 2022" in text_of(page)
    assert Reading.objects.latest("pk").release_class == "management"


def test_the_measure_says_who_its_figures_are_usually_for(manager, poverty_round):
    assert (
        'value="published" id="release" checked'
        in manager.get(address(poverty_round.measure)).content.decode()
    )
    measure = MeasureFactory(priority=poverty_round.cast.poverty, release_class="management")
    assert 'value="management" id="release_1" checked' in manager.get(address(measure)).content.decode()


# Whose it is, and what it is made of


def test_a_figure_may_be_about_scotland(manager, poverty_round):
    assert "Who or where is it about?" not in text_of(manager.get(address(poverty_round.measure)))
    scotland = ComparatorFactory(partnership=poverty_round.cast.partnership)

    page = manager.post(
        address(poverty_round.measure), sent(place=f"comparator-{scotland.pk}", value="50"), follow=True
    )

    assert "50.0% is recorded for Q1 2021/22, Scotland." in text_of(page)
    assert Reading.objects.latest("pk").comparator == scotland
    other = ComparatorFactory()
    refused = manager.post(address(poverty_round.measure), sent(place=f"comparator-{other.pk}"))
    assert refused.context["form"].errors["place"] == ["Choose one of the answers on the page."]


@pytest.fixture
def share(poverty_round):
    return MeasureFactory(
        priority=poverty_round.cast.poverty,
        is_ratio=True,
        numerator_name="Grants decided in a day",
        denominator_name="All grants",
    )


@pytest.mark.parametrize(
    ("over", "under", "value", "symbol"),
    [
        ("2", "3", Decimal("66.666667"), ""),
        ("1,200", "2,400", Decimal("50.000000"), ""),
        ("0", "7", Decimal("0.000000"), ""),
        ("0", "0", None, "z"),
    ],
)
def test_a_ratio_is_worked_out_from_its_two_numbers(manager, share, over, under, value, symbol):
    shown = text_of(manager.get(address(share)))
    assert "Grants decided in a day" in shown
    assert "All grants" in shown

    said = sent(numerator=over, denominator=under)
    del said["value"]
    manager.post(address(share), said)

    made = Reading.objects.get(measure=share)
    assert (made.value, made.symbol) == (value, symbol)
    assert (made.numerator, made.denominator) == (
        Decimal(over.replace(",", "")),
        Decimal(under.replace(",", "")),
    )


@pytest.mark.parametrize(
    ("over", "under", "field", "words"),
    [
        ("", "3", "numerator", "Enter the number, like 1,234, or say below why there is no figure."),
        ("2", "", "denominator", "Enter the number, like 1,234, or say below why there is no figure."),
        ("4", "3", "numerator", "4 is more than 3, the number it is part of. Check both."),
        ("-1", "3", "numerator", "−1 is below zero. A part of something cannot be."),
        ("2", "0", "denominator", "Nothing can be divided by zero."),
    ],
)
def test_a_ratio_that_cannot_be_is_said_beside_its_number(manager, share, over, under, field, words):
    page = manager.post(address(share), sent(numerator=over, denominator=under))

    assert words in page.context["form"].errors[field][0]
    assert not Reading.objects.filter(measure=share).exists()


def test_a_ratio_may_have_no_figure(manager, share):
    manager.post(address(share), sent(numerator="", denominator="", symbol="x"))

    made = Reading.objects.get(measure=share)
    assert (made.value, made.symbol, made.numerator) == (None, "x", None)


def test_the_figures_of_a_gap_are_recorded_where_they_come_from(manager, poverty_round):
    gap = GapFactory(of=poverty_round.measure)

    page = manager.get(address(gap.measure))

    assert (
        "This measure is a gap: its figures are worked out from those of Grants decided in a day."
        in text_of(page)
    )
    assert f'href="{address(poverty_round.measure)}"' in page.content.decode()
    assert manager.post(address(gap.measure), sent()).status_code == 200
    assert not Reading.objects.filter(measure=gap.measure).exists()


def test_a_figure_of_a_series_that_was_replaced_says_so(manager, poverty_round):
    SeriesVersionFactory(
        measure=poverty_round.measure, released_at=dt.datetime(2022, 1, 5, 9, 30, tzinfo=EDINBURGH)
    )

    page = manager.post(address(poverty_round.measure), sent(), follow=True)

    assert "It is listed under series 1, which has been replaced, and is not drawn." in text_of(page)


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

    with django_assert_num_queries(14):
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
