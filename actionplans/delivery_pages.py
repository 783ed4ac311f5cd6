"""What the pages of figures that somebody sent show: the preview, what became of them, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from actionplans.models import Delivery
from actionplans.return_access import return_url
from actionplans.senders import WITH_SENDERS, sent_in_words
from actionplans.sheets.limits import MEGABYTE
from actionplans.sheets.preview import Preview, PreviewRow, Verdict
from priorities.models import Priority, Quarter, User
from priorities.wording import listed
from priorities.workbooks import file_name

MOST_SHOWN = 200
"""Rows of a kind on one page; the others are in the download."""

REST = "rest"
"""What is ticked for all the questions that the page has no room for."""


# The preview


@dataclass(frozen=True)
class RowShown:
    """A row of a preview. `whose` is its code, place and period in a line; `says` what stood there, if otherwise."""

    row: PreviewRow
    whose: str
    says: str

    @classmethod
    def of(cls, row: PreviewRow) -> RowShown:
        whose = ", ".join(part for part in (row.measure_code, row.place_name, row.period_label) if part)
        is_plain = _bare(row.read) == _bare(row.shown)
        return cls(row, whose, "" if is_plain else row.read)


def _bare(figure: str) -> str:
    """A figure without what only makes it easier to read."""
    return figure.replace(",", "").replace(" ", "")


@dataclass(frozen=True)
class RowGroup:
    """The rows of a preview that await the same. `key` picks their mark; `total` counts those not shown too."""

    key: str
    title: str
    rows: tuple[RowShown, ...]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)

    @property
    def more_in_words(self) -> str:
        return "1 more is" if self.more == 1 else f"{self.more:,} more are"


@dataclass(frozen=True)
class PreviewPage:
    """A preview as it is shown to who decides. `ticked` are the keys of the rows whose questions are answered with yes.

    `is_new` says that another preview was seen before, and that this one has taken its place.
    """

    preview: Preview
    ticked: frozenset[str] = frozenset()
    is_new: bool = False

    # What stands where

    @property
    def refused(self) -> RowGroup:
        return self._group("refused", "Refused", self.preview.of(Verdict.REFUSED))

    @property
    def asked(self) -> RowGroup:
        return self._group("asked", "Please check", self.preview.asked_about)

    @property
    def changed(self) -> RowGroup:
        return self._group("changed", "Changed", self._plain(Verdict.CHANGED))

    @property
    def new(self) -> RowGroup:
        return self._group("new", "New", self._plain(Verdict.NEW))

    @property
    def same(self) -> RowGroup:
        return self._group("same", "Same", self.preview.of(Verdict.SAME))

    @property
    def empty(self) -> RowGroup:
        return self._group("empty", "Left empty", self.preview.of(Verdict.EMPTY))

    def _plain(self, verdict: Verdict) -> tuple[PreviewRow, ...]:
        """Those with nothing to ask about them."""
        return tuple(row for row in self.preview.of(verdict) if not row.questions)

    def _group(self, key: str, title: str, rows: tuple[PreviewRow, ...]) -> RowGroup:
        return RowGroup(key, title, tuple(RowShown.of(row) for row in rows[:MOST_SHOWN]), len(rows))

    @property
    def counts(self) -> list[RowGroup]:
        """Every kind of row that there is, the most pressing first."""
        groups = (self.refused, self.asked, self.changed, self.new, self.same, self.empty)
        return [group for group in groups if group.total]

    # What can be done

    @property
    def savable(self) -> int:
        """How many figures there are to save once every question is answered with yes."""
        return sum(row.verdict.is_saved for row in self.preview.rows)

    @property
    def has_before(self) -> bool:
        """Whether any of the new ones takes the place of something."""
        return any(shown.row.before for shown in self.new.rows)

    @property
    def refusals(self) -> int:
        return self.preview.counts[Verdict.REFUSED]

    @property
    def rows_with_figures(self) -> int:
        return self.savable + self.refusals

    @property
    def is_long(self) -> bool:
        """Whether the decision is out of sight below what leads up to it."""
        return self.rows_with_figures > 10

    @property
    def without_question(self) -> int:
        return self.savable - self.asked.total

    @property
    def rest_is_ticked(self) -> bool:
        return bool(self.asked.more) and self.hidden_questions <= self.ticked

    @property
    def hidden_questions(self) -> frozenset[str]:
        return hidden_questions(self.preview)

    @property
    def save_label(self) -> str:
        """What the button does: "Save 12 figures and leave 3 out". With questions open it holds for any ticks."""
        if self.asked.total and not self.without_question:
            return "Save the figures you ticked"
        if self.asked.total:
            return f"Save {counted(self.without_question)} and those you ticked"
        if self.refusals:
            return f"Save {counted(self.savable)} and leave {self.refusals:,} out"
        return f"Save all {counted(self.savable)}" if self.savable > 1 else "Save 1 figure"

    # In words

    @property
    def summary(self) -> str:
        """The whole preview in a few sentences, which the page begins with."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        counts = self.preview.counts
        if self.savable:
            kinds = [
                f"{counts[verdict]:,} {verdict.value}"
                for verdict in (Verdict.NEW, Verdict.CHANGED)
                if counts[verdict]
            ]
            yield f"{counted(self.savable)} can be saved: {', '.join(kinds)}."
        else:
            yield "There is no figure to save."
        if asked := self.asked.total:
            which = "It has" if self.savable == 1 else f"{asked:,} of them {'has' if asked == 1 else 'have'}"
            yield f"{which} a question to answer first."
        if counts[Verdict.REFUSED]:
            yield f"{counts[Verdict.REFUSED]:,} {is_or_are(counts[Verdict.REFUSED])} refused."
        if counts[Verdict.SAME]:
            yield f"{counts[Verdict.SAME]:,} {is_or_are(counts[Verdict.SAME])} the same as before."
        if counts[Verdict.EMPTY]:
            yield f"{counts[Verdict.EMPTY]:,} {'is' if counts[Verdict.EMPTY] == 1 else 'are'} left empty."
        yield "Nothing is saved yet."

    @property
    def choice(self) -> str:
        """What becomes of the others when those that are right are saved; "" when there are none."""
        left = []
        if self.refusals:
            left.append(f"the {self.refusals:,} refused" if self.refusals > 1 else "the one refused")
        if self.asked.total:
            left.append("every one with a question that you have not ticked")
        if not left:
            return ""
        return (
            f"{listed(left)[:1].upper()}{listed(left)[1:]} will be left out. You can send them again later."
        )


