"""Series for the tests of charts, written as rows: period, figure, target, then marks.

Marks: "p" for a provisional figure, "b" for a break before the period. `change` and `compared_with` are the
short trend's words.
"""

from decimal import Decimal

from actionplans.numbers import Unit, format_value
from dashboard.charts.measure import ChartForecast, ForecastPlace, MeasureChart, MedianLine, SignalMarks
from dashboard.charts.series import ChartPoint, ChartSeries

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'too'"


def series(
    rows,
    *,
    name="Children in poverty",
    unit="%",
    better="Lower is better",
    decimals=1,
    change="",
    compared_with="",
):
    kind = {"%": Unit.PERCENT, "£": Unit.MONEY}.get(unit, Unit.NUMBER)
    return ChartSeries(
        name=name,
        unit_label=unit,
        better=better,
        points=tuple(_point(*row, kind=kind, decimals=decimals) for row in rows),
        decimals=decimals,
        change=change,
        compared_with=compared_with,
    )


def _point(label, value, target=None, marks="", *, kind, decimals):
    value = None if value is None else Decimal(value)
    target = None if target is None else Decimal(target)
    return ChartPoint(
        label=label,
        value=value,
        shown=format_value(value, unit=kind, decimals=decimals),
        target=target,
        target_shown=format_value(target, unit=kind, decimals=decimals),
        is_provisional="p" in marks,
        starts_new_series="b" in marks,
    )


POVERTY = series(
    [
        ("2017/18", "18.4"),
        ("2018/19", "18.0", "17.5"),
        ("2019/20", "19.1", "17.0"),
        ("2020/21", "17.9", "16.0"),
    ],
    name="Children in low-income families",
    change="down 1.2 percentage points",
    compared_with="2019/20",
)


def forecast(*places, within="19 times in 20 between 12.0% and 18.0%"):
    """A forecast by (place, value, low, high), the newest figure first."""
    return ChartForecast(
        places=tuple(
            ForecastPlace(
                place,
                Decimal(value),
                format_value(Decimal(value), unit=Unit.PERCENT, decimals=1),
                Decimal(low),
                Decimal(high),
            )
            for place, value, low, high in places
        ),
        period="2022/23",
        shown="15.0%",
        within=within,
        condition="if the last three years’ pace holds",
    )


TO_COME = series([("2021/22", None), ("2022/23", None, "14.0")]).points
POVERTY_AHEAD = MeasureChart(
    known=POVERTY,
    to_come=TO_COME,
    forecast=forecast((3, "17.9", "17.9", "17.9"), (4, "16.5", "14.5", "18.5"), (5, "15.0", "12.0", "18.0")),
    medians=(
        MedianLine(0, 3, Decimal("18.2"), "18.2%", (SignalMarks((1, 2, 3), "Three in a row: worsening"),)),
    ),
)
