import csv
import io
from dataclasses import replace

import pytest

from dashboard.risk_profile import risk_profile
from dashboard.scorecard import scorecard
from reports.tables import FIGURE_COLUMNS, MEASURE_COLUMNS, RISK_COLUMNS, figures_csv, measures_csv, risks_csv
from tests.factories import NOW
from tests.reports.report_cast import FORMULA, board_quarter

pytestmark = pytest.mark.django_db


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_measures_one_row_each_with_nothing_blank():
    quarter = board_quarter()

    head, *rows = rows_of(measures_csv(scorecard(quarter.cast.quarter, known_at=NOW)))

    assert tuple(head) == MEASURE_COLUMNS
    assert rows[0][:9] == [
        "POV-1", "Families helped 1", "Poverty", "%", "Higher is better", "Q3 2021/22", "41.260000", "final", "49.0%",
    ]  # fmt: skip
    assert rows[0][10:12] == ["50.000000", "Off target"]
    assert [len(row) for row in rows] == [len(MEASURE_COLUMNS)] * 2
    assert all(cell for row in rows for cell in row)


def test_figures_hold_every_point_of_every_chart():
    quarter = board_quarter()

    head, *rows = rows_of(figures_csv(scorecard(quarter.cast.quarter, known_at=NOW)))

    assert tuple(head) == FIGURE_COLUMNS
    assert [row[2:5] for row in rows] == [
        ["Q2 2021/22", "49.000000", "[z]"],
        ["Q3 2021/22", "41.260000", "50.000000"],
        ["Q2 2021/22", "49.000000", "[z]"],
        ["Q3 2021/22", "51.260000", "50.000000"],
    ]


def test_risks_one_row_each():
    quarter = board_quarter()

    head, *rows = rows_of(risks_csv(risk_profile(quarter.cast.quarter, known_at=NOW)))

    assert tuple(head) == RISK_COLUMNS
    assert [dict(zip(head, row, strict=True)) for row in rows] == [
        {
            "Code": "POV-R1", "Risk": "Advice runs out", "Priority": "Poverty", "Owner": "Head of Communities",
            "Organisation": "[x]", "Response": "Treat", "Inherent score": "[x]", "Likelihood": "5", "Impact": "4",
            "Current score": "20", "Band": "Very high", "Target score": "[x]", "Appetite": "Medium",
            "Within appetite": "No", "Movement": "Increased", "Compared with": "Q2 2021/22", "Illustrative": "No",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("text", [FORMULA, "+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "\n=1"])
def test_a_formula_is_shown_and_not_run(text):
    quarter = board_quarter(measures=1)
    card = scorecard(quarter.cast.quarter, known_at=NOW)
    priority = card.priorities[0]
    measures = (replace(priority.measures[0], name=text),)
    card = replace(card, priorities=(replace(priority, measures=measures), *card.priorities[1:]))

    _, row = rows_of(measures_csv(card))

    assert row[1] == f"'{text}"