def hidden_questions(preview: Preview) -> frozenset[str]:
    """The keys of the rows that are asked about and that a page has no room for."""
    return frozenset(row.key for row in preview.asked_about[MOST_SHOWN:])


def answered_by(ticks: Iterable[str], preview: Preview) -> frozenset[str]:
    """The keys of the rows that the ticks of a page say yes to, those it had no room for too."""
    given = frozenset(ticks)
    return given - {REST} | (hidden_questions(preview) if REST in given else frozenset())


def counted(number: int) -> str:
    """ "1 figure", "1,200 figures"."""
    return "1 figure" if number == 1 else f"{number:,} figures"


def is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"


# What came


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery in a list: where it is opened and dropped, who sent it and how, in words."""

    delivery: Delivery
    url: str
    drop_url: str
    sent: str


@dataclass(frozen=True)
class Came:
    """What a person sent for a round and has not decided on, and what was saved that they may see."""

    waiting: tuple[DeliveryLine, ...]
    saved: tuple[DeliveryLine, ...]


def deliveries_of(quarter: Quarter, user: User) -> Came:
    """Deliveries of a round, the newest first; in one query."""
    rows = Delivery.objects.visible_to(user).filter(quarter=quarter).select_related(*WITH_SENDERS)
    lines = []
    for delivery in rows:
        delivery.quarter = quarter
        address = [quarter.partnership.slug, quarter.year_slug, quarter.slug, delivery.pk]
        url, drop_url = (reverse(f"actionplans:delivery-{name}", args=address) for name in ("detail", "drop"))
        lines.append(DeliveryLine(delivery, url, drop_url, sent_in_words(delivery)))
    return Came(
        waiting=tuple(line for line in lines if line.delivery.is_waiting),
        saved=tuple(line for line in lines if not line.delivery.is_waiting),
    )


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Count:
    """How many rows became something: `key` picks the mark."""

    key: str
    label: str
    number: int


_BECAME = (
    ("saved", "completed", "Saved"),
    (Verdict.REFUSED.value, "refused", "Refused"),
    ("unanswered", "asked", "Question not answered"),
    (Verdict.SAME.value, "same", "Same"),
    (Verdict.EMPTY.value, "empty", "Left empty"),
)


@dataclass(frozen=True)
class SavedPage:
    """What became of a delivery: how many rows became what, and `places` where the figures can be seen."""

    delivery: Delivery
    sent: str
    counts: tuple[Count, ...]
    places: tuple[Link, ...]

    @classmethod
    def of(cls, delivery: Delivery, user: User) -> SavedPage:
        numbers = [(key, label, delivery.counts.get(name, 0)) for name, key, label in _BECAME]
        return cls(
            delivery,
            sent_in_words(delivery),
            tuple(Count(key, label, number) for key, label, number in numbers if number),
            tuple(_places(delivery, user)),
        )

    @property
    def size(self) -> str:
        return size_in_words(self.delivery.size)


def _places(delivery: Delivery, user: User) -> Iterator[Link]:
    """The returns in which its figures stand, as far as the person may open them."""
    if delivery.destination != Delivery.Destination.DRAFTS:
        return
    reads_all = user.has_perm("priorities.read_every_return", delivery.partnership)
    found = Priority.objects.filter(measures__readings__delivery=delivery).distinct()
    if not reads_all:
        found = found.filter(pk__in=Priority.objects.led_by(user).values("pk"))
    page = "return-review" if reads_all else "return-figures"
    for priority in found.order_by("position", "name"):
        url = return_url(page, delivery.partnership.slug, delivery.quarter, priority.slug)
        yield Link(f"The return for {priority.name}", url)


_SHEETS = ("xlsx", "ods", "csv", "txt", "tsv", "tab")


def evidence_name(delivery: Delivery) -> str:
    """What the file that came is called when it is taken away: its own name, with nothing in it that a folder would mind."""
    if delivery.way != Delivery.Way.SHEET:
        return file_name(delivery.name, delivery.sent_at.date().isoformat(), extension="txt")
    stem, _, ending = delivery.name.rpartition(".")
    if ending.lower() in _SHEETS:
        return file_name(stem or ending, extension=ending.lower())
    return file_name(delivery.name, extension="bin")


def size_in_words(size: int) -> str:
    """ "412 bytes", "38 kB", "1.2 MB"."""
    if size < 1024:
        return f"{size} bytes"
    return f"{round(size / 1024)} kB" if size < MEGABYTE else f"{size / MEGABYTE:.1f} MB"
