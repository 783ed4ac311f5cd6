"""A partnership and its plan in one readable document: read, checked, loaded (`docs/plan-file.md`)."""

from actionplans.plan_file.faults import Fault, FaultsFoundError
from actionplans.plan_file.loader import LoadReport, load
from actionplans.plan_file.reader import read_plan_file
from actionplans.plan_file.schema import PlanFile

__all__ = ["Fault", "FaultsFoundError", "LoadReport", "PlanFile", "load", "read_plan_file"]
