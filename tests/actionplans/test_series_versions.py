"""A whole series replaced: all of it at once, told in words beforehand, the old one never mixed with it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.forms.series import read_pasted
from actionplans.models import Measure, Reading, SeriesVersion
from actionplans.series import series_of
from actionplans.series_versions import SeriesRefused, SeriesRow, plan_series, replace_series, series_listings
from priorities.clock import EDINBURGH
from priorities.periods import FinancialYear, Period
from tests.actionplans.conftest import Round
from tests.actionplans.factories import GapFactory, MeasureFactory, ReadingFactory
from tests.factories import NOW, ComparatorFactory

RELEASED = dt.datetime(2022, 1, 5, 9, 30, tzinfo=EDINBURGH)
LATER = NOW + dt.timedelta(days=7)
REASON = "Rebased on the census of 2022."


def year(text: str) -> Period:
    return Period.for_year(FinancialYear.parse(text))


def row(period: str, value: str | None, **fields: object) -> SeriesRow:
    return SeriesRow(year(period), None if value is None else Decimal(value), **fields)


@pytest.fixture
def measure(poverty_round: Round) -> Measure:
    """A yearly percentage, read from 2016/17 to 2020/21."""
    made = MeasureFactory(
        priority=poverty_round.cast.poverty, period_kind="financial_year", name="Children in poverty"
    )
    for start in range(2016, 2021):
        of = FinancialYear(start)
        ReadingFactory(
            measure=made,
            starts_on=of.starts_on,
            ends_on=of.ends_on,
            value=Decimal(start - 2000),
            released_at=dt.datetime(start + 1, 7, 1, 9, 30, tzinfo=EDINBURGH),
        )
    return Measure.objects.get(pk=made.pk)


NEW = (row("2018/19", "28.5"), row("2019/20", "29.5"), row("2020/21", "30.5", flag="provisional"))


def replaced(measure: Measure, found: Round, rows=NEW, **changes: object) -> SeriesVersion:
    said = {"released_at": RELEASED, "reason": REASON, "by": found.cast.manager, "at": NOW} | changes
    return replace_series(measure, rows, **said)


def known(measure: Measure, at: dt.datetime) -> list[tuple[str, Decimal]]:
    series = series_of([measure], ends_by=dt.date(2022, 3, 31), known_at=at)[measure.pk]
    return [(value.period.label, value.value) for value in series.values]


OLD = [(f"{year_}/{year_ - 1999}", Decimal(year_ - 2000)) for year_ in range(2016, 2021)]


def test_from_its_release_only_the_new_series_counts(measure: Measure, poverty_round: Round) -> None:
    version = replaced(measure, poverty_round)

    assert (version.number, version.reason, version.taken_in_at, version.taken_in_by) == (
        2, REASON, NOW, poverty_round.cast.manager,
    )  # fmt: skip
    assert known(measure, RELEASED - dt.timedelta(seconds=1)) == OLD
    assert known(measure, RELEASED) == [
        ("2018/19", Decimal("28.5")),
        ("2019/20", Decimal("29.5")),
        ("2020/21", Decimal("30.5")),
    ]
    rows = Reading.objects.filter(measure=measure, series=2)
    assert {(one.released_at, one.entered_at, one.note, one.release_class) for one in rows} == {
        (RELEASED, NOW, REASON, "published")
    }
    assert Reading.objects.filter(measure=measure, series=1).count() == 5


def test_a_series_under_embargo_waits_for_its_moment(measure: Measure, poverty_round: Round) -> None:
    replaced(measure, poverty_round, released_at=LATER)

    assert known(measure, NOW) == OLD
    assert len(known(measure, LATER)) == 3
    assert measure.series_at(NOW) == 1
    assert measure.series_at(LATER) == 2


def test_a_second_replacement_is_series_3(measure: Measure, poverty_round: Round) -> None:
    replaced(measure, poverty_round)

    assert replaced(measure, poverty_round, released_at=NOW).number == 3


@pytest.mark.parametrize(
    ("rows", "changes", "field", "words"),
    [
        ((), {}, "figures", "There are no figures in the new series."),
        ((*NEW, NEW[0]), {}, "figures", "2018/19 is there twice."),
        (
            (SeriesRow(Period("calendar_year", dt.date(2018, 1, 1), dt.date(2018, 12, 31)), Decimal(1)),),
            {},
            "figures",
            "2018 is not a financial year, as every period of this measure must be.",
        ),
        (
            (row("2018/19", None),),
            {},
            "figures",
            "2018/19 has neither a figure nor a reason why there is none.",
        ),
        (
            (row("2021/22", "31"),),
            {},
            "figures",
            (
                "2021/22 ends on 31 March 2022, after the day of the release. Mark the figure provisional or "
                "estimated, or check both."
            ),
        ),
        (NEW, {"reason": " "}, "reason", "Say what changed, and where it was announced."),
    ],
)
def test_a_series_that_cannot_be_is_refused_whole(
    measure: Measure, poverty_round: Round, rows: tuple, changes: dict, field: str, words: str
) -> None:
    with pytest.raises(SeriesRefused) as refused:
        replaced(measure, poverty_round, rows, **changes)

    assert (refused.value.field, str(refused.value)) == (field, words)
    assert not SeriesVersion.objects.exists()
    assert Reading.objects.filter(measure=measure).count() == 5


def test_a_replacement_is_released_after_the_last(measure: Measure, poverty_round: Round) -> None:
    replaced(measure, poverty_round)
    with pytest.raises(SeriesRefused) as refused:
        replaced(measure, poverty_round)
    assert (refused.value.field, str(refused.value)) == (
        "released_on",
        "Series 2 was released on 5 January 2022. A series that takes its place is released after it.",
    )


def test_there_must_be_something_to_replace(poverty_round: Round) -> None:
    empty = MeasureFactory(priority=poverty_round.cast.poverty, period_kind="financial_year")
    with pytest.raises(SeriesRefused, match=r"^There is no series yet that could be replaced"):
        replaced(empty, poverty_round)


def test_a_gap_has_no_series_of_its_own(measure: Measure, poverty_round: Round) -> None:
    gap = GapFactory(of=measure)
    with pytest.raises(SeriesRefused, match="worked out from those of Children in poverty"):
        replaced(gap.measure, poverty_round)


def warned(measure: Measure, *rows: SeriesRow) -> tuple[str, ...]:
    return plan_series(measure, rows, released_at=RELEASED, reason=REASON, at=NOW).warnings


def test_what_the_new_series_lacks_is_told_in_words(measure: Measure) -> None:
    assert warned(measure, row("2018/19", "18"), row("2020/21", "20")) == (
        (
            "The new series begins in 2018/19; figures for 2016/17 to 2017/18 stay listed under series 1 and are not "
            "drawn with it."
        ),
        (
            "The new series has no figure for 2019/20; those of the old one stay listed under series 1 and are not drawn "
            "with it."
        ),
    )
    whole = [row(f"{start}/{start - 1999}", "15") for start in range(2016, 2021)]
    assert warned(measure, *whole) == ()
    assert warned(measure, *whole[:-1]) == (
        "The new series ends in 2019/20; figures for 2020/21 stay listed under series 1 and are not drawn with it.",
    )


def test_places_that_fall_away_are_named(measure: Measure) -> None:
    scotland = ComparatorFactory(partnership=measure.partnership)
    of = FinancialYear(2020)
    ReadingFactory(measure=measure, comparator=scotland, starts_on=of.starts_on, ends_on=of.ends_on)
    whole = [row(f"{start}/{start - 1999}", "15") for start in range(2016, 2021)]

    assert warned(measure, *whole) == (
        (
            "Series 1 has figures for 1 other place that the new one has none for: Scotland. They stay listed under "
            "series 1 and are no longer drawn."
        ),
    )
    assert warned(measure, *whole, row("2020/21", "25", comparator=scotland)) == ()


def test_figures_under_embargo_are_told_of(measure: Measure) -> None:
    of = FinancialYear(2021)
    ReadingFactory(measure=measure, starts_on=of.starts_on, ends_on=of.ends_on, released_at=LATER)
    whole = [row(f"{start}/{start - 1999}", "15") for start in range(2016, 2021)]

    assert warned(measure, *whole) == (
        (
            "Series 1 has figures under embargo, for 2021/22. Released, they are listed under series 1 and are not "
            "drawn."
        ),
    )


def test_another_unit_is_noticed(measure: Measure) -> None:
    whole = [row(f"{start}/{start - 1999}", f"0.{start - 2000}") for start in range(2016, 2021)]

    assert warned(measure, *whole) == (
        (
            "In 5 periods the new figure is at least 10 times the old one, or at most a tenth of it. Check that both are "
            "in the same unit."
        ),
    )


def test_the_plan_sets_new_beside_old(measure: Measure) -> None:
    plan = plan_series(
        measure,
        (row("2021/22", None, symbol="x", flag="estimated"), *NEW),
        released_at=RELEASED,
        reason=REASON,
        at=NOW,
    )

    assert plan.number == 2
    assert [(one.period, one.shown_before, one.shown) for one in plan.rows] == [
        ("2018/19", "18.0%", "28.5%"),
        ("2019/20", "19.0%", "29.5%"),
        ("2020/21", "20.0%", "30.5%"),
        ("2021/22", "", "[x]"),
    ]


def test_every_series_is_listed_with_its_figures(measure: Measure, poverty_round: Round) -> None:
    replaced(measure, poverty_round)
    replaced(measure, poverty_round, NEW[:1], released_at=LATER, reason="Once more.")

    third, second, first = series_listings(measure, at=NOW)

    assert (third.number, third.is_to_come, third.is_in_use, third.span) == (
        3,
        True,
        False,
        "1 period, 2018/19",
    )
    assert (second.number, second.is_to_come, second.is_in_use, second.reason) == (2, False, True, REASON)
    assert second.span == "3 periods, 2018/19 to 2020/21"
    assert (first.number, first.is_in_use, first.released_at) == (1, False, None)
    assert [(one.period, one.shown) for one in first.figures][:2] == [
        ("2016/17", "16.0%"),
        ("2017/18", "17.0%"),
    ]
    assert second.figures[-1].flag == "provisional"


# Pasted


@pytest.mark.parametrize(
    "text",
    [
        "2018/19\t28.5\n2019/20\t29.5%\n2020/21\t30.5 (p)",
        "Year\tPer cent\n2018/19\t28.5\n\n2019/20\t29.5\n2020/21\t30.5 [p]\n",
        "2018-19,28.5\n2019-20,29.5\n2020-21,30.5 (p)",
        "2018/19  28.5\n2019/20   29.5\n2020/21  30.5 (p)",
        "2018/19;28.5\n2019/20;29.5\n2020/21;30.5 (p)",
    ],
)
def test_a_table_is_read_as_it_is_copied(measure: Measure, text: str) -> None:
    read = read_pasted(measure, text)

    assert read.faults == ()
    assert read.rows == NEW


def test_single_spaces_part_the_last_word(measure: Measure) -> None:
    assert read_pasted(measure, "2018/19 28.5").rows == NEW[:1]


def test_thousands_keep_their_commas(poverty_round: Round) -> None:
    people = MeasureFactory(
        priority=poverty_round.cast.poverty, period_kind="financial_year", unit="number", decimals=0
    )
    assert read_pasted(people, "2018/19\t1,234").rows[0].value == Decimal(1234)


@pytest.mark.parametrize(
    ("typed", "symbol"), [("[x]", "x"), ("..", "x"), ("[c]", "c"), ("<5", "c"), ("[z]", "z")]
)
def test_symbols_are_kept_as_such(measure: Measure, typed: str, symbol: str) -> None:
    (read,) = read_pasted(measure, f"2018/19\t{typed}").rows

    assert (read.value, read.symbol) == (None, symbol)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2018/19", "“2018/19” is not a period and a figure. Put a tab between them."),
        ("2018/19\t28.5\t29", "“2018/19 28.5 29” is not a period and a figure. Put a tab between them."),
        ("2018/20\t28.5", "“2018/20” is not one year: the second year must follow the first, like 2018/19."),
        ("Q1 2018/19\t28.5", "“Q1 2018/19” is not a financial year. Write it like 2021/22."),
        (
            "2018/19\t",
            "“2018/19” is not a period and a figure. Put a tab between them.",
        ),
        (
            "2018/19\t-",
            (
                "“-” is not a number. If there is no figure, write [x] for not available, [z] for not applicable or "
                "[c] for confidential."
            ),
        ),
        ("2018/19\t£3", "“£3” is money, and this measure is not. Check the figure."),
        ("Total\t28.5", "“Total” is not a financial year. Write it like 2021/22."),
    ],
)
def test_what_cannot_be_read_is_told_by_line(measure: Measure, line: str, words: str) -> None:
    read = read_pasted(measure, f"2016/17\t16\n{line}\n2019/20\t19")

    assert read.faults == (f"Line 2: {words}",)


def test_a_period_twice_names_both_lines(measure: Measure) -> None:
    read = read_pasted(measure, "Year\tFigure\n2018/19\t28.5\n2018-19\t28.6")

    assert read.faults == ("Line 3: 2018/19 is there twice: line 2 has it too.",)


def test_a_ratio_is_pasted_with_its_two_numbers(poverty_round: Round) -> None:
    share = MeasureFactory(priority=poverty_round.cast.poverty, period_kind="financial_year", is_ratio=True)
    read = read_pasted(
        share, "Year\tOver\tUnder\n2018/19\t1,000\t3,000\n2019/20\t0\t0\n2020/21\t[c]\t[c]\n2021/22\t4\t3"
    )

    assert [(one.value, one.symbol, one.numerator, one.denominator) for one in read.rows] == [
        (Decimal("33.333333"), "", Decimal(1000), Decimal(3000)),
        (None, "z", Decimal(0), Decimal(0)),
        (None, "c", None, None),
    ]
    assert read.faults == ("Line 5: 4 is more than 3, the number it is part of. Check both.",)


def test_more_lines_than_a_series_has_are_refused(measure: Measure) -> None:
    assert read_pasted(measure, "2018/19\t1\n" * 1001) == read_pasted(measure, "2018/19\t1\n" * 1001)
    assert read_pasted(measure, "2018/19\t1\n" * 1001).faults == (
        "There are 1,001 lines. Paste at most 1,000.",
    )
