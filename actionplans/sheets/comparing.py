"""A figure that was sent beside the one that is known or drafted: what that says, and whether it is the same (pure)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from actionplans.figure_kinds import as_kept
from actionplans.figures import Figure
from actionplans.models import Measure, QuarterlyReturn, Reading
from actionplans.numbers import format_value
from actionplans.senders import sent_in_words
from actionplans.series_versions import AHEAD_OF_TIME
from actionplans.sheets.contents import Content
from actionplans.sheets.known import Draft
from actionplans.sheets.preview import SentRow
from priorities.clock import EDINBURGH
from priorities.wording import day_in_words

# Words


def known_in_words(figure: Figure, measure: Measure) -> str:
    """What is known now and since when: "48.0%, released 15 October 2021"."""
    return f"{words_of(figure, measure)}, released {day_in_words(day_of(figure.released_at))}"


def words_of(figure: Figure, measure: Measure) -> str:
    if figure.value is None:
        return figure.symbol
    shown = format_value(figure.value, unit=measure.unit, decimals=measure.decimals)
    return shown if figure.flag == Reading.Flag.FINAL else f"{shown} ({figure.flag_label.lower()})"


def drafted_in_words(draft: Draft, measure: Measure) -> str:
    """ "51.0%, typed by Poverty lead on 8 January 2022", and where it came from if it was sent."""
    if draft.is_withheld:
        return "A figure that somebody else gave"
    row = draft.row
    if row.value is not None:
        shown = format_value(row.value, unit=measure.unit, decimals=measure.decimals)
    else:
        shown = f"[{row.symbol}]" if row.symbol else "Half given"
    if row.flag != Reading.Flag.FINAL:
        shown = f"{shown} ({Reading.Flag(row.flag).label.lower()})"
    if row.delivery is not None:
        said = sent_in_words(row.delivery)
        return f"{shown}, {said[0].lower()}{said[1:]}"
    who = f"typed by {row.entered_by}" if row.entered_by else "typed"
    return f"{shown}, {who} on {day_in_words(day_of(row.entered_at))}"


def why_closed(held: QuarterlyReturn, *, may_record: bool = False) -> str:
    """Why a return takes no drafts any more, and what to do; `may_record` for who can put figures on record."""
    word = QuarterlyReturn.State(held.state).label.lower()
    if not may_record:
        way_out = "Ask the CP manager."
    elif held.state == QuarterlyReturn.State.SUBMITTED:
        way_out = "Return it to its lead officer first, or send this again and choose “On record at once”."
    else:
        way_out = "Send this again and choose “On record at once”."
    return f"The return of {held.priority.name} is {word}, so its figures can no longer be sent in. {way_out}"


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(EDINBURGH).date()


# Comparing


def is_value(content: Content, value: Decimal | None) -> bool:
    return content.value == (None if value is None else as_kept(value))


def is_known(content: Content, figure: Figure) -> bool:
    """Whether a figure on record says the same; a firm one is not made looser by being sent again."""
    if figure.value is None or content.value is None:
        return figure.value is None and content.value is None and f"[{content.symbol}]" == figure.symbol
    given = content.given
    if given.numerator is not None and figure.numerator is not None:
        is_equal = (given.numerator, given.denominator) == (figure.numerator, figure.denominator)
    else:
        is_equal = is_value(content, figure.value)
    return is_equal and (figure.flag not in AHEAD_OF_TIME or content.flag == figure.flag)


def is_drafted(row: SentRow, content: Content, draft: Reading) -> bool:
    given = content.given
    if given.numerator is not None:
        is_equal = (given.numerator, given.denominator) == (draft.numerator, draft.denominator)
    else:
        is_equal = is_value(content, draft.value) and content.symbol == draft.symbol
    return is_equal and content.flag == draft.flag and row.note in ("", draft.note)


def says_the_same(first: SentRow, second: SentRow) -> bool:
    said = [(row.figure, row.numerator, row.denominator, row.why_none, row.fault) for row in (first, second)]
    return said[0] == said[1]
