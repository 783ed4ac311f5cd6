"""Financial years, financial quarters and the periods that data are about (pure).

A financial year runs from 1 April to 31 March; its first quarter is April to June. What a value measures (its
data period) is not the quarter in which it is reported. "2021/22" alone may be a financial or a school year,
so the kind of a period is always given and never guessed.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Self

from priorities.wording import quoted, tidied

FIRST_YEAR = 1900
LAST_YEAR = 2199
FEWEST_ROLLING_YEARS = 2

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

ONE_DAY = timedelta(days=1)

_PAIR_OF_YEARS = re.compile(r"([0-9]{4}) ?[/-] ?([0-9]{4}|[0-9]{2})")


class PeriodError(ValueError):
    """Something is not a period; the message says so in words for the person who typed it."""


@dataclass(frozen=True, order=True)
class FinancialYear:
    """1 April of `start_year` to 31 March of the next year."""

    start_year: int

    def __post_init__(self) -> None:
        _check_year(self.start_year)

    @property
    def label(self) -> str:
        """As reports print it: "2021/22"."""
        return f"{self.start_year}/{_last_two(self.start_year + 1)}"

    @property
    def slug(self) -> str:
        """As addresses write it: "2021-22"."""
        return f"{self.start_year}-{_last_two(self.start_year + 1)}"

    @property
    def starts_on(self) -> date:
        return date(self.start_year, 4, 1)

    @property
    def ends_on(self) -> date:
        return date(self.start_year + 1, 3, 31)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2021/22`, `2021-22`, `2021/2022`, `FY 2021/22` or `FYE 2022` (which ends in March 2022).

        Raises PeriodError for anything else, two years that do not follow each other among them.
        """
        words = _tidy(text)
        if ending := re.fullmatch(r"fye ?([0-9]{4})", words):
            return cls(int(ending[1]) - 1)
        if years := re.fullmatch(rf"(?:fy ?|financial year )?{_PAIR_OF_YEARS.pattern}", words):
            return cls(_first_of_pair(years, text))
        if re.fullmatch(r"(?:fy ?)?[0-9]{4}", words):
            raise PeriodError(
                f"{quoted(text)} could be one of two financial years. Write both years, like 2021/22."
            )
        raise _not_a(PeriodKind.FINANCIAL_YEAR, text)

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls(day.year if day.month >= 4 else day.year - 1)

    def previous(self) -> Self:
        return type(self)(self.start_year - 1)

    def next(self) -> Self:
        return type(self)(self.start_year + 1)

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, order=True)
class FinancialQuarter:
    """Three months of a financial year: Q1 April to June, and so on to Q4, January to March."""

    year: FinancialYear
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise PeriodError(f"There is no quarter {self.number}. Quarters run from Q1 to Q4.")

    @property
    def label(self) -> str:
        """As reports print it: "Q3 2021/22"."""
        return f"Q{self.number} {self.year.label}"

    @property
    def slug(self) -> str:
        """As addresses write it, after the year's slug: "q3"."""
        return f"q{self.number}"

    @property
    def starts_on(self) -> date:
        return _add_months(self.year.starts_on, 3 * (self.number - 1))

    @property
    def ends_on(self) -> date:
        return _add_months(self.starts_on, 3) - ONE_DAY

    @property
    def months_label(self) -> str:
        """The months in words: "October to December 2021"."""
        first, last = MONTHS[self.starts_on.month - 1], MONTHS[self.ends_on.month - 1]
        return f"{first} to {last} {self.ends_on.year}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `Q3 2021/22`, `2021/22 Q3` or `Quarter 3, 2021-22`. Raises PeriodError."""
        words = _tidy(text).replace(",", " ")
        named = re.fullmatch(r"(?:q|quarter) ?([0-9]{1,2}) +(.+)", words)
        trailing = re.fullmatch(r"(.+?) +(?:q|quarter) ?([0-9]{1,2})", words)
        if named:
            return cls(FinancialYear.parse(named[2]), int(named[1]))
        if trailing:
            return cls(FinancialYear.parse(trailing[1]), int(trailing[2]))
        if alone := re.fullmatch(r"(?:q|quarter) ?([0-9]{1,2})", words):
            if int(alone[1]) not in (1, 2, 3, 4):
                raise PeriodError(f"There is no quarter {int(alone[1])}. Quarters run from Q1 to Q4.")
            raise PeriodError(f"{quoted(text)} does not say which year. Write it like Q3 2021/22.")
        raise _not_a(PeriodKind.FINANCIAL_QUARTER, text)

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls(FinancialYear.containing(day), (day.month - 4) % 12 // 3 + 1)

    def previous(self) -> Self:
        if self.number == 1:
            return type(self)(self.year.previous(), 4)
        return type(self)(self.year, self.number - 1)

    def next(self) -> Self:
        if self.number == 4:
            return type(self)(self.year.next(), 1)
        return type(self)(self.year, self.number + 1)

    def __str__(self) -> str:
        return self.label


def by_in_words(day: date) -> str:
    """A day by which something is promised: "By the end of Q2 2022/23", or "By 15 May 2022" within a quarter."""
    quarter = FinancialQuarter.containing(day)
    return f"By the end of {quarter.label}" if day == quarter.ends_on else f"By {_day_label(day)}"


class PeriodKind(enum.StrEnum):
    """What kind of time a value is about. A measure has one, and all its values are of that kind."""

    FINANCIAL_YEAR = "financial_year"
    FINANCIAL_QUARTER = "financial_quarter"
    CALENDAR_YEAR = "calendar_year"
    CALENDAR_MONTH = "calendar_month"
    ACADEMIC_YEAR = "academic_year"
    ROLLING_YEARS = "rolling_years"
    POINT_IN_TIME = "point_in_time"

    @property
    def label(self) -> str:
        """The kind in plain words, to begin a line: "Financial year (April to March)"."""
        return _KIND_LABELS[self]

    @property
    def name_in_words(self) -> str:
        """The kind as a sentence names it: "a financial year"."""
        return _KIND_NAMES[self]

    @property
    def example(self) -> str:
        """How to write a period of this kind, for hints and error messages."""
        return _KIND_EXAMPLES[self]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form or model field."""
        return [(kind.value, kind.label) for kind in cls]


_KIND_LABELS = {
    PeriodKind.FINANCIAL_YEAR: "Financial year (April to March)",
    PeriodKind.FINANCIAL_QUARTER: "Financial quarter",
    PeriodKind.CALENDAR_YEAR: "Calendar year",
    PeriodKind.CALENDAR_MONTH: "Calendar month",
    PeriodKind.ACADEMIC_YEAR: "School year (August to July)",
    PeriodKind.ROLLING_YEARS: "Several years taken together (rolling)",
    PeriodKind.POINT_IN_TIME: "Point in time",
}

_KIND_NAMES = {
    PeriodKind.FINANCIAL_YEAR: "a financial year",
    PeriodKind.FINANCIAL_QUARTER: "a financial quarter",
    PeriodKind.CALENDAR_YEAR: "a calendar year",
    PeriodKind.CALENDAR_MONTH: "a calendar month",
    PeriodKind.ACADEMIC_YEAR: "a school year",
    PeriodKind.ROLLING_YEARS: "a run of years",
    PeriodKind.POINT_IN_TIME: "a date",
}

_KIND_EXAMPLES = {
    PeriodKind.FINANCIAL_YEAR: "2021/22",
    PeriodKind.FINANCIAL_QUARTER: "Q3 2021/22",
    PeriodKind.CALENDAR_YEAR: "2021",
    PeriodKind.CALENDAR_MONTH: "August 2024",
    PeriodKind.ACADEMIC_YEAR: "2021/22",
    PeriodKind.ROLLING_YEARS: "2017-2019 or 2017/18 to 2019/20",
    PeriodKind.POINT_IN_TIME: "31 March 2021",
}

# A month in which such a period may start, and its length in months.
_SHAPES = {
    PeriodKind.FINANCIAL_YEAR: (4, 12),
    PeriodKind.FINANCIAL_QUARTER: (4, 3),
    PeriodKind.CALENDAR_YEAR: (1, 12),
    PeriodKind.CALENDAR_MONTH: (1, 1),
    PeriodKind.ACADEMIC_YEAR: (8, 12),
}


@total_ordering
@dataclass(frozen=True)
class Period:
    """The time that one value is about. Periods sort by when they start, then by when they end.

    `kind` may be given as its plain value, as a database holds it. Raises PeriodError when the dates do not
    fit the kind.
    """

    kind: PeriodKind
    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", _kind(self.kind))
        _check_year(self.starts_on.year)
        _check_year(self.ends_on.year, last=LAST_YEAR + 1)
        if not self._dates_fit():
            dates = f"{_day_label(self.starts_on)} to {_day_label(self.ends_on)}"
            raise PeriodError(f"{dates} is not {self.kind.name_in_words}.")

    def _dates_fit(self) -> bool:
        if self.kind is PeriodKind.POINT_IN_TIME:
            return self.starts_on == self.ends_on
        if self.starts_on.day != 1:
            return False
        if self.kind is PeriodKind.ROLLING_YEARS:
            whole_years = self.ends_on == _add_months(self.starts_on, 12 * self.years) - ONE_DAY
            return whole_years and self.years >= FEWEST_ROLLING_YEARS and self.starts_on.month in (1, 4)
        anchor, length = _SHAPES[self.kind]
        starts_well = (self.starts_on.month - anchor) % length == 0
        return starts_well and self.ends_on == _add_months(self.starts_on, length) - ONE_DAY

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.starts_on, self.ends_on, self.kind) < (other.starts_on, other.ends_on, other.kind)

    def __str__(self) -> str:
        return self.label

    @property
    def years(self) -> int:
        """How many years a run of years holds; 1 or 0 for the other kinds (0 when shorter than a year)."""
        after = self.ends_on + ONE_DAY
        return (12 * (after.year - self.starts_on.year) + after.month - self.starts_on.month) // 12

    @property
    def is_by_financial_year(self) -> bool:
        """Whether a run of years is one of financial years rather than calendar years."""
        return self.kind is PeriodKind.ROLLING_YEARS and self.starts_on.month == 4

    @property
    def label(self) -> str:
        """As reports print it; `parse` with the same kind reads it back."""
        if self.kind is PeriodKind.ROLLING_YEARS:
            return self._rolling_label()
        return _LABELS[self.kind](self.starts_on)

    def _rolling_label(self) -> str:
        if self.is_by_financial_year:
            first, last = FinancialYear.containing(self.starts_on), FinancialYear.containing(self.ends_on)
            return f"{first.label} to {last.label}"
        return f"{self.starts_on.year}-{self.ends_on.year}"

    @classmethod
    def for_year(cls, year: FinancialYear) -> Self:
        return cls(PeriodKind.FINANCIAL_YEAR, year.starts_on, year.ends_on)

    @classmethod
    def for_quarter(cls, quarter: FinancialQuarter) -> Self:
        return cls(PeriodKind.FINANCIAL_QUARTER, quarter.starts_on, quarter.ends_on)

    @classmethod
    def containing(
        cls, kind: PeriodKind | str, day: date, years: int | None = None, *, by_financial_year: bool = False
    ) -> Self:
        """The period of `kind` in which `day` falls.

        A run of years needs `years` (2 or more) and is the one that ends with the year of `day`: calendar
        years, unless `by_financial_year`.
        """
        kind = _kind(kind)
        if kind is PeriodKind.POINT_IN_TIME:
            return cls(kind, day, day)
        if kind is PeriodKind.ROLLING_YEARS:
            if years is None:
                raise PeriodError("Say how many years are taken together.")
            last = PeriodKind.FINANCIAL_YEAR if by_financial_year else PeriodKind.CALENDAR_YEAR
            year = cls.containing(last, day)
            return cls(kind, _add_months(year.starts_on, -12 * (years - 1)), year.ends_on)
        anchor, length = _SHAPES[kind]
        starts_on = _add_months(day.replace(day=1), -((day.month - anchor) % length))
        return cls(kind, starts_on, _add_months(starts_on, length) - ONE_DAY)

    @classmethod
    def parse(
        cls,
        kind: PeriodKind | str,
        text: str,
        *,
        years: int | None = None,
        by_financial_year: bool | None = None,
    ) -> Self:
        """Read a period of `kind` as people write it.

        For a run of years, `years` is how many there must be and `by_financial_year` which years they must be;
        None allows any. Raises PeriodError when the text could mean two things or nothing.
        """
        kind = _kind(kind)
        if re.fullmatch(r"[0-9]{5}", _tidy(text)):
            raise PeriodError(
                f"{quoted(text)} looks like a date that a spreadsheet turned into a number. "
                f"Write it like {kind.example}."
            )
        match kind:
            case PeriodKind.FINANCIAL_YEAR:
                return cls.for_year(FinancialYear.parse(text))
            case PeriodKind.FINANCIAL_QUARTER:
                return cls.for_quarter(FinancialQuarter.parse(text))
            case PeriodKind.CALENDAR_YEAR:
                first = date(_read_calendar_year(text), 1, 1)
            case PeriodKind.CALENDAR_MONTH:
                first = _read_month(text)
            case PeriodKind.ACADEMIC_YEAR:
                first = date(_read_academic_year(text), 8, 1)
            case PeriodKind.ROLLING_YEARS:
                return cls(kind, *_read_run_of_years(text, years, by_financial_year=by_financial_year))
            case PeriodKind.POINT_IN_TIME:
                first = _read_day(text)
        return cls.containing(kind, first)

    def previous(self) -> Self:
        """The period just before, of the same kind. A run of years moves back one year, so the two overlap.

        Raises PeriodError for a point in time: nothing says how often such a value is taken.
        """
        return self._moved(-self._step())

    def next(self) -> Self:
        """The period just after, of the same kind; as `previous`."""
        return self._moved(self._step())

    def same_last_year(self) -> Self:
        """The period a year earlier. 29 February becomes 28 February."""
        if self.kind is not PeriodKind.POINT_IN_TIME:
            return self._moved(-12)
        is_leap_day = (self.starts_on.month, self.starts_on.day) == (2, 29)
        day = self.starts_on.replace(
            year=self.starts_on.year - 1, day=28 if is_leap_day else self.starts_on.day
        )
        return type(self)(self.kind, day, day)

    def overlaps(self, other: Period) -> bool:
        """Whether any day belongs to both."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    def _step(self) -> int:
        if self.kind is PeriodKind.POINT_IN_TIME:
            raise PeriodError("A point in time has no period next to it.")
        return 12 if self.kind is PeriodKind.ROLLING_YEARS else _SHAPES[self.kind][1]

    def _moved(self, months: int) -> Self:
        ends_on = _add_months(self.ends_on + ONE_DAY, months) - ONE_DAY
        return type(self)(self.kind, _add_months(self.starts_on, months), ends_on)


def _day_label(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


# How a period is labelled, from its first day. A run of years needs its last day too.
_LABELS: dict[PeriodKind, Callable[[date], str]] = {
    PeriodKind.FINANCIAL_YEAR: lambda first: FinancialYear.containing(first).label,
    PeriodKind.FINANCIAL_QUARTER: lambda first: FinancialQuarter.containing(first).label,
    PeriodKind.CALENDAR_YEAR: lambda first: str(first.year),
    PeriodKind.CALENDAR_MONTH: lambda first: f"{MONTHS[first.month - 1]} {first.year}",
    PeriodKind.ACADEMIC_YEAR: lambda first: f"{FinancialYear(first.year).label} school year",
    PeriodKind.POINT_IN_TIME: _day_label,
}


# Reading what people write


def _tidy(text: str) -> str:
    """Small letters, even spaces, and every dash a hyphen."""
    return re.sub(r"[‐‑‒–—−]", "-", tidied(text)).lower()


def _first_of_pair(years: re.Match[str], text: str) -> int:
    """The first of two years that must follow each other: 2021 of 2021/22 or 2021/2022."""
    first, second = int(years[1]), years[2]
    if int(second) != (first + 1 if len(second) == 4 else (first + 1) % 100):
        right = f"{first}/{_last_two(first + 1)}"
        raise PeriodError(
            f"{quoted(text)} is not one year: the second year must follow the first, like {right}."
        )
    return first


def _read_calendar_year(text: str) -> int:
    if year := re.fullmatch(r"(?:calendar year )?([0-9]{4})", _tidy(text)):
        return int(year[1])
    raise _not_a(PeriodKind.CALENDAR_YEAR, text)


def _read_academic_year(text: str) -> int:
    words = _tidy(text).removesuffix(" school year").removesuffix(" academic year")
    if years := re.fullmatch(rf"(?:ay ?|school year |academic year )?{_PAIR_OF_YEARS.pattern}", words):
        return _first_of_pair(years, text)
    raise _not_a(PeriodKind.ACADEMIC_YEAR, text)


def _read_month(text: str) -> date:
    """Read `August 2024`, `Aug 2024`, `2024-08` or `08/2024`: the first day of that month."""
    words = _tidy(text)
    if named := re.fullmatch(r"([a-z]+)\.?[ -]([0-9]{4})", words):
        return _real_day(int(named[2]), _month_number(named[1], PeriodKind.CALENDAR_MONTH, text), 1)
    if iso := re.fullmatch(r"([0-9]{4})-([0-9]{2})", words):
        return _real_day(int(iso[1]), int(iso[2]), 1)
    if slashed := re.fullmatch(r"([0-9]{1,2})/([0-9]{4})", words):
        return _real_day(int(slashed[2]), int(slashed[1]), 1)
    raise _not_a(PeriodKind.CALENDAR_MONTH, text)


def _read_run_of_years(text: str, years: int | None, *, by_financial_year: bool | None) -> tuple[date, date]:
    """Read `2017-2019` or `2017-19` (calendar), `2017/18 to 2019/20` (financial): first and last day."""
    words = _tidy(text)
    financial = re.fullmatch(r"([0-9]{4}/[0-9]{2,4}) ?(?:-|to) ?([0-9]{4}/[0-9]{2,4})", words)
    calendar = re.fullmatch(r"([0-9]{4}) ?(?:-|to) ?([0-9]{4}|[0-9]{2})", words)
    if financial:
        first, last = (
            FinancialYear.parse(financial[1]).start_year,
            FinancialYear.parse(financial[2]).start_year,
        )
        dates = FinancialYear(first).starts_on, FinancialYear(last).ends_on
    elif calendar:
        first, last = int(calendar[1]), _full_year(int(calendar[1]), calendar[2], text)
        dates = _real_day(first, 1, 1), _real_day(last, 12, 31)
    else:
        raise _not_a(PeriodKind.ROLLING_YEARS, text)
    if last <= first:
        raise PeriodError(f"{quoted(text)} must end in a later year than it starts.")
    if years is not None and last - first + 1 != years:
        raise PeriodError(f"{quoted(text)} is {last - first + 1} years; this needs {years} years together.")
    if by_financial_year is not None and by_financial_year != bool(financial):
        raise _wrong_years(text, first, last, by_financial_year=by_financial_year)
    return dates


def _wrong_years(text: str, first: int, last: int, *, by_financial_year: bool) -> PeriodError:
    """Years that start in the wrong month. Which ones were meant is not guessed: the example shows the form."""
    if by_financial_year:
        right = f"{FinancialYear(first).label} to {FinancialYear(last).label}"
        return PeriodError(f"{quoted(text)} is in calendar years; this needs financial years, like {right}.")
    return PeriodError(
        f"{quoted(text)} is in financial years; this needs calendar years, like {first}-{last}."
    )


def _full_year(first: int, last: str, text: str) -> int:
    """The last year of a run. `2017-18` is refused: it is also how people write one financial year."""
    if len(last) == 4:
        return int(last)
    year = first - first % 100 + int(last)
    year = year if year > first else year + 100
    if year == first + 1:
        raise PeriodError(
            f"{quoted(text)} could be one year or two. Write both years in full, like {first}-{year}."
        )
    return year


def _read_day(text: str) -> date:
    """Read `31 March 2021`, `31 Mar 2021`, `31/03/2021` or `2021-03-31`.

    `04/07/2021` is refused: it is 4 July here and 7 April to an American spreadsheet.
    """
    words = _tidy(text)
    if named := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([a-z]+)\.?[ -]([0-9]{4})", words):
        month = _month_number(named[2], PeriodKind.POINT_IN_TIME, text)
        return _real_day(int(named[3]), month, int(named[1]))
    if iso := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", words):
        return _real_day(int(iso[1]), int(iso[2]), int(iso[3]))
    if slashed := re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", words):
        day, month, year = (int(part) for part in slashed.groups())
        if day != month and day <= 12 and 1 <= month <= 12:
            raise PeriodError(
                f"{quoted(text)} could be {day} {MONTHS[month - 1]} or {month} {MONTHS[day - 1]}. "
                "Write the month as a word, like 31 March 2021."
            )
        return _real_day(year, month, day)
    raise _not_a(PeriodKind.POINT_IN_TIME, text)


def _month_number(word: str, kind: PeriodKind, text: str) -> int:
    for number, name in enumerate(MONTHS, start=1):
        if word in (name.lower(), name[:3].lower()) or (word == "sept" and number == 9):
            return number
    raise _not_a(kind, text)


def _real_day(year: int, month: int, day: int) -> date:
    _check_year(year)
    if not 1 <= month <= 12:
        raise PeriodError(f"There is no month {month}. Months run from 1 to 12, and the day comes first.")
    try:
        return date(year, month, day)
    except ValueError:
        raise PeriodError(f"There is no {day} {MONTHS[month - 1]} {year}.") from None


def _kind(kind: PeriodKind | str) -> PeriodKind:
    try:
        return PeriodKind(kind)
    except ValueError:
        raise PeriodError(f"{quoted(str(kind))} is not a kind of period.") from None


def _not_a(kind: PeriodKind, text: str) -> PeriodError:
    """The error for text that is no period of `kind`, naming what was read."""
    if not _tidy(text):
        return PeriodError(f"Enter {kind.name_in_words}, like {kind.example}.")
    if re.search(r"(^|[^0-9])[0-9]{2}$", _tidy(text)) and not re.search(r"[0-9]{4}", text):
        return PeriodError(
            f"{quoted(text)} has a shortened year. Write the year in full, like {kind.example}."
        )
    return PeriodError(f"{quoted(text)} is not {kind.name_in_words}. Write it like {kind.example}.")


def _check_year(year: int, *, last: int = LAST_YEAR) -> None:
    if not FIRST_YEAR <= year <= last:
        raise PeriodError(f"The year {year} is out of range. Use a year from {FIRST_YEAR} to {LAST_YEAR}.")


def _add_months(first: date, months: int) -> date:
    """The first day of a month, some months on or back. Raises PeriodError outside the years we know."""
    year, month = divmod(12 * first.year + first.month - 1 + months, 12)
    # The day after the last period we know lies one year over.
    _check_year(year, last=LAST_YEAR + 1)
    return date(year, month + 1, 1)


def _last_two(year: int) -> str:
    return f"{year % 100:02}"
