"""The figures of a return: what is asked of each measure, what is known of it, and what was given."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from actionplans import rules
from actionplans.disclosure import SYMBOL
from actionplans.figure_kinds import Given, Ratio, YearSoFar, plain, questions_about
from actionplans.figures import PeriodKey, may_be_shown
from actionplans.models import Measure, MeasureCommentary, QuarterlyReturn, Reading, ReleaseClass
from actionplans.numbers import Unit, format_against, format_value, unit_in_words
from actionplans.places import AREA_IDS, ids_in
from actionplans.rollups import DerivedPart, Outcome, Whole
from actionplans.senders import WITH_SENDERS, sent_in_words
from actionplans.series import MeasureSeries, SeriesValue, Unshown, period_of_round, series_of
from actionplans.status import Polarity, Status, status_where_it_can_be_judged
from priorities.periods import Period, by_in_words

NOT_GIVEN = "Not given yet"
NOTHING_TO_DIVIDE_BY = "Not applicable [z]: there is nothing to divide by"


@dataclass(frozen=True)
class FigureLine:
    """One measure in a return. `period` is what is asked for; None when nothing new can be expected.

    `is_judged` says that one direction is better, so that a value can be off target. `ratio` and `year` say how
    a figure of its kind is given; None where it is simply typed. `worked_out_from` says what a gap is the difference
    of. `earlier` are the values before the period asked for, oldest first, and `unshown` why there is none newer.
    `is_controlled` says that small numbers of it are not shown, `is_withheld` that what was given is kept from this
    reader. `symbol` (c, x or z) is why there can be no figure, as it was sent; `sent` says from whom and when a
    figure came that was not typed here. `reading_id` is the key of what is given.
    """

    measure_id: int
    code: str
    name: str
    definition: str
    unit: str
    unit_word: str
    better: str
    decimals: int
    is_bounded: bool
    is_judged: bool
    is_management: bool
    is_controlled: bool
    is_withheld: bool
    ratio: Ratio | None
    year: YearSoFar | None
    is_cumulative: bool
    worked_out_from: str
    period: Period | None
    is_asked: bool
    next_due_on: dt.date | None
    last: SeriesValue | None
    unshown: Unshown | None
    earlier: tuple[Decimal, ...]
    target: Decimal | None
    target_shown: str
    given: Given
    symbol: str
    sent: str
    sent_at: dt.datetime | None
    reading_id: int | None
    flag: str
    note: str
    status: Status
    answered_doubt: str
    no_figure_reason: str
    cause: str
    response: str
    back_on_track_on: dt.date | None
    said_before: str

    @property
    def prefix(self) -> str:
        return f"measure-{self.measure_id}"

    # What was given

    @property
    def numerator(self) -> Decimal | None:
        return self.given.numerator

    @property
    def denominator(self) -> Decimal | None:
        return self.given.denominator

    @property
    def value(self) -> Decimal | None:
        """The figure as it was given or worked out, unrounded."""
        return self.value_of(self.given)

    def value_of(self, given: Given) -> Decimal | None:
        """The figure that something given makes; None where it makes none yet."""
        return value_of(given, self.ratio)

    def is_not_applicable(self, given: Given) -> bool:
        """Whether there is nothing to divide by, so that there can be no figure."""
        return is_not_applicable(given, self.ratio)

    @property
    def is_given(self) -> bool:
        """Whether there is a figure, or there can be none."""
        return (
            self.is_withheld
            or bool(self.symbol)
            or self.value is not None
            or self.is_not_applicable(self.given)
        )

    @property
    def missing(self) -> str:
        """Which number is missing beside the other: "numerator", "denominator" or ""."""
        return self.ratio.missing(self.given) if self.ratio else ""

    @property
    def missing_name(self) -> str:
        """What the missing number counts."""
        if self.ratio is None or not self.missing:
            return ""
        return self.ratio.numerator_name if self.missing == "numerator" else self.ratio.denominator_name

    @property
    def first_field(self) -> str:
        """The field in which one begins to give the figure."""
        return "numerator" if self.ratio else "value"

    @property
    def is_yes_or_no(self) -> bool:
        return self.unit == Unit.YES_NO

    @property
    def is_provisional(self) -> bool:
        return self.flag == Reading.Flag.PROVISIONAL

    @property
    def flag_label(self) -> str:
        """What is said of how firm the figure is; "" where it is final."""
        return "" if self.flag == Reading.Flag.FINAL else str(Reading.Flag(self.flag).label)

    # What it brings up

    def doubts_about(self, given: Given) -> tuple[str, ...]:
        """The questions a figure would raise here."""
        return questions_about(
            given,
            self.value_of(given),
            ratio=self.ratio,
            # A total is compared with those of its own year: the last one of the year before is another matter.
            before=[*self.year.totals.values()] if self.year else self.earlier,
            unit=self.unit,
            decimals=self.decimals,
            is_bounded=self.is_bounded,
        )

    @property
    def doubts(self) -> tuple[str, ...]:
        """The questions raised by the figure that is saved."""
        return self.doubts_about(self.given)

    @property
    def open_doubts(self) -> tuple[str, ...]:
        """Questions about the figure that nobody has answered with yes."""
        is_answered = all(doubt in self.answered_doubt for doubt in self.doubts)
        return () if is_answered else self.doubts

    @property
    def own_part(self) -> DerivedPart | None:
        """What the period itself adds to the total since 1 April; None where no such total is given."""
        return self.year.part_of(self.value, self.note) if self.year and self.value is not None else None

    @property
    def question_about_total(self) -> str:
        """What is asked about a total lower than the one before it, until a note explains it."""
        return self.own_part.question if self.own_part else ""

    @property
    def has_fallen(self) -> bool:
        """Whether the total is lower than the one before it."""
        part = self.own_part
        return part is not None and part.value is not None and part.value < 0

    # How it reads

    @property
    def saved_shown(self) -> str:
        """The figure that is saved as readers see it; empty when there is none.

        What was typed is shown with the decimals it has, what was worked out as every page shows it.
        """
        if self.is_withheld:
            return SYMBOL
        if self.symbol:
            return f"{Reading.Symbol(self.symbol).label} [{self.symbol}]"
        if self.value is None:
            return NOTHING_TO_DIVIDE_BY if self.is_not_applicable(self.given) else ""
        if self.ratio:
            return format_against(self.value, self.target, unit=self.unit, decimals=self.decimals)
        return self._shown(self.value)

    def _shown(self, value: Decimal) -> str:
        typed = plain(value)
        decimals = len(typed.partition(".")[2])
        return format_value(value, unit=self.unit, decimals=max(self.decimals, decimals))

    @property
    def made_of(self) -> str:
        """What a figure is worked out from: "412 out of 2,031", "412 over 132,000"; empty when it is typed."""
        return self.ratio.parts_in_words(self.numerator, self.denominator) if self.ratio else ""

    @property
    def comes_to(self) -> str:
        """What was given comes to, in words; empty where that is plain to see.

        "This makes 20.3%: 412 out of 2,031." "63 since 1 April; 21 in Q3." "Still to give: All children under 16."
        """
        if self.missing:
            return f"Still to give: {self.missing_name}."
        if self.year and self.value is not None:
            return f"{self.reads_as}."
        if not self.made_of:
            return ""
        if self.value is None:
            return f"{self.reads_as}."
        per = f" per {self.ratio.per:,}" if self.ratio and self.unit == Unit.RATE else ""
        return f"This makes {self.saved_shown}{per}: {self.made_of}."

    @property
    def reads_as(self) -> str:
        """The figure that is saved as a return says it: a total with what the period adds to it; empty without one."""
        part = self.own_part
        if part is None or self.year is None:
            return self.saved_shown
        total = f"{self.saved_shown} since 1 April"
        if part.value is None:
            return (
                f"{total}; without the total to {self.year.name_before}, {self.year.name} alone is not known"
            )
        return f"{total}; {self._shown(part.value)} in {self.year.name}"

    @property
    def what_is_right(self) -> str:
        """What is confirmed by a yes: "480.0% is", or of two numbers that make nothing yet "these numbers are"."""
        return f"{self.saved_shown} is" if self.value is not None else "these numbers are"

    @property
    def has_a_number(self) -> bool:
        """Whether either of the two numbers of a ratio is given."""
        return self.numerator is not None or self.denominator is not None

    @property
    def numerator_shown(self) -> str:
        return NOT_GIVEN if self.numerator is None else plain(self.numerator)

    @property
    def denominator_shown(self) -> str:
        return NOT_GIVEN if self.denominator is None else plain(self.denominator)

    @property
    def last_shown(self) -> str:
        """ "48.0% in Q2 2021/22", or for a total "42 since 1 April, to the end of Q2 2021/22"; empty without one."""
        if self.last is None:
            return ""
        if self.is_cumulative:
            return f"{self.last.shown} since 1 April, to the end of {self.last.period.label}"
        return f"{self.last.shown} in {self.last.period.label}"

    @property
    def may_need_commentary(self) -> bool:
        """Whether it is off target, or a figure still to come could be."""
        return self.needs_commentary or (self.is_asked and self.target is not None and self.is_judged)

    @property
    def target_in_words(self) -> str:
        """The target of the period asked for, or else of the last value: "14.5% for 2019/20".

        Empty when there is no period it could be for.
        """
        if not self.is_judged:
            return "Not judged against a target"
        if self.period:
            period, shown = self.period, self.target_shown
        elif self.last:
            period, shown = self.last.period, self.last.target_shown
        else:
            return ""
        if not shown:
            return f"None set for {period.label}"
        return (
            f"{shown} since 1 April, by the end of {period.label}"
            if self.is_cumulative
            else f"{shown} for {period.label}"
        )

    @property
    def back_on_track(self) -> str:
        """When it is said to be back on track: "By the end of Q2 2022/23"; empty when nobody said."""
        return by_in_words(self.back_on_track_on) if self.back_on_track_on else ""

    @property
    def needs_commentary(self) -> bool:
        return rules.needs_commentary(self.status)


def value_of(given: Given, ratio: Ratio | None) -> Decimal | None:
    """The figure that something given makes; None where it makes none yet."""
    if ratio is None:
        return given.value
    made: Whole | None = ratio.made_of(given)
    return made.value if made else None


def is_not_applicable(given: Given, ratio: Ratio | None) -> bool:
    """Whether there is nothing to divide by, so that there can be no figure."""
    made = ratio.made_of(given) if ratio else None
    return made is not None and made.outcome is Outcome.NOT_APPLICABLE


def readings_of(quarterly_return: QuarterlyReturn) -> list[Reading]:
    """Every figure that a return holds, with what pages tell of it, in one query; of any place and period."""
    if not quarterly_return.pk:
        return []
    senders = (f"delivery__{name}" for name in WITH_SENDERS)
    rows = quarterly_return.readings.select_related("measure", "place", "comparator", "entered_by", *senders)
    return list(rows)


def figure_lines(
    quarterly_return: QuarterlyReturn, rows: Iterable[Reading], *, at: dt.datetime, as_held: bool = True
) -> tuple[FigureLine, ...]:
    """A line for each measure in use of the return's own priority, those to be filled in before the others.

    `rows` is what the return holds (`readings_of`). The lines hold figures that disclosure control may hold back:
    whoever shows them asks who may see them. Not `as_held`, they are for readers who may not.
    """
    quarter = quarterly_return.quarter
    measures = list(
        Measure.objects.in_use(quarter.ends_on)
        .filter(priority=quarterly_return.priority)
        .order_by("position", "code")
    )
    series = series_of(
        measures, ends_by=quarter.ends_on, known_at=quarterly_return.accepted_at or at, as_held=as_held
    )
    entered = _of_the_area(rows)
    commentaries = _commentaries(quarterly_return)
    before = _said_before(quarterly_return, measures)
    lines = [
        _Line(series[measure.pk], quarterly_return, entered[measure.pk], as_held=as_held).line(
            commentaries.get(measure.pk), before.get(measure.pk)
        )
        for measure in measures
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_asked))


def _of_the_area(rows: Iterable[Reading]) -> Mapping[int, Mapping[PeriodKey, Reading]]:
    """The figures of the whole area by measure and period: the others answer no question of a return."""
    found: dict[int, dict[PeriodKey, Reading]] = defaultdict(dict)
    for row in rows:
        if ids_in(row) == AREA_IDS:
            found[row.measure_id][row.starts_on, row.ends_on] = row
    return found


def _commentaries(quarterly_return: QuarterlyReturn) -> dict[int, MeasureCommentary]:
    if not quarterly_return.pk:
        return {}
    return {row.measure_id: row for row in quarterly_return.commentaries.all()}


def _said_before(quarterly_return: QuarterlyReturn, measures: list[Measure]) -> dict[int, MeasureCommentary]:
    """What was last said of each measure in an accepted return."""
    rows = MeasureCommentary.objects.filter(
        measure__in=measures,
        quarterly_return__state=QuarterlyReturn.State.ACCEPTED,
        quarterly_return__quarter__opens_on__lt=quarterly_return.quarter.opens_on,
    ).order_by("quarterly_return__quarter__opens_on")
    return {row.measure_id: row for row in rows}


class _Line:
    """What is worked out on the way to one line."""

    def __init__(
        self,
        series: MeasureSeries,
        quarterly_return: QuarterlyReturn,
        entered: Mapping[PeriodKey, Reading],
        *,
        as_held: bool = True,
    ) -> None:
        self.series, self.measure = series, series.measure
        quarter = quarterly_return.quarter
        period = period_of_round(self.measure, quarter)
        self.row = entered.get((period.starts_on, period.ends_on)) if period else None
        self.is_withheld = not as_held and self.row is not None and _is_kept_back(self.row, self.measure)
        self.entered = None if self.is_withheld else self.row
        self.as_held = as_held
        self.is_asked = period is not None and not series.worked_out_from and self._is_open(period)
        self.period = period if self.is_asked else None
        self.ratio = ratio_of(self.measure)
        earlier = [v for v in series.values if self.period is None or v.period < self.period]
        self.earlier = {value.period: value.value for value in earlier}
        self.last = earlier[-1] if earlier else None
        self.target = self._target()
        self.given = _given(self.entered) if self.is_asked else Given()

    def _is_open(self, period: Period) -> bool:
        """Whether nobody else has given the figure of a period."""
        is_known = self.series.value_for(period) is not None or any(
            one.period == period for one in self.series.unshown
        )
        return self.is_withheld or self.entered is not None or not is_known

    def _target(self) -> Decimal | None:
        if self.period is None:
            return None
        ends_on = self.period.ends_on
        return next((t.value for t in self.series.targets if t.period_ends_on == ends_on), None)

    @property
    def status(self) -> Status:
        """The status of the figure given; of the one that still stands when none is asked for."""
        if self.is_withheld:
            return Status.SUPPRESSED
        if not self.is_asked:
            return self.last.status if self.last else Status.AWAITING
        value, measure = value_of(self.given, self.ratio), self.measure
        return status_where_it_can_be_judged(value, self.target, measure.polarity, measure.tolerance)

    def line(self, said: MeasureCommentary | None, before: MeasureCommentary | None) -> FigureLine:
        measure, entered = self.measure, self.entered or Reading()
        said = said or MeasureCommentary()
        is_running = measure.is_cumulative and self.period is not None
        line = FigureLine(
            measure_id=measure.pk,
            code=measure.code,
            name=measure.name,
            definition=measure.definition,
            unit=measure.unit,
            unit_word=unit_in_words(measure.unit, measure.unit_name),
            better=self.series.better,
            decimals=measure.decimals,
            is_bounded=measure.is_bounded,
            is_judged=measure.polarity != Polarity.NONE,
            is_management=measure.release_class == ReleaseClass.MANAGEMENT,
            is_controlled=measure.is_disclosure_controlled,
            is_withheld=self.is_withheld,
            ratio=self.ratio,
            year=YearSoFar.of(self.period, self.earlier) if is_running and self.period else None,
            is_cumulative=measure.is_cumulative,
            worked_out_from=self.series.worked_out_from,
            period=self.period,
            is_asked=self.is_asked,
            next_due_on=self.series.next_due_on,
            last=self.last,
            unshown=None if self.is_asked else self.series.latest_unshown,
            earlier=tuple(self.earlier.values()),
            target=self.target,
            target_shown=_target_shown(measure, self.target),
            given=self.given,
            symbol=entered.symbol if self.is_asked and self.given.is_empty else "",
            sent=sent_in_words(self.row.delivery) if self.row and self.row.delivery else "",
            sent_at=self.row.entered_at if self.row and self.row.delivery else None,
            reading_id=self.row.pk if self.row and self.is_asked else None,
            flag=entered.flag if self.is_asked else Reading.Flag.FINAL.value,
            note=entered.note if self.is_asked else "",
            status=self.status,
            answered_doubt=entered.answered_doubt,
            no_figure_reason=said.no_figure_reason,
            cause=said.cause,
            response=said.response,
            back_on_track_on=said.back_on_track_on,
            said_before=" ".join(text for text in (before.cause, before.response) if text) if before else "",
        )
        if self.as_held or not measure.is_disclosure_controlled:
            return line
        # A question may name the figure before: only those that this reader's figures raise are told.
        seen = [doubt for doubt in line.doubts if doubt in line.answered_doubt]
        return replace(line, answered_doubt=" ".join(seen))


def ratio_of(measure: Measure) -> Ratio | None:
    """How a figure of a measure is worked out from two numbers; None where it is not."""
    if not measure.is_ratio:
        return None
    return Ratio(
        numerator_name=measure.numerator_name or "Numerator",
        denominator_name=measure.denominator_name or "Denominator",
        per=measure.ratio_per,
        is_share=measure.unit == Unit.PERCENT and measure.is_bounded,
    )


def _is_kept_back(row: Reading, measure: Measure) -> bool:
    """Whether a figure, or a number it is to be worked out from, may not be shown; why there is none may be."""
    return not _given(row).is_empty and not may_be_shown(row, measure)


def _given(entered: Reading | None) -> Given:
    if entered is None:
        return Given()
    return Given(entered.value, entered.numerator, entered.denominator)


def _target_shown(measure: Measure, target: Decimal | None) -> str:
    return "" if target is None else format_value(target, unit=measure.unit, decimals=measure.decimals)
