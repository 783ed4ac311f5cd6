"""The data supply calendar: what figure comes next of every measure in use, from whom, when, and where it stands.

A gap between two series is worked out, so it is not in it: nobody is asked for one.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Min, Prefetch, Q, QuerySet

from actionplans.catalogue import catalogue_entry
from actionplans.figures import PeriodKey
from actionplans.measure_series import MeasureSeries
from actionplans.models import DataContact, DataRequest, Measure, Reading
from actionplans.series import series_of
from actionplans.supply.states import SupplyState, days_in_words, supply_state
from priorities.clock import EDINBURGH
from priorities.models import Partnership, Priority, User
from priorities.periods import Period
from priorities.wording import day_in_words

# What stands for a measure of which nobody said who supplies it, in a filter.
NOBODY = "none"


@dataclass(frozen=True)
class Person:
    """A data contact as a page names them."""

    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Arrival:
    """When the figure of a period first came: its release or its entry, whichever was earlier.

    `days_late` is 0 for one that came by the day it was expected.
    """

    period: Period
    arrived_on: dt.date
    days_late: int

    @property
    def lateness(self) -> str:
        """ "12 days late", or "on time"."""
        return f"{self.days} late" if self.days_late else "on time"

    @property
    def days(self) -> str:
        return days_in_words(self.days_late)


@dataclass(frozen=True)
class SupplyRow:
    """The next figure of one measure. `supplier_key` is the code of the organisation, or `NOBODY`.

    `expected_on` is None where no next figure comes or nobody can say when. `last_shown` is the newest figure as
    pages may show it, "" where there is none yet. `late_before` is the newest figure that came late, if the last
    one did not. `asked` says that an open request asks for it.
    """

    measure: Measure
    supplier: str
    supplier_key: str
    people: tuple[Person, ...]
    person_named: str
    source: str
    publisher: str
    lag: str
    period: Period | None
    expected_on: dt.date | None
    overdue_after: dt.date | None
    days_overdue: int
    state: SupplyState
    last_shown: str
    last: Arrival | None
    late_before: Arrival | None
    asked: str

    @property
    def name(self) -> str:
        return self.measure.name

    @property
    def who(self) -> str:
        """Who sends it, in words: "Ann Smith, Strathmuir Council"."""
        names = ", ".join(person.name for person in self.people) or self.person_named
        return ", ".join(part for part in (names, self.supplier) if part)

    @property
    def period_label(self) -> str:
        return self.period.label if self.period else ""


@dataclass(frozen=True)
class SupplierSummary:
    """How many figures of one supplier stand where."""

    name: str
    key: str
    counts: Mapping[SupplyState, int]

    @property
    def numbers(self) -> tuple[tuple[SupplyState, int], ...]:
        """Each state with how many stand there, none left out."""
        return tuple((state, self.counts.get(state, 0)) for state in SupplyState)


@dataclass(frozen=True)
class Month:
    """The figures expected in one month, by day."""

    label: str
    rows: tuple[SupplyRow, ...]


@dataclass(frozen=True)
class SupplyCalendar:
    """Every measure in use once, the most pressing first, then by supplier and name."""

    on: dt.date
    rows: tuple[SupplyRow, ...]

    @property
    def counts(self) -> tuple[tuple[SupplyState, int], ...]:
        found = Counter(row.state for row in self.rows)
        return tuple((state, found[state]) for state in SupplyState)

    @property
    def wanted(self) -> tuple[SupplyRow, ...]:
        """What should be here by now, or has come and is not out yet."""
        return tuple(row for row in self.rows if row.state.is_wanted or row.state.has_come)

    @property
    def months(self) -> tuple[Month, ...]:
        """What is still to come, month by month."""
        found: dict[dt.date, list[SupplyRow]] = defaultdict(list)
        for row in sorted(self.rows, key=lambda row: (row.expected_on or dt.date.max, row.name)):
            if row.state in (SupplyState.AWAITING, SupplyState.NOT_DUE) and row.expected_on:
                found[row.expected_on.replace(day=1)].append(row)
        return tuple(Month(f"{first:%B %Y}", tuple(rows)) for first, rows in found.items())

    @property
    def undated(self) -> tuple[SupplyRow, ...]:
        """Those of which nobody can say when the next figure comes."""
        return tuple(row for row in self.rows if row.expected_on is None)

    @property
    def suppliers(self) -> tuple[SupplierSummary, ...]:
        """Each supplier, those with the most overdue first."""
        found: dict[str, list[SupplyRow]] = defaultdict(list)
        for row in self.rows:
            found[row.supplier_key].append(row)
        summaries = [
            SupplierSummary(rows[0].supplier or "No supplier named", key, Counter(row.state for row in rows))
            for key, rows in found.items()
        ]
        return tuple(
            sorted(
                summaries,
                key=lambda one: (
                    -one.counts.get(SupplyState.OVERDUE, 0),
                    -one.counts.get(SupplyState.DUE, 0),
                    one.key == NOBODY,
                    one.name.casefold(),
                ),
            )
        )

    def only(self, *, supplier: str = "", state: str = "") -> SupplyCalendar:
        """Those of one supplier and in one state, where they are asked for."""
        return SupplyCalendar(
            self.on,
            tuple(
                row for row in self.rows if supplier in ("", row.supplier_key) and state in ("", row.state)
            ),
        )


def supply_calendar(
    partnership: Partnership, *, at: dt.datetime, priorities: QuerySet[Priority] | None = None
) -> SupplyCalendar:
    """The calendar of the published plan as a moment knows it, in nine queries however many measures there are.

    `priorities` leaves out the measures of others.
    """
    on = at.astimezone(EDINBURGH).date()
    measures = _measures(partnership, priorities, on)
    series = series_of(measures, ends_by=on, known_at=at)
    arrivals = _arrivals(measures, at)
    in_hand = _in_hand(measures, at)
    asked = _asked(measures)
    rows = [
        _row(
            measure,
            series[measure.pk],
            arrivals[measure.pk],
            in_hand[measure.pk],
            asked.get(measure.pk),
            on,
        )
        for measure in measures
    ]
    return SupplyCalendar(on, tuple(sorted(rows, key=_by_urgency)))


def due_from_others(user: User, partnership: Partnership, *, at: dt.datetime) -> tuple[SupplyRow, ...]:
    """What is due or overdue from a named supplier under the priorities that a person leads."""
    led = Priority.objects.strategic().current().led_by(user).filter(plan__partnership=partnership)
    found = supply_calendar(partnership, at=at, priorities=led)
    return tuple(row for row in found.rows if row.state.is_wanted and row.who)


def expected_ahead(rows: Iterable[SupplyRow], *, until: dt.date) -> list[tuple[SupplyRow, Period, dt.date]]:
    """Every figure expected by a day: the next of each measure and those after it, by day."""
    found = []
    for row in rows:
        measure, period = row.measure, row.period
        while period is not None and measure.is_in_use(period.ends_on):
            expected_on = measure.expected_on(period)
            if expected_on > until:
                break
            found.append((row, period, expected_on))
            period = period.next()
    return sorted(found, key=lambda one: (one[2], one[0].name))


def _measures(partnership: Partnership, priorities: QuerySet[Priority] | None, on: dt.date) -> list[Measure]:
    if priorities is None:
        priorities = Priority.objects.current().filter(plan__partnership=partnership)
    there = DataContact.objects.there(on).select_related("organisation").order_by("name", "pk")
    return list(
        Measure.objects.in_use(on)
        .filter(partnership=partnership, priority__in=priorities, gap__isnull=True)
        .select_related("priority", "supplier")
        .prefetch_related(Prefetch("data_contacts", there, to_attr="senders"))
        .order_by("name", "pk")
    )


def _of_the_area(measures: Sequence[Measure]) -> QuerySet[Reading]:
    return Reading.objects.filter(measure__in=measures, place__isnull=True, comparator__isnull=True)


def _arrivals(measures: Sequence[Measure], at: dt.datetime) -> Mapping[int, dict[PeriodKey, dt.date]]:
    """When the figure of each period first came, by measure.

    A figure is entered before it is accepted and may be released before it is entered: the earlier of the two is the
    supplier's doing, the other our own.
    """
    rows = (
        _of_the_area(measures)
        .filter(state=Reading.State.CONFIRMED, released_at__lte=at)
        .order_by()
        .values_list("measure", "starts_on", "ends_on")
        .annotate(released=Min("released_at"), entered=Min("entered_at"))
    )
    found: dict[int, dict[PeriodKey, dt.date]] = defaultdict(dict)
    for measure, starts_on, ends_on, released, entered in rows:
        found[measure][starts_on, ends_on] = min(released, entered).astimezone(EDINBURGH).date()
    return found


def _in_hand(measures: Sequence[Measure], at: dt.datetime) -> Mapping[int, Mapping[PeriodKey, SupplyState]]:
    """The periods whose figure is in a return that is not accepted, or under embargo, by measure: sent or in hand."""
    is_draft = Q(state=Reading.State.DRAFT) & (Q(value__isnull=False) | ~Q(symbol=""))
    is_embargoed = Q(state=Reading.State.CONFIRMED, released_at__gt=at)
    found: dict[int, dict[PeriodKey, SupplyState]] = defaultdict(dict)
    rows = _of_the_area(measures).filter(is_draft | is_embargoed, entered_at__lte=at).order_by("pk")
    for measure, starts_on, ends_on, state, delivery in rows.values_list(
        "measure", "starts_on", "ends_on", "state", "delivery"
    ):
        is_sent = state == Reading.State.DRAFT and delivery is not None
        found[measure][starts_on, ends_on] = SupplyState.SENT if is_sent else SupplyState.IN_HAND
    return found


def _asked(measures: Sequence[Measure]) -> Mapping[int, DataRequest]:
    """The newest open request for each measure."""
    rows = DataRequest.measures.through.objects.filter(
        measure__in=measures, datarequest__answered_at__isnull=True
    )
    return {
        row.measure_id: row.datarequest
        for row in rows.select_related("datarequest").order_by("datarequest__asked_at", "pk")
    }


def _row(
    measure: Measure,
    series: MeasureSeries,
    arrivals: Mapping[PeriodKey, dt.date],
    in_hand: Mapping[PeriodKey, SupplyState],
    request: DataRequest | None,
    on: dt.date,
) -> SupplyRow:
    senders: list[DataContact] = measure.senders  # type: ignore[attr-defined]
    supplier = measure.supplier or (senders[0].organisation if senders else None)
    entry = catalogue_entry(measure.catalogue_key) if measure.catalogue_key else None
    period = series.next_period
    overdue_after = measure.overdue_after(period) if period else None
    came = in_hand.get((period.starts_on, period.ends_on)) if period else None
    state = supply_state(series.next_due_on, overdue_after, came=came, on=on)
    last, late_before = _lateness(measure, series, arrivals)
    return SupplyRow(
        measure=measure,
        supplier=supplier.name if supplier else "",
        supplier_key=supplier.code if supplier else NOBODY,
        people=tuple(Person(one.pk, one.name, one.email) for one in senders),
        person_named=measure.supplier_contact,
        source=measure.source,
        publisher=entry.publisher if entry and entry.publisher not in measure.source else "",
        lag=_lag(measure),
        period=period,
        expected_on=series.next_due_on,
        overdue_after=overdue_after,
        days_overdue=(on - overdue_after).days if overdue_after and state is SupplyState.OVERDUE else 0,
        state=state,
        last_shown=_last_shown(series),
        last=last,
        late_before=late_before,
        asked=_asked_in_words(request, on) if request else "",
    )


def _lag(measure: Measure) -> str:
    if not measure.publication_lag_days:
        return "The day its period ends"
    return f"{days_in_words(measure.publication_lag_days)} after its period ends"


def _last_shown(series: MeasureSeries) -> str:
    hidden = series.latest_unshown
    if hidden is not None:
        return f"{hidden.symbol} {hidden.words}"
    return series.current.shown if series.current else ""


def _lateness(
    measure: Measure, series: MeasureSeries, arrivals: Mapping[PeriodKey, dt.date]
) -> tuple[Arrival | None, Arrival | None]:
    """When the last figure came, and the newest that came late where the last did not."""
    periods = sorted(
        [*(value.period for value in series.values), *(one.period for one in series.unshown)], reverse=True
    )
    came = [
        _arrival(measure, period, arrivals[period.starts_on, period.ends_on])
        for period in periods
        if (period.starts_on, period.ends_on) in arrivals
    ]
    if not came:
        return None, None
    late = next((one for one in came if one.days_late), None)
    return came[0], None if late is came[0] else late


def _arrival(measure: Measure, period: Period, arrived_on: dt.date) -> Arrival:
    return Arrival(period, arrived_on, max(0, (arrived_on - measure.expected_on(period)).days))


def _asked_in_words(request: DataRequest, on: dt.date) -> str:
    asked_on = request.asked_at.astimezone(EDINBURGH).date()
    due = "was due" if on > request.due_on else "is due"
    return f"Asked on {day_in_words(asked_on)}; the answer {due} {day_in_words(request.due_on)}"


_ORDER = {state: number for number, state in enumerate(SupplyState)}


def _by_urgency(row: SupplyRow) -> tuple[int, bool, str, dt.date, str]:
    return (
        _ORDER[row.state],
        not row.supplier,
        row.supplier.casefold(),
        row.expected_on or dt.date.max,
        row.name.casefold(),
    )
