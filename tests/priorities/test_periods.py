"""Financial years, quarters and data periods: the vectors of the rules and what people really type."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.periods import (
    FinancialQuarter,
    FinancialYear,
    Period,
    PeriodError,
    PeriodKind,
    by_in_words,
)

DAYS = st.dates(min_value=date(1910, 1, 1), max_value=date(2190, 12, 31))
KINDS_IN_A_ROW = [kind for kind in PeriodKind if kind is not PeriodKind.POINT_IN_TIME]


@st.composite
def periods(draw, kinds=tuple(PeriodKind)):
    kind, day = draw(st.sampled_from(kinds)), draw(DAYS)
    if kind is not PeriodKind.ROLLING_YEARS:
        return Period.containing(kind, day)
    years, by_financial_year = draw(st.integers(2, 6)), draw(st.booleans())
    return Period.containing(kind, day, years, by_financial_year=by_financial_year)


def refusal(kind, text, **extra):
    """The words with which a text is refused."""
    with pytest.raises(PeriodError) as refused:
        Period.parse(kind, text, **extra)
    return str(refused.value)


# Financial years


@pytest.mark.parametrize(
    ("start_year", "label", "slug"),
    [(2021, "2021/22", "2021-22"), (1999, "1999/00", "1999-00"), (2099, "2099/00", "2099-00")],
)
def test_financial_year_label_and_slug(start_year, label, slug):
    assert FinancialYear(start_year).label == label
    assert FinancialYear(start_year).slug == slug


def test_financial_year_runs_from_april_to_march():
    assert FinancialYear(2021).starts_on == date(2021, 4, 1)
    assert FinancialYear(2021).ends_on == date(2022, 3, 31)
    assert FinancialYear.containing(date(2022, 3, 31)) == FinancialYear(2021)
    assert FinancialYear.containing(date(2022, 4, 1)) == FinancialYear(2022)
    assert FinancialYear(2021).previous() == FinancialYear(2020)
    assert FinancialYear(2021).next() == FinancialYear(2022)
    assert FinancialYear(2020) < FinancialYear(2021)
    assert str(FinancialYear(2021)) == "2021/22"


@pytest.mark.parametrize(
    "text",
    [
        "2021/22",
        "2021-22",
        "2021/2022",
        "FYE 2022",
        "fye2022",
        "FY 2021/22",
        "FY2021-22",
        " 2021/22\n",
        "2021\u00a0/\u00a022",
        "2021–22",
    ],
)
def test_financial_year_is_read_as_people_write_it(text):
    assert FinancialYear.parse(text) == FinancialYear(2021)


@pytest.mark.parametrize(
    ("text", "start_year"), [("1999/00", 1999), ("1999/2000", 1999), ("2099/00", 2099), ("FYE 2025", 2024)]
)
def test_financial_year_is_read_over_a_century_and_by_its_end(text, start_year):
    assert FinancialYear.parse(text) == FinancialYear(start_year)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2021/23", "“2021/23” is not one year: the second year must follow the first, like 2021/22."),
        ("2021/21", "“2021/21” is not one year: the second year must follow the first, like 2021/22."),
        ("2021/2023", "“2021/2023” is not one year: the second year must follow the first, like 2021/22."),
        ("2021/1922", "“2021/1922” is not one year: the second year must follow the first, like 2021/22."),
        ("2099/2000", "“2099/2000” is not one year: the second year must follow the first, like 2099/00."),
        ("21/22", "“21/22” has a shortened year. Write the year in full, like 2021/22."),
        ("FYE 22", "“FYE 22” has a shortened year. Write the year in full, like 2021/22."),
        ("2022", "“2022” could be one of two financial years. Write both years, like 2021/22."),
        ("FY 2022", "“FY 2022” could be one of two financial years. Write both years, like 2021/22."),
        ("", "Enter a financial year, like 2021/22."),
        (" \u00a0", "Enter a financial year, like 2021/22."),
        ("last year", "“last year” is not a financial year. Write it like 2021/22."),
        ("AY 2021/22", "“AY 2021/22” is not a financial year. Write it like 2021/22."),
        ("Q4 2021/22", "“Q4 2021/22” is not a financial year. Write it like 2021/22."),
        ("٢٠٢١/٢٢", "“٢٠٢١/٢٢” is not a financial year. Write it like 2021/22."),
        ("<b>2021</b>", "“<b>2021</b>” is not a financial year. Write it like 2021/22."),
        ("1066/67", "The year 1066 is out of range. Use a year from 1900 to 2199."),
    ],
)
def test_financial_year_is_refused_in_plain_words(text, words):
    with pytest.raises(PeriodError) as refused:
        FinancialYear.parse(text)
    assert str(refused.value) == words


def test_a_very_long_text_is_quoted_short():
    with pytest.raises(PeriodError) as refused:
        FinancialYear.parse("2021/22 " * 1000)
    assert (
        str(refused.value)
        == "“2021/22 2021/22 2021/22 2021/22 2021/22…” is not a financial year. Write it like 2021/22."
    )


# Financial quarters


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2021, 3, 31), "Q4 2020/21"),
        (date(2021, 4, 1), "Q1 2021/22"),
        (date(2022, 1, 1), "Q4 2021/22"),
        (date(2022, 3, 31), "Q4 2021/22"),
        (date(2024, 2, 29), "Q4 2023/24"),
        (date(1999, 4, 1), "Q1 1999/00"),
        (date(2099, 12, 1), "Q3 2099/00"),
    ],
)
def test_financial_quarter_of_a_day(day, label):
    assert FinancialQuarter.containing(day).label == label


@pytest.mark.parametrize(
    ("number", "starts_on", "ends_on", "months"),
    [
        (1, date(2021, 4, 1), date(2021, 6, 30), "April to June 2021"),
        (2, date(2021, 7, 1), date(2021, 9, 30), "July to September 2021"),
        (3, date(2021, 10, 1), date(2021, 12, 31), "October to December 2021"),
        (4, date(2022, 1, 1), date(2022, 3, 31), "January to March 2022"),
    ],
)
def test_financial_quarter_dates_and_months(number, starts_on, ends_on, months):
    quarter = FinancialQuarter(FinancialYear(2021), number)

    assert (quarter.starts_on, quarter.ends_on) == (starts_on, ends_on)
    assert quarter.months_label == months
    assert quarter.slug == f"q{number}"
    assert str(quarter) == f"Q{number} 2021/22"


def test_financial_quarters_follow_each_other_over_the_year():
    fourth, first = FinancialQuarter(FinancialYear(2020), 4), FinancialQuarter(FinancialYear(2021), 1)

    assert fourth.next() == first
    assert first.previous() == fourth
    assert fourth < first
    assert first.next() == FinancialQuarter(FinancialYear(2021), 2)


@pytest.mark.parametrize(
    "text",
    [
        "Q3 2021/22",
        "q3 2021-22",
        "Q3, 2021/2022",
        "2021/22 Q3",
        "Quarter 3 2021/22",
        "Q3 FYE 2022",
        "2021/22, quarter 3",
    ],
)
def test_financial_quarter_is_read_as_people_write_it(text):
    assert FinancialQuarter.parse(text) == FinancialQuarter(FinancialYear(2021), 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Q5 2021/22", "There is no quarter 5. Quarters run from Q1 to Q4."),
        ("Q0 2021/22", "There is no quarter 0. Quarters run from Q1 to Q4."),
        ("Q5", "There is no quarter 5. Quarters run from Q1 to Q4."),
        ("Q0", "There is no quarter 0. Quarters run from Q1 to Q4."),
        ("Q3", "“Q3” does not say which year. Write it like Q3 2021/22."),
        ("Q3 2021", "“2021” could be one of two financial years. Write both years, like 2021/22."),
        ("Q3 21/22", "“21/22” has a shortened year. Write the year in full, like 2021/22."),
        ("Q3 2021/23", "“2021/23” is not one year: the second year must follow the first, like 2021/22."),
        ("2021/22", "“2021/22” is not a financial quarter. Write it like Q3 2021/22."),
        ("", "Enter a financial quarter, like Q3 2021/22."),
    ],
)
def test_financial_quarter_is_refused_in_plain_words(text, words):
    assert refusal(PeriodKind.FINANCIAL_QUARTER, text) == words


@pytest.mark.parametrize("number", [0, 5, -1])
def test_financial_quarter_has_a_number_from_one_to_four(number):
    with pytest.raises(PeriodError):
        FinancialQuarter(FinancialYear(2021), number)


# Data periods


@pytest.mark.parametrize(
    ("kind", "text", "starts_on", "ends_on", "label"),
    [
        ("financial_year", "FYE 2022", date(2021, 4, 1), date(2022, 3, 31), "2021/22"),
        ("financial_quarter", "2021/22 Q4", date(2022, 1, 1), date(2022, 3, 31), "Q4 2021/22"),
        ("calendar_year", "2021", date(2021, 1, 1), date(2021, 12, 31), "2021"),
        ("calendar_month", "August 2024", date(2024, 8, 1), date(2024, 8, 31), "August 2024"),
        ("calendar_month", "Sept. 2024", date(2024, 9, 1), date(2024, 9, 30), "September 2024"),
        ("calendar_month", "feb 2024", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("calendar_month", "2024-08", date(2024, 8, 1), date(2024, 8, 31), "August 2024"),
        ("calendar_month", "08/2024", date(2024, 8, 1), date(2024, 8, 31), "August 2024"),
        ("academic_year", "2021/22", date(2021, 8, 1), date(2022, 7, 31), "2021/22 school year"),
        ("academic_year", "AY 2021-22", date(2021, 8, 1), date(2022, 7, 31), "2021/22 school year"),
        (
            "academic_year",
            "Academic year 2021/2022",
            date(2021, 8, 1),
            date(2022, 7, 31),
            "2021/22 school year",
        ),
        ("rolling_years", "2017-2019", date(2017, 1, 1), date(2019, 12, 31), "2017-2019"),
        ("rolling_years", "2017 to 2019", date(2017, 1, 1), date(2019, 12, 31), "2017-2019"),
        ("rolling_years", "2017–19", date(2017, 1, 1), date(2019, 12, 31), "2017-2019"),
        ("rolling_years", "1998-00", date(1998, 1, 1), date(2000, 12, 31), "1998-2000"),
        ("rolling_years", "2017/18 to 2019/20", date(2017, 4, 1), date(2020, 3, 31), "2017/18 to 2019/20"),
        ("rolling_years", "2017/18-2019/2020", date(2017, 4, 1), date(2020, 3, 31), "2017/18 to 2019/20"),
        ("point_in_time", "31 March 2021", date(2021, 3, 31), date(2021, 3, 31), "31 March 2021"),
        ("point_in_time", "1st Mar 2021", date(2021, 3, 1), date(2021, 3, 1), "1 March 2021"),
        ("point_in_time", "31/03/2021", date(2021, 3, 31), date(2021, 3, 31), "31 March 2021"),
        ("point_in_time", "5/5/2021", date(2021, 5, 5), date(2021, 5, 5), "5 May 2021"),
        ("point_in_time", "2021-07-04", date(2021, 7, 4), date(2021, 7, 4), "4 July 2021"),
        ("point_in_time", "29 February 2024", date(2024, 2, 29), date(2024, 2, 29), "29 February 2024"),
    ],
)
def test_period_is_read_by_its_kind(kind, text, starts_on, ends_on, label):
    period = Period.parse(kind, text)

    assert period == Period(PeriodKind(kind), starts_on, ends_on)
    assert period.label == label
    assert str(period) == label


def test_the_same_text_is_two_periods_for_two_kinds():
    assert Period.parse(PeriodKind.FINANCIAL_YEAR, "2021/22").starts_on == date(2021, 4, 1)
    assert Period.parse(PeriodKind.ACADEMIC_YEAR, "2021/22").starts_on == date(2021, 8, 1)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("calendar_year", "2021/22", "“2021/22” is not a calendar year. Write it like 2021."),
        ("calendar_year", "21", "“21” has a shortened year. Write the year in full, like 2021."),
        ("calendar_year", "9999", "The year 9999 is out of range. Use a year from 1900 to 2199."),
        (
            "calendar_month",
            "Aug-24",
            "“Aug-24” has a shortened year. Write the year in full, like August 2024.",
        ),
        (
            "calendar_month",
            "13/2024",
            "There is no month 13. Months run from 1 to 12, and the day comes first.",
        ),
        (
            "calendar_month",
            "Augustus 2024",
            "“Augustus 2024” is not a calendar month. Write it like August 2024.",
        ),
        ("calendar_month", "1-Mar", "“1-Mar” is not a calendar month. Write it like August 2024."),
        ("academic_year", "2021", "“2021” is not a school year. Write it like 2021/22."),
        ("academic_year", "FYE 2022", "“FYE 2022” is not a school year. Write it like 2021/22."),
        (
            "academic_year",
            "2021/23",
            "“2021/23” is not one year: the second year must follow the first, like 2021/22.",
        ),
        ("rolling_years", "2019-2017", "“2019-2017” must end in a later year than it starts."),
        ("rolling_years", "2019-2019", "“2019-2019” must end in a later year than it starts."),
        (
            "rolling_years",
            "2017-18",
            "“2017-18” could be one year or two. Write both years in full, like 2017-2018.",
        ),
        (
            "rolling_years",
            "2017/18",
            "“2017/18” is not a run of years. Write it like 2017-2019 or 2017/18 to 2019/20.",
        ),
        ("point_in_time", "29 February 2021", "There is no 29 February 2021."),
        ("point_in_time", "31 April 2021", "There is no 31 April 2021."),
        (
            "point_in_time",
            "04/07/2021",
            "“04/07/2021” could be 4 July or 7 April. Write the month as a word, like 31 March 2021.",
        ),
        (
            "point_in_time",
            "03/31/2021",
            "There is no month 31. Months run from 1 to 12, and the day comes first.",
        ),
        (
            "point_in_time",
            "31/03/21",
            "“31/03/21” has a shortened year. Write the year in full, like 31 March 2021.",
        ),
        (
            "point_in_time",
            "44287",
            "“44287” looks like a date that a spreadsheet turned into a number. Write it like 31 March 2021.",
        ),
        ("point_in_time", "0 March 2021", "There is no 0 March 2021."),
        ("point_in_time", "1-Mar", "“1-Mar” is not a date. Write it like 31 March 2021."),
        ("survey_year", "2021", "“survey_year” is not a kind of period."),
    ],
)
def test_period_is_refused_in_plain_words(kind, text, words):
    assert refusal(kind, text) == words


def test_a_run_of_years_must_be_as_long_as_the_measure_says():
    assert Period.parse(PeriodKind.ROLLING_YEARS, "2017-2019", years=3).years == 3
    words = "“2017-2018” is 2 years; this needs 3 years together."
    assert refusal(PeriodKind.ROLLING_YEARS, "2017-2018", years=3) == words


def test_a_day_by_which_something_is_promised_in_words():
    assert by_in_words(date(2022, 9, 30)) == "By the end of Q2 2022/23"
    assert by_in_words(date(2022, 3, 31)) == "By the end of Q4 2021/22"
    assert by_in_words(date(2022, 9, 29)) == "By 29 September 2022"


def test_a_run_of_years_must_be_of_the_years_the_measure_says():
    run = Period.parse(PeriodKind.ROLLING_YEARS, "2017/18 to 2019/20", by_financial_year=True)
    assert (run.starts_on, run.ends_on) == (date(2017, 4, 1), date(2020, 3, 31))
    run = Period.parse(PeriodKind.ROLLING_YEARS, "2017-2019", by_financial_year=False)
    assert (run.starts_on, run.ends_on) == (date(2017, 1, 1), date(2019, 12, 31))
    assert refusal(PeriodKind.ROLLING_YEARS, "2017-2019", by_financial_year=True) == (
        "“2017-2019” is in calendar years; this needs financial years, like 2017/18 to 2019/20."
    )
    assert refusal(PeriodKind.ROLLING_YEARS, "2017/18 to 2019/20", by_financial_year=False) == (
        "“2017/18 to 2019/20” is in financial years; this needs calendar years, like 2017-2019."
    )


@pytest.mark.parametrize(
    ("kind", "starts_on", "ends_on"),
    [
        (PeriodKind.FINANCIAL_YEAR, date(2021, 4, 1), date(2022, 3, 30)),
        (PeriodKind.FINANCIAL_YEAR, date(2021, 1, 1), date(2021, 12, 31)),
        (PeriodKind.FINANCIAL_YEAR, date(2021, 4, 2), date(2022, 4, 1)),
        (PeriodKind.FINANCIAL_QUARTER, date(2021, 5, 1), date(2021, 7, 31)),
        (PeriodKind.CALENDAR_YEAR, date(2021, 4, 1), date(2022, 3, 31)),
        (PeriodKind.CALENDAR_MONTH, date(2021, 2, 1), date(2021, 2, 27)),
        (PeriodKind.ACADEMIC_YEAR, date(2021, 4, 1), date(2022, 3, 31)),
        (PeriodKind.ROLLING_YEARS, date(2017, 1, 1), date(2017, 12, 31)),
        (PeriodKind.ROLLING_YEARS, date(2017, 1, 1), date(2019, 6, 30)),
        (PeriodKind.ROLLING_YEARS, date(2017, 8, 1), date(2019, 7, 31)),
        (PeriodKind.POINT_IN_TIME, date(2021, 3, 31), date(2021, 4, 1)),
        (PeriodKind.CALENDAR_YEAR, date(2021, 1, 1), date(2020, 12, 31)),
    ],
)
def test_period_dates_must_fit_the_kind(kind, starts_on, ends_on):
    with pytest.raises(PeriodError):
        Period(kind, starts_on, ends_on)


def test_dates_that_do_not_fit_are_named():
    with pytest.raises(PeriodError) as refused:
        Period(PeriodKind.FINANCIAL_YEAR, date(2021, 1, 1), date(2021, 12, 31))
    assert str(refused.value) == "1 January 2021 to 31 December 2021 is not a financial year."


def test_a_year_and_a_quarter_are_periods():
    assert Period.for_year(FinancialYear(2021)).label == "2021/22"
    assert Period.for_quarter(FinancialQuarter(FinancialYear(2021), 3)).label == "Q3 2021/22"


@pytest.mark.parametrize(
    ("kind", "text", "before", "after", "a_year_ago"),
    [
        ("financial_year", "2021/22", "2020/21", "2022/23", "2020/21"),
        ("financial_quarter", "Q1 2021/22", "Q4 2020/21", "Q2 2021/22", "Q1 2020/21"),
        ("calendar_year", "2021", "2020", "2022", "2020"),
        ("calendar_month", "January 2021", "December 2020", "February 2021", "January 2020"),
        ("academic_year", "2021/22", "2020/21 school year", "2022/23 school year", "2020/21 school year"),
        ("rolling_years", "2017-2019", "2016-2018", "2018-2020", "2016-2018"),
        (
            "rolling_years",
            "2017/18 to 2019/20",
            "2016/17 to 2018/19",
            "2018/19 to 2020/21",
            "2016/17 to 2018/19",
        ),
    ],
)
def test_period_neighbours(kind, text, before, after, a_year_ago):
    period = Period.parse(kind, text)

    assert period.previous().label == before
    assert period.next().label == after
    assert period.same_last_year().label == a_year_ago


def test_a_point_in_time_has_no_neighbours_but_a_year_ago():
    point = Period.parse(PeriodKind.POINT_IN_TIME, "29 February 2024")

    assert point.same_last_year().label == "28 February 2023"
    with pytest.raises(PeriodError):
        point.previous()
    with pytest.raises(PeriodError):
        point.next()


def test_runs_of_years_overlap_their_neighbours_and_others_do_not():
    run = Period.parse(PeriodKind.ROLLING_YEARS, "2017-2019")

    assert run.overlaps(run.next())
    assert not run.overlaps(Period.parse(PeriodKind.ROLLING_YEARS, "2014-2016"))
    assert run.overlaps(Period.parse(PeriodKind.POINT_IN_TIME, "31 December 2019"))
    assert not run.overlaps(Period.parse(PeriodKind.POINT_IN_TIME, "1 January 2020"))


def test_a_run_of_years_ends_with_the_year_of_the_day():
    day = date(2020, 2, 1)

    assert Period.containing(PeriodKind.ROLLING_YEARS, day, 3).label == "2018-2020"
    by_april = Period.containing(PeriodKind.ROLLING_YEARS, day, 3, by_financial_year=True)
    assert by_april.label == "2017/18 to 2019/20"
    with pytest.raises(PeriodError):
        Period.containing(PeriodKind.ROLLING_YEARS, day)
    with pytest.raises(PeriodError):
        Period.containing(PeriodKind.ROLLING_YEARS, day, 1)


def test_periods_sort_by_when_they_start():
    months = [Period.parse("calendar_month", text) for text in ("May 2021", "April 2021", "January 2022")]

    assert [period.label for period in sorted(months)] == ["April 2021", "May 2021", "January 2022"]


def test_a_kind_from_the_database_is_the_kind():
    period = Period("calendar_year", date(2021, 1, 1), date(2021, 12, 31))

    assert period.kind is PeriodKind.CALENDAR_YEAR
    assert period == Period.parse(PeriodKind.CALENDAR_YEAR, "2021")


def test_kinds_are_offered_in_plain_words():
    assert PeriodKind.choices() == [
        ("financial_year", "Financial year (April to March)"),
        ("financial_quarter", "Financial quarter"),
        ("calendar_year", "Calendar year"),
        ("calendar_month", "Calendar month"),
        ("academic_year", "School year (August to July)"),
        ("rolling_years", "Several years taken together (rolling)"),
        ("point_in_time", "Point in time"),
    ]


# Properties


@given(periods())
def test_a_label_reads_back(period):
    assert Period.parse(period.kind, period.label) == period


@given(DAYS)
def test_a_quarter_reads_back_and_lies_in_its_year(day):
    quarter = FinancialQuarter.containing(day)

    assert FinancialQuarter.parse(quarter.label) == quarter
    assert FinancialYear.parse(quarter.year.label) == FinancialYear.parse(quarter.year.slug) == quarter.year
    assert quarter.year.starts_on <= quarter.starts_on <= day <= quarter.ends_on <= quarter.year.ends_on
    assert quarter.next().previous() == quarter == quarter.previous().next()
    assert quarter.next().starts_on == quarter.ends_on + timedelta(days=1)


@given(periods(KINDS_IN_A_ROW))
def test_next_and_previous_undo_each_other(period):
    assert period.next().previous() == period == period.previous().next()
    assert period.previous() < period < period.next()


@given(periods([kind for kind in KINDS_IN_A_ROW if kind is not PeriodKind.ROLLING_YEARS]))
def test_neighbours_leave_no_day_out_and_share_none(period):
    assert period.next().starts_on == period.ends_on + timedelta(days=1)
    assert not period.overlaps(period.next())


@given(st.sampled_from(KINDS_IN_A_ROW), DAYS)
def test_a_day_lies_in_its_period(kind, day):
    period = Period.containing(kind, day, 3 if kind is PeriodKind.ROLLING_YEARS else None)
    assert period.starts_on <= day <= period.ends_on


@given(st.sampled_from(PeriodKind), st.text(max_size=30))
def test_any_text_is_read_or_refused_and_never_fails(kind, text):
    with suppress(PeriodError):
        assert Period.parse(kind, text).kind is kind


@given(st.sampled_from([PeriodKind.FINANCIAL_QUARTER, PeriodKind.CALENDAR_MONTH]), DAYS)
def test_the_parts_of_a_year_make_the_year(kind, day):
    year = Period.containing(PeriodKind.FINANCIAL_YEAR, day)
    parts = [Period.containing(kind, year.starts_on)]
    while parts[-1].ends_on < year.ends_on:
        parts.append(parts[-1].next())

    assert len(parts) == {PeriodKind.FINANCIAL_QUARTER: 4, PeriodKind.CALENDAR_MONTH: 12}[kind]
    assert (parts[0].starts_on, parts[-1].ends_on) == (year.starts_on, year.ends_on)
    days = sum((part.ends_on - part.starts_on).days + 1 for part in parts)
    assert days == (year.ends_on - year.starts_on).days + 1


@given(st.lists(periods(), max_size=8), st.randoms(use_true_random=False))
def test_periods_have_one_order_however_they_come(found, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)

    assert sorted(shuffled) == sorted(found)
    for earlier, later in pairwise(sorted(found)):
        assert earlier <= later
        assert (earlier.starts_on, earlier.ends_on) <= (later.starts_on, later.ends_on)
