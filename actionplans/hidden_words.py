"""Words that stand beside a figure that is not shown, and may tell it.

"Fell by 2" beside a hidden figure gives it half away. Software cannot judge that, so it warns and blocks nothing
(domain rules 5.10 and part 7 "Disclosure").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from actionplans.clearing import figures_to_clear, policy_in_force
from actionplans.disclosure import digits_beside_suppressed
from actionplans.models import Measure, MeasureCommentary, QuarterlyReturn, Reading
from actionplans.numbers import Unit
from priorities.models import Comparator, Priority, Quarter
from priorities.periods import Period, PeriodKind

if TYPE_CHECKING:
    from actionplans.return_sheet import ReturnSheet


@dataclass(frozen=True)
class WordsBeside:
    """A text with figures in it beside a figure that is not shown: where it stands, its warning, where to look."""

    where: str
    text: str
    warning: str
    url: str = ""


def warned(where: str, text: str, url: str = "") -> Iterator[WordsBeside]:
    """The text with its warning, where it needs one."""
    if warning := digits_beside_suppressed(text):
        yield WordsBeside(where, text, warning, url)


# What the clearing page tells


def words_beside_hidden(measure: Measure) -> tuple[WordsBeside, ...]:
    """Every text beside the measure's hidden figures with figures in it; none where nothing is hidden."""
    hidden = list(
        figures_to_clear(measure)
        .filter(is_suppressed=True)
        .select_related("place", "comparator")
        .order_by("-ends_on")
    )
    if not hidden:
        return ()
    return (
        *_definition_words(measure),
        *(found for row in hidden for found in warned(_note_of(measure, row), row.note)),
        *_return_words(measure, hidden),
    )


def _definition_words(measure: Measure) -> Iterator[WordsBeside]:
    yield from warned("Definition", measure.definition)
    yield from warned("What to watch for", measure.caution)


def _note_of(measure: Measure, row: Reading) -> str:
    place = row.place or row.comparator
    period = Period(PeriodKind(measure.period_kind), row.starts_on, row.ends_on).label
    return f"Note beside the figure for {period}{f', {place}' if place else ''}"


def _return_words(measure: Measure, hidden: Collection[Reading]) -> Iterator[WordsBeside]:
    """What was said in the returns that had a hidden figure before them."""
    since = min(row.ends_on for row in hidden)
    returns = (
        QuarterlyReturn.objects.filter(priority=measure.priority_id)
        .select_related("quarter__partnership", "priority")
        .order_by("-quarter__year", "-quarter__number")
    )
    beside = [found for found in returns if found.quarter.ends_on >= since]
    said = {
        row.quarterly_return_id: row
        for row in MeasureCommentary.objects.filter(measure=measure, quarterly_return__in=beside)
    }
    for found in beside:
        where, url = f"{found.quarter} return", _review_url(found.priority, found.quarter)
        if commentary := said.get(found.pk):
            for text in (commentary.cause, commentary.response, commentary.no_figure_reason):
                yield from warned(f"{where}, about this measure", text, url)
        for text in (
            found.progress,
            found.exceptional_issues,
            found.good_practice,
            found.assessment_reason,
        ):
            yield from warned(f"{where}, in its own words", text, url)


def _review_url(priority: Priority, quarter: Quarter) -> str:
    return reverse(
        "actionplans:return-review",
        args=[quarter.partnership.slug, quarter.year_slug, quarter.slug, priority.slug],
    )


# What the pages of a return tell


def words_beside_hidden_in(sheet: ReturnSheet, *, at: dt.datetime) -> tuple[WordsBeside, ...]:
    """Every text of a return with figures in it beside a figure that is not shown, or likely will not be."""
    if not any(line.is_controlled for line in sheet.figures):
        return ()
    guarded = guarded_in(sheet.quarterly_return, at=at)
    found = [
        words
        for line in sheet.figures
        if line.measure_id in guarded
        for text in (line.cause, line.response, line.no_figure_reason)
        for words in warned(line.name, text)
    ]
    if guarded:
        words = sheet.words
        for name, text in (
            ("Progress", words.progress),
            ("Exceptional issues", words.exceptional_issues),
            ("Good practice", words.good_practice),
            ("Why this assessment", words.assessment_reason),
        ):
            found += warned(name, text)
    return tuple(found)


def guarded_in(quarterly_return: QuarterlyReturn, *, at: dt.datetime) -> frozenset[int]:
    """The keys of the return's measures with a newest figure, of any place, that is not shown.

    Or that, not cleared yet, is small by the policy in force.
    """
    quarter = quarterly_return.quarter
    measures = {
        row.pk: row
        for row in Measure.objects.filter(priority=quarterly_return.priority, is_disclosure_controlled=True)
    }
    if not measures:
        return frozenset()
    own = Q(state=Reading.State.CONFIRMED)
    if quarterly_return.pk:
        own |= Q(state=Reading.State.DRAFT, quarterly_return=quarterly_return)
    of_the_area = Q(comparator__isnull=True) | Q(comparator__kind=Comparator.Kind.POPULATION)
    rows = Reading.objects.filter(
        own, of_the_area, measure__in=measures, ends_on__lte=quarter.ends_on, value__isnull=False
    )
    newest: dict[tuple[int, int | None, int | None], Reading] = {}
    for row in rows.order_by("ends_on", "released_at", "pk"):
        newest[row.measure_id, row.place_id, row.comparator_id] = row
    policy = policy_in_force(quarter.partnership, at=at)
    return frozenset(
        row.measure_id
        for row in newest.values()
        if row.is_suppressed
        or _is_small(measures[row.measure_id], row, policy.threshold, policy.smallest_denominator)
    )


def _is_small(measure: Measure, row: Reading, threshold: int, smallest: int) -> bool:
    """Whether a figure not cleared yet is small by itself: the clearance looks at all the others too."""
    if row.clearance_id is not None:
        return False
    count = row.value if Unit(measure.unit) is Unit.NUMBER else row.numerator
    is_small = count is not None and Decimal(0 if measure.is_sensitive else 1) <= abs(count) <= threshold
    return is_small or (row.denominator is not None and row.denominator < smallest)
