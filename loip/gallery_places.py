"""Samples for the gallery: an area among others, and its places over time. They stand for nobody."""

from decimal import Decimal

from actionplans.status import Polarity, Status
from dashboard.charts.multiples import Multiples, PlaceChart, describe_places
from dashboard.charts.series import ChartPoint
from dashboard.charts.strip import (
    LOCALITIES,
    Strip,
    StripKind,
    StripMark,
    describe_spread,
    describe_standing,
)
from dashboard.places import ComparatorsSection, PlacesSection

AREA = "Strathmuir"
MEASURE = "Children in low-income families"
YEARS = ("2015/16", "2016/17", "2017/18", "2018/19", "2019/20", "2020/21")
# The last three years' targets; figures are compared from the third year on only among themselves.
TARGETS = (None, None, None, "18.0", "17.0", "16.0")
BREAK_AT = 2

COUNCILS = {
    StripKind.COUNTRY: {"Scotland": "24.0"},
    StripKind.FAMILY: {"Family group": "21.1"},
    StripKind.SIMILAR: {"Glenbeg": "20.3", "Eastmuir": "17.9", "Loch Tarff": "22.8", "Carsemoor": "18.6"},
    StripKind.COUNCIL: {
        "Abermuir": "30.2", "Ardfinnan": "26.4", "Balnagar": "24.4", "Burnhaven": "27.7", "Corrieburn": "19.4",
        "Dalwhin": "21.9", "Fintrack": "15.2", "Garvock": "25.0", "Inverfar": "23.5", "Kilmory": "32.1",
        "Largoward": "28.3", "Millport": "24.4", "Northmavine": "14.1", "Ochilview": "22.2", "Rannoch": "20.3",
        "Tarbrax": "29.6",
    },
}  # fmt: skip

# Figures by place, oldest first; "c" is one that may not be shown. The status of the newest comes last.
PLACES: tuple[tuple[str, str, Status], ...] = (
    ("Muirtown", "16.0 16.1 15.2 15.0 14.6 14.0", Status.ON_TARGET),
    ("Highland", "18.9 19.3 20.0 20.9 22.4 22.0", Status.OFF_TARGET),
    ("Strathmore", "24.8 25.0 25.6 26.1 26.0 27.1", Status.OFF_TARGET),
    ("Carse", "15.1 15.8 16.0 16.3 16.9 17.2", Status.SLIGHTLY_OFF),
    ("Glen Orrin", "12.2 11.8 c 11.1 11.4 c", Status.SUPPRESSED),
)
WHOLE = "17.0 17.1 16.8 16.3 15.9 15.8"
MOST_DEPRIVED = "30.1 30.8 31.5 31.2 33.0 33.4"


def comparators() -> ComparatorsSection:
    own = Decimal("15.8")
    marks = [StripMark(AREA, StripKind.AREA, own, "15.8%", is_provisional=True)]
    marks += [
        StripMark(name, kind, Decimal(value), f"{value}%", _difference(Decimal(value) - own))
        for kind, named in COUNCILS.items()
        for name, value in named.items()
    ]
    marks.append(StripMark("Wester Isle", StripKind.COUNCIL, None, "[c]", why_none="confidential"))
    strip = Strip(MEASURE, YEARS[-1], "%", 1, Polarity.MINIMISE, tuple(marks))
    return ComparatorsSection(AREA, strip, describe_standing(strip), newest=())


def places() -> PlacesSection:
    multiples = Multiples(
        measure=MEASURE,
        unit_label="%",
        better=Polarity.MINIMISE.label,
        polarity=Polarity.MINIMISE,
        decimals=1,
        area=_place(AREA, WHOLE, Status.ON_TARGET),
        places=(
            *(_place(name, figures, status) for name, figures, status in PLACES),
            _place("Most deprived fifth", MOST_DEPRIVED, Status.OFF_TARGET, is_part=True),
        ),
    )
    strip = Strip(
        measure=MEASURE,
        period=YEARS[-1],
        unit_label="%",
        decimals=1,
        polarity=Polarity.MINIMISE,
        marks=tuple(_mark(place, multiples.area) for place in (multiples.area, *multiples.places)),
        ranked=LOCALITIES,
        noun="localities",
        target=Decimal("16.0"),
        target_shown="16.0%",
    )
    return PlacesSection(AREA, multiples, describe_places(multiples), strip, describe_spread(strip))


def _place(name: str, figures: str, status: Status, *, is_part: bool = False) -> PlaceChart:
    points = tuple(_point(place, value) for place, value in enumerate(figures.split()))
    newest = points[-1]
    flag = "confidential" if newest.value is None else "provisional"
    return PlaceChart(name, points, newest.label, newest.shown, flag, status, is_part)


def _point(place: int, value: str) -> ChartPoint:
    label, target = YEARS[place], TARGETS[place]
    if value == "c":
        return ChartPoint(label, None, "[c]", None, "")
    return ChartPoint(
        label=label,
        value=Decimal(value),
        shown=f"{value}%",
        target=Decimal(target) if target else None,
        target_shown=f"{target}%" if target else "",
        is_provisional=label == YEARS[-1],
        starts_new_series=place == BREAK_AT,
    )


def _mark(place: PlaceChart, area: PlaceChart) -> StripMark:
    kind = StripKind.POPULATION if place.is_part else StripKind.AREA if place is area else StripKind.LOCALITY
    newest = place.newest
    if newest is None or newest.value is None:
        return StripMark(place.name, kind, None, place.shown, why_none=place.flag)
    own = area.newest.value if area.newest else None
    difference = "" if place is area or own is None else _difference(newest.value - own)
    return StripMark(place.name, kind, newest.value, newest.shown, difference, is_provisional=True)


def _difference(difference: Decimal) -> str:
    if not difference:
        return "the same"
    return f"{abs(difference)} percentage points {'higher' if difference > 0 else 'lower'}"
