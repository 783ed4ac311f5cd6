"""A partnership and its plan in one readable document: read, checked, loaded, written (`docs/plan-file.md`)."""

from actionplans.plan_file.dumper import dump
from actionplans.plan_file.faults import Fault, FaultsFoundError
from actionplans.plan_file.loader import LoadReport, load
from actionplans.plan_file.reader import read_plan_file
from actionplans.plan_file.schema import PlanFile

__all__ = ["Fault", "FaultsFoundError", "LoadReport", "PlanFile", "dump", "load", "read_plan_file"]
