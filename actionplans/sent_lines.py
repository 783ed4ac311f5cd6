"""The figures of a return that it does not ask for: of places and of other periods, as somebody sent them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from actionplans.figure_kinds import plain
from actionplans.figure_lines import ratio_of
from actionplans.figures import Figure, figure_in, is_controlled_at
from actionplans.models import Measure, QuarterlyReturn, Reading, ReleaseClass
from actionplans.numbers import format_value
from actionplans.places import AREA, Place, place_of_comparator, place_of_locality
from actionplans.senders import sent_in_words
from priorities.clock import EDINBURGH
from priorities.periods import Period, PeriodKind
from priorities.wording import day_in_words


@dataclass(frozen=True)
class SentLine:
    """One such figure. `shown` is it as its reader may see it, `made_of` what it is worked out from.

    `sent` says from whom and when, `answered_doubt` what was asked about it and answered with yes. `seen` changes when
    another figure takes its place. `is_left_out` says that the return was accepted without it, for a newer one.
    """

    reading_id: int
    measure_name: str
    code: str
    place_name: str
    period_label: str
    shown: str
    made_of: str
    flag_label: str
    is_management: bool
    sent: str
    note: str
    answered_doubt: str
    seen: str
    is_left_out: bool

    @property
    def prefix(self) -> str:
        return f"sent-{self.reading_id}"

    @property
    def name(self) -> str:
        """ "Grants decided in a day, Almond, Q3 2021/22"."""
        return f"{self.measure_name}, {self.place_name}, {self.period_label}"


def sent_lines(
    quarterly_return: QuarterlyReturn, rows: Iterable[Reading], asked: Container[int], *, as_held: bool
) -> tuple[SentLine, ...]:
    """Those of a return's `rows` that are none of its own questions' answers (`asked`, by their keys).

    In the order of the measures, and of each the newest period first: the whole area, localities, comparators. Not
    `as_held`, small numbers are withheld.
    """
    others = [row for row in rows if row.pk not in asked]
    others.sort(
        key=lambda row: (row.measure.position, row.measure.code, -row.ends_on.toordinal(), *_where(row))
    )
    return tuple(_line(quarterly_return, row, as_held=as_held) for row in others)


def _where(row: Reading) -> tuple[bool, bool, str]:
    return row.comparator_id is not None, row.place_id is not None, place_of(row).name


def place_of(row: Reading) -> Place:
    """Whom a figure is about; its locality or comparator is fetched already."""
    if row.place is not None:
        return place_of_locality(row.place)
    return AREA if row.comparator is None else place_of_comparator(row.comparator)


def _line(quarterly_return: QuarterlyReturn, row: Reading, *, as_held: bool) -> SentLine:
    measure, place = row.measure, place_of(row)
    ratio = ratio_of(measure)
    is_controlled = not as_held and is_controlled_at(measure, place)
    figure = figure_in(row, measure, is_controlled=is_controlled)
    is_withheld = figure.value is None and not row.symbol
    is_accepted = quarterly_return.state == QuarterlyReturn.State.ACCEPTED
    return SentLine(
        reading_id=row.pk,
        measure_name=measure.name,
        code=measure.code,
        place_name=place.name,
        period_label=Period(PeriodKind(measure.period_kind), row.starts_on, row.ends_on).label,
        shown=_shown(measure, figure),
        made_of=ratio.parts_in_words(figure.numerator, figure.denominator) if ratio else "",
        flag_label="" if row.flag == Reading.Flag.FINAL else figure.flag_label,
        is_management=row.release_class == ReleaseClass.MANAGEMENT,
        sent=_sent(row),
        note="" if is_withheld else row.note,
        # It may name the figure before, which is withheld more often.
        answered_doubt="" if is_controlled else row.answered_doubt,
        seen=row.entered_at.isoformat(),
        is_left_out=is_accepted and row.state == Reading.State.DRAFT,
    )


def _shown(measure: Measure, figure: Figure) -> str:
    """A figure with the decimals it was sent with; one that was worked out as every page shows it."""
    value = figure.value
    if value is None:
        return f"{Reading.Symbol(figure.symbol.strip('[]')).label} {figure.symbol}"
    decimals = 0 if measure.is_ratio else len(plain(value).partition(".")[2])
    return format_value(value, unit=measure.unit, decimals=max(measure.decimals, decimals))


def _sent(row: Reading) -> str:
    if row.delivery is not None:
        return sent_in_words(row.delivery)
    day = day_in_words(row.entered_at.astimezone(EDINBURGH).date())
    return f"Typed by {row.entered_by} on {day}" if row.entered_by else f"Entered on {day}"
