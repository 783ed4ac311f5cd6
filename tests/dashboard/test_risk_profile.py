"""The Risk Profile of a quarter: three sentences that each account for every risk, and a map."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.models import RiskAssessment
from actionplans.models.risks import RiskControl
from actionplans.risk_bands import Band, Movement
from dashboard.charts.sentence import describe
from dashboard.risk_profile import (
    ClosedRisk,
    HeatRisk,
    RiskRow,
    RiskScore,
    _bands_sentence,
    _movements_sentence,
    _responses_sentence,
    risk_profile,
    risk_row,
    score_chart,
)
from tests.actionplans.factories import QuarterlyReturnFactory, RiskAssessmentFactory, RiskFactory
from tests.dashboard.conftest import LOCKED_AT
from tests.factories import NOW, OrganisationFactory


def risk_of(board, *scores, code="POV-R1", **fields):
    """A risk of Poverty, scored (likelihood, impact) before Q3 and then in it; None where it was not."""
    risk = RiskFactory(priority=board.cast.poverty, code=code, **fields)
    for quarter, score in zip((board.cast.before, board.cast.quarter), scores, strict=False):
        if score:
            score_in(board, risk, quarter, score)
    return risk


def score_in(board, risk, quarter, score, **fields):
    likelihood, impact = score
    return RiskAssessmentFactory(
        risk=risk, quarter=quarter, matrix=board.matrix, likelihood=likelihood, impact=impact, **fields
    )


def profile_of(board):
    return risk_profile(board.cast.quarter, known_at=NOW)


def row_of(board, risk):
    return risk_row(risk, board.cast.quarter, known_at=NOW)


def test_a_row_says_where_a_risk_stands(board):
    council = OrganisationFactory(partnership=board.cast.partnership, name="Strathmuir Council")
    risk = risk_of(board, (3, 4), (4, 4), owner_organisation=council, target_likelihood=2, target_impact=3)
    RiskAssessment.objects.update(inherent_likelihood=5, inherent_impact=4)
    RiskControl.objects.create(risk=risk, code="C1", kind="existing", text="Weekly count")
    RiskControl.objects.create(
        risk=risk, code="C2", kind="planned", text="Lend advisers", due_on=dt.date(2022, 3, 31)
    )

    row = row_of(board, risk)

    assert row.current == RiskScore(4, 4, 16, Band.HIGH)
    assert row.current.in_words == "Likely × Major"
    assert (row.inherent.score, row.inherent.band) == (20, Band.VERY_HIGH)
    assert (row.target.score, row.target.band) == (6, Band.MEDIUM)
    assert (row.owner, row.organisation) == ("Head of Communities", "Strathmuir Council")
    assert row.movement is Movement.INCREASED
    assert row.movement_in_words == "from 12 to 16 since Q2 2021/22"
    assert row.is_above_appetite
    assert row.attention == "Above appetite and increased since Q2 2021/22"
    assert [control.text for control in row.existing_controls] == ["Weekly count"]
    assert [action.text for action in row.planned_actions] == ["Lend advisers"]
    assert [(past.quarter, past.score) for past in row.newest_first] == [
        ("Q3 2021/22", 16),
        ("Q2 2021/22", 12),
    ]


@pytest.mark.parametrize(
    ("before", "now", "movement", "words", "attention"),
    [
        ((3, 3), (2, 3), Movement.DECREASED, "from 9 to 6 since Q2 2021/22", ""),
        ((3, 3), (3, 3), Movement.SAME, "", ""),
        ((3, 3), None, Movement.SAME, "", ""),
        (None, (5, 5), Movement.NEW, "", "Very high and above appetite"),
        (None, None, Movement.NEW, "", ""),
    ],
)
def test_movement_is_since_the_last_report(board, before, now, movement, words, attention):
    row = row_of(board, risk_of(board, before, now))

    assert (row.movement, row.movement_in_words, row.attention) == (movement, words, attention)


def test_scores_by_another_matrix_are_not_compared(board):
    risk = risk_of(board, (3, 3), (4, 4))
    other = type(board.matrix).objects.create(
        partnership=board.cast.partnership, version=2, effective_on=dt.date(2021, 12, 1)
    )
    RiskAssessment.objects.filter(quarter=board.cast.quarter).update(matrix=other)

    assert row_of(board, risk).movement is Movement.NOT_COMPARABLE


def test_a_score_not_accepted_yet_is_not_known(board):
    risk = risk_of(board, (3, 3))
    held = QuarterlyReturnFactory(priority=board.cast.poverty, quarter=board.cast.quarter)
    score_in(board, risk, board.cast.quarter, (5, 5), quarterly_return=held)

    assert row_of(board, risk).current.score == 9
    assert "0 of 2 returns accepted" in profile_of(board).returns_in_words


def test_the_map_has_each_risk_in_its_cell_with_its_movement(board):
    risk_of(board, (3, 4), (4, 4), code="R2", title="Second")
    risk_of(board, (4, 4), (4, 4), code="R1", title="First")

    heat_map = profile_of(board).heat_map

    assert [row.word for row in heat_map] == ["Almost certain", "Likely", "Possible", "Unlikely", "Rare"]
    assert [cell.score for cell in heat_map[0].cells] == [5, 10, 15, 20, 25]
    (full,) = [cell for row in heat_map for cell in row.cells if cell.risks]
    assert (full.likelihood, full.impact, full.band, full.codes) == (4, 4, Band.HIGH, ("R1", "R2"))
    assert full.risks == (
        HeatRisk("R1", "First", Movement.SAME),
        HeatRisk("R2", "Second", Movement.INCREASED),
    )


def test_risks_stand_the_gravest_first_and_closed_ones_apart(board):
    risk_of(board, (2, 2), code="R1")
    risk_of(board, (5, 5), code="R2")
    risk_of(
        board,
        (3, 3),
        code="R3",
        title="Gone",
        closed_on=dt.date(2021, 11, 30),
        closed_reason="The funding was agreed.",
    )

    profile = profile_of(board)

    assert [row.code for row in profile.rows] == ["R2", "R1"]
    assert profile.closed == (ClosedRisk("R3", "Gone", dt.date(2021, 11, 30), "The funding was agreed."),)
    assert [row.code for row in profile.above_appetite] == ["R2"]
    assert profile.bands_sentence == "There are 2 risks: 1 very high, 1 medium."
    assert profile.responses_sentence == "Response: 2 treat."
    assert profile.movements_sentence == "Since Q2 2021/22: 2 same."


def test_a_partnership_without_a_matrix_has_the_usual_one(board):
    board.matrix.delete()

    profile = profile_of(board)

    assert (profile.rows, profile.bands_sentence, profile.matrix_version) == ((), "There are no risks.", 1)
    assert profile.heat_map[0].cells[4].band is Band.VERY_HIGH


def test_each_risk_is_scored_as_known_when_a_report_was_made(board):
    risk = risk_of(board, (3, 3))
    said = board.accept()
    score_in(board, risk, board.cast.quarter, (5, 5), quarterly_return=said)

    assert risk_row(risk, board.cast.quarter, known_at=LOCKED_AT).current.score == 9
    assert risk_row(risk, board.cast.quarter, known_at=NOW).current.score == 25


# The picture of a risk's scores


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        ((3, 4), (4, 4), "16 in Q3 2021/22, up 4 from Q2 2021/22; the target was 6."),
        ((4, 4), (3, 4), "12 in Q3 2021/22, down 4 from Q2 2021/22; the target was 6."),
        ((4, 4), (4, 4), "16 in Q3 2021/22, no change from Q2 2021/22; the target was 6."),
        (None, (4, 4), "16 in Q3 2021/22, the only figure so far; the target was 6."),
    ],
)
def test_the_picture_says_how_the_score_moved(board, before, now, sentence):
    risk = risk_of(board, before, now, target_likelihood=2, target_impact=3)

    assert describe(score_chart(row_of(board, risk))) == (
        f"Score of risk POV-R1: {sentence} Lower is better."
    )


# The three sentences

BANDS = {Band.LOW: (1, 1), Band.MEDIUM: (2, 2), Band.HIGH: (3, 4), Band.VERY_HIGH: (5, 4)}


def bare_row(band, response, movement):
    score = RiskScore(*BANDS[band], BANDS[band][0] * BANDS[band][1], band) if band else None
    words = dict.fromkeys(("code", "title", "priority", "priority_slug", "cause", "event"), "")
    words |= dict.fromkeys(("consequence", "owner", "organisation", "since", "assessed_in", "rationale"), "")
    return RiskRow(
        **words,
        response=response,
        inherent=None,
        current=score,
        target=None,
        appetite=Band.MEDIUM,
        is_above_appetite=False,
        movement=movement,
        existing_controls=(),
        planned_actions=(),
        history=(),
        is_illustrative=False,
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*Band, None]),
            st.sampled_from(["Treat", "Tolerate", "Transfer", "Terminate"]),
            st.sampled_from(Movement),
        ),
        min_size=1,
    )
)
def test_each_sentence_accounts_for_every_risk(facts):
    rows = [bare_row(*fact) for fact in facts]

    def numbers(sentence):
        return [int(word) for word in sentence.split() if word.isdigit()]

    total, *by_band = numbers(_bands_sentence(rows))
    assert total == sum(by_band) == len(rows)
    assert sum(numbers(_responses_sentence(rows))) == len(rows)
    assert sum(numbers(_movements_sentence(rows, "the last report"))) == len(rows)
