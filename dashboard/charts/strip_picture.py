"""The ranked strip as a picture: one axis, a mark for every figure, names on poles so that none covers another.

The shape of a mark says whose figure it is, and a colour says it again; the key beside the picture names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString

from dashboard.charts import palette
from dashboard.charts.elements import clipped, element, picture, text, twice, width_of
from dashboard.charts.key import key_list
from dashboard.charts.scale import Scale
from dashboard.charts.strip import MOST_NAMED, Strip, StripKind, StripMark

SIZE = 14
HEAD, LANE, LEVEL, FOOT = 24, 18, 17, 46
PAD = 14
# Marks of equal figures stand on one another, closer once there would be more than this.
MOST_LEVELS = 8
# Half the width of each mark; what stands nearer than its neighbour's half and its own is put on top.
HALVES = {
    StripKind.AREA: 8.5,
    StripKind.COUNTRY: 7,
    StripKind.FAMILY: 6,
    StripKind.SIMILAR: 5,
    StripKind.COUNCIL: 1.5,
    StripKind.LOCALITY: 5,
    StripKind.POPULATION: 7,
}
# Whose mark stands lowest, nearest the axis, and is drawn last, over the others.
FOREMOST = (
    StripKind.AREA,
    StripKind.COUNTRY,
    StripKind.FAMILY,
    StripKind.SIMILAR,
    StripKind.LOCALITY,
    StripKind.POPULATION,
    StripKind.COUNCIL,
)
COLOURS = {
    StripKind.AREA: palette.LINE,
    StripKind.COUNTRY: palette.TEXT,
    StripKind.FAMILY: palette.TEXT,
    StripKind.COUNCIL: palette.AXIS,
}


def page_strip(strip: Strip, *, title: str) -> SafeString:
    """The strip for wide and for narrow screens; `title`, its text alternative, is its sentence."""
    return twice(strip_picture(strip, title=title), strip_picture(strip, title=title, width=320))


def strip_picture(strip: Strip, *, title: str, width: int = 640) -> SafeString:
    """The strip for a page or a report. Readable from 280 pixels wide."""
    drawing = _Drawing(strip, width)
    return picture(title, width, drawing.height, "chart__strip", *drawing.parts(), size=SIZE)


def strip_key(strip: Strip) -> SafeString:
    """A list of the shapes that the picture has, in words."""
    kinds = {mark.kind for mark in strip.valued}
    rows = [(_shape(kind, 10, 10), _name_of(strip, kind)) for kind in StripKind if kind in kinds]
    if any(mark.is_provisional and mark.kind is not StripKind.COUNCIL for mark in strip.valued):
        rows.append((_shape(StripKind.SIMILAR, 10, 10, is_hollow=True), "Hollow: provisional"))
    return key_list(rows, width=20, height=20)


def _name_of(strip: Strip, kind: StripKind) -> str:
    """A kind in words, or the name of the only one that is always named."""
    names = [mark.name for mark in strip.valued if mark.kind is kind]
    return names[0] if kind.is_always_named and len(names) == 1 else kind.label


@dataclass(frozen=True)
class _Label:
    """A name on a pole over a mark; the target has no mark."""

    words: str
    value: Decimal
    mark: StripMark | None

    @property
    def is_area(self) -> bool:
        return self.mark is not None and self.mark.kind is StripKind.AREA

    @property
    def wide(self) -> float:
        return width_of(self.words, SIZE) * (1.1 if self.is_area else 1) + 6


@dataclass(frozen=True)
class _Placed:
    """A mark with where it stands: across, and how many marks stand under it."""

    mark: StripMark
    x: float
    level: int


@dataclass(frozen=True)
class _Drawing:
    strip: Strip
    width: int

    @cached_property
    def scale(self) -> Scale:
        return self.strip.scale(intervals=6 if self.width > 400 else 4)

    @cached_property
    def labels(self) -> tuple[_Label, ...]:
        """Names, the lowest figure first."""
        strip = self.strip
        is_small = len(strip.valued) <= MOST_NAMED
        found = [
            _Label(self._named(mark), mark.value, mark)
            for mark in strip.valued
            if mark.value is not None and (is_small or mark.kind.is_always_named)
        ]
        if strip.target is not None:
            words = clipped(f"Target {strip.target_shown}", self.width * 0.55, SIZE)
            found.append(_Label(words, strip.target, None))
        return tuple(sorted(found, key=lambda label: (label.value, label.words)))

    def _named(self, mark: StripMark) -> str:
        assert mark.value is not None
        fits = width_of(mark.shown, SIZE) <= self.width * 0.25
        shown = mark.shown if fits else self.scale.brief(mark.value)
        return f"{clipped(mark.name, self.width * 0.58 - width_of(f' {shown}', SIZE), SIZE)} {shown}"

    @cached_property
    def ends(self) -> tuple[float, float, bool]:
        """Where the axis begins and ends, and whether names stand right of their poles: what leaves it longest."""
        left, right = float(PAD), float(self.width - PAD)
        for label in self.labels:
            share, wide = self.scale.share(label.value), label.wide
            if share > 0:
                right = min(right, PAD + (self.width - 2 - wide - PAD) / share)
            if share < 1:
                left = max(left, (2 + wide - share * (self.width - PAD)) / (1 - share))
        if right - PAD >= self.width - PAD - left:
            return PAD, right, True
        return left, self.width - PAD, False

    @property
    def left(self) -> float:
        return self.ends[0]

    @property
    def right(self) -> float:
        return self.ends[1]

    def x(self, value: Decimal) -> float:
        return self.left + self.scale.share(value) * (self.right - self.left)

    @cached_property
    def lanes(self) -> tuple[int, ...]:
        """For each label the line it stands on, 0 nearest the marks.

        The names are set from one side, each above all whose poles would otherwise go through it.
        """
        is_right = self.ends[2]
        order = list(range(len(self.labels)))
        if is_right:
            order.reverse()
        lanes = [0] * len(order)
        for place, index in enumerate(order):
            label = self.labels[index]
            nearer = [
                lanes[other]
                for other in order[:place]
                if abs(self.x(self.labels[other].value) - self.x(label.value)) < label.wide + 8
            ]
            lanes[index] = max(nearer, default=-1) + 1
        return tuple(lanes)

    @cached_property
    def placed(self) -> tuple[_Placed, ...]:
        """Every mark, the foremost first; those that would cover another stand on top of it."""
        levels: list[list[tuple[float, float]]] = []
        found = []
        for mark in sorted(self.strip.valued, key=lambda mark: FOREMOST.index(mark.kind)):
            assert mark.value is not None
            x, half = self.x(mark.value), HALVES[mark.kind]
            level = 0
            while level < len(levels) and any(
                abs(x - other) < half + other_half + 1 for other, other_half in levels[level]
            ):
                level += 1
            if level == len(levels):
                levels.append([])
            levels[level].append((x, half))
            found.append(_Placed(mark, x, level))
        return tuple(found)

    @property
    def level_height(self) -> float:
        """How far the marks that stand on one another lie apart."""
        most = max(placed.level for placed in self.placed)
        return LEVEL if most < MOST_LEVELS else LEVEL * MOST_LEVELS / most

    @cached_property
    def axis(self) -> float:
        """Where the axis lies, from the top."""
        levels = min(max(placed.level for placed in self.placed), MOST_LEVELS)
        lanes = max(self.lanes, default=-1) + 1
        return HEAD + lanes * LANE + 20 + levels * LEVEL + 12

    @property
    def height(self) -> float:
        return self.axis + FOOT

    def parts(self) -> list[SafeString]:
        return [
            *self._better(),
            *self._grid(),
            *self._poles(),
            *(self._mark(placed) for placed in reversed(self.placed)),
            *self._names(),
            self._unit(),
        ]

    def _y(self, level: int) -> float:
        return self.axis - 12 - level * self.level_height

    def _mark(self, placed: _Placed) -> SafeString:
        return _shape(placed.mark.kind, placed.x, self._y(placed.level), is_hollow=placed.mark.is_provisional)

    def _better(self) -> list[SafeString]:
        """What each end means, with an arrow towards it."""
        strip, y = self.strip, 15
        low, high = ("Lower", "Higher")
        if strip.is_judged and strip.polarity == "goldilocks":
            return [text("Closer to the target is better", 2, y, fill=palette.QUIET_TEXT)]
        if strip.is_judged:
            low, high = ("Worse", "Better") if strip.polarity == "maximise" else ("Better", "Worse")
        edge = self.width - 2
        return [
            _arrow(2, y - 5, towards=-1),
            text(low, 20, y, fill=palette.QUIET_TEXT),
            text(high, edge - 18, y, text_anchor="end", fill=palette.QUIET_TEXT),
            _arrow(edge, y - 5, towards=1),
        ]

    def _grid(self) -> list[SafeString]:
        """The axis and its marks, as many named as have room."""
        parts = [
            element(
                "path",
                class_="chart-axis",
                d=f"M{self.left:.1f} {self.axis:.1f}H{self.right:.1f}",
                stroke=palette.AXIS,
                stroke_width=1,
            )
        ]
        taken_to = 0.0
        for mark in self.scale.marks:
            x, words = self.x(mark), self.scale.label(mark)
            wide = width_of(words, SIZE)
            middle = min(max(x, wide / 2 + 1), self.width - wide / 2 - 1)
            d = f"M{x:.1f} {self.axis:.1f}v5"
            parts.append(element("path", class_="chart-axis", d=d, stroke=palette.AXIS, stroke_width=1))
            if middle - wide / 2 >= taken_to:
                parts.append(
                    text(words, middle, self.axis + 20, text_anchor="middle", fill=palette.QUIET_TEXT)
                )
                taken_to = middle + wide / 2 + 10
        return parts

    def _unit(self) -> SafeString:
        words = clipped(self.strip.series.unit_words, self.width - 4, SIZE)
        return text(words, 2, self.height - 6, fill=palette.QUIET_TEXT)

    def _lane_y(self, lane: int) -> float:
        """Where the words of a lane stand."""
        return HEAD + (max(self.lanes) - lane + 1) * LANE - 4

    def _poles(self) -> list[SafeString]:
        """From each name down to its mark, or to the axis for a target."""
        feet = {id(placed.mark): self._y(placed.level) for placed in self.placed}
        return [
            self._pole(label, lane, feet[id(label.mark)] if label.mark else self.axis)
            for label, lane in zip(self.labels, self.lanes, strict=True)
        ]

    def _pole(self, label: _Label, lane: int, foot: float) -> SafeString:
        d = f"M{self.x(label.value):.1f} {self._lane_y(lane) - 11:.1f}V{foot:.1f}"
        if label.mark:
            return element("path", class_="chart-pole", d=d, stroke=palette.AXIS, stroke_width=1)
        return element(
            "path",
            class_="chart-target",
            d=d,
            stroke=palette.TARGET,
            stroke_width=1.5,
            stroke_dasharray="5 3",
        )

    def _names(self) -> list[SafeString]:
        return [self._name(label, lane) for label, lane in zip(self.labels, self.lanes, strict=True)]

    def _name(self, label: _Label, lane: int) -> SafeString:
        is_right = self.ends[2]
        x = self.x(label.value) + (4 if is_right else -4)
        anchor = "start" if is_right else "end"
        if label.is_area:
            return text(
                label.words,
                x,
                self._lane_y(lane),
                class_="chart-text--value",
                text_anchor=anchor,
                fill=palette.LINE,
                font_weight="700",
            )
        class_, fill = ("", palette.TEXT) if label.mark else ("chart-text--target", palette.TARGET)
        return text(label.words, x, self._lane_y(lane), class_=class_, text_anchor=anchor, fill=fill)


def _arrow(x: float, y: float, *, towards: int) -> SafeString:
    """An arrow whose tip is at `x`."""
    back = x - towards * 13
    d = f"M{back:.1f} {y:.1f}H{x:.1f}M{x - towards * 5:.1f} {y - 4:.1f}L{x:.1f} {y:.1f}L{x - towards * 5:.1f} {y + 4:.1f}"
    return element("path", class_="chart-arrow", d=d, stroke=palette.QUIET_TEXT, stroke_width=1.5)


def _shape(kind: StripKind, x: float, y: float, *, is_hollow: bool = False) -> SafeString:
    """The mark of a kind around a point."""
    colour = COLOURS.get(kind, palette.QUIET_TEXT)
    class_ = f"chart-mark chart-mark--{kind}"
    if kind is StripKind.COUNCIL:
        d = f"M{x:.1f} {y - 6:.1f}v12"
        return element("path", class_=class_, d=d, stroke=colour, stroke_width=2)
    paint: dict[str, str | float] = {"fill": colour}
    if is_hollow:
        class_ += " chart-mark--hollow"
        paint = {"fill": palette.SURFACE, "stroke": colour, "stroke_width": 2}
    if kind in (StripKind.SIMILAR, StripKind.LOCALITY):
        return element("circle", class_=class_, cx=x, cy=y, r=HALVES[kind], **paint)
    return element("path", class_=class_, d=_outline(kind, x, y, HALVES[kind]), **paint)


def _outline(kind: StripKind, x: float, y: float, half: float) -> str:
    corners: Sequence[tuple[float, float]] = {
        StripKind.AREA: ((0, -half), (half, 0), (0, half), (-half, 0)),
        StripKind.COUNTRY: ((0, -half), (half, half - 1), (-half, half - 1)),
        StripKind.FAMILY: ((-half, -half), (half, -half), (half, half), (-half, half)),
        StripKind.POPULATION: ((-half, 1 - half), (half, 1 - half), (0, half)),
    }[kind]
    return f"M{'L'.join(f'{x + across:.1f} {y + down:.1f}' for across, down in corners)}Z"
