"""The work and the numbers."""

from actionplans.models.measures import Measure, Reading, SeriesBreak, Target
from actionplans.models.returns import ActionUpdate, MeasureCommentary, QuarterlyReturn
from actionplans.models.risks import Risk, RiskAssessment, RiskControl, RiskMatrix
from actionplans.models.work import Action, StretchOutcome, YearlyAim

__all__ = [
    "Action",
    "ActionUpdate",
    "Measure",
    "MeasureCommentary",
    "QuarterlyReturn",
    "Reading",
    "Risk",
    "RiskAssessment",
    "RiskControl",
    "RiskMatrix",
    "SeriesBreak",
    "StretchOutcome",
    "Target",
    "YearlyAim",
]
