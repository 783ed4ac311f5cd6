"""The work and the numbers."""

from actionplans.models.deliveries import Delivery, DeliveryFile, SheetMapping
from actionplans.models.disclosure import Clearance, DisclosurePolicy
from actionplans.models.links import SupplyLink, SupplyLinkUse
from actionplans.models.measures import Gap, Measure, ReleaseClass, Target
from actionplans.models.readings import Reading, SeriesBreak, SeriesVersion
from actionplans.models.returns import ActionUpdate, MeasureCommentary, QuarterlyReturn
from actionplans.models.risks import Risk, RiskAssessment, RiskControl, RiskMatrix
from actionplans.models.supply import CalendarFeed, DataContact, DataRequest
from actionplans.models.work import Action, StretchOutcome, YearlyAim

__all__ = [
    "Action",
    "ActionUpdate",
    "CalendarFeed",
    "Clearance",
    "DataContact",
    "DataRequest",
    "Delivery",
    "DeliveryFile",
    "DisclosurePolicy",
    "Gap",
    "Measure",
    "MeasureCommentary",
    "QuarterlyReturn",
    "Reading",
    "ReleaseClass",
    "Risk",
    "RiskAssessment",
    "RiskControl",
    "RiskMatrix",
    "SeriesBreak",
    "SeriesVersion",
    "SheetMapping",
    "StretchOutcome",
    "SupplyLink",
    "SupplyLinkUse",
    "Target",
    "YearlyAim",
]
