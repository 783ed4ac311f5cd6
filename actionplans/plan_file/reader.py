"""From the bytes of a plan file to its entries, or all that is wrong with them."""

from actionplans.plan_file.checks import faults_between
from actionplans.plan_file.document import read_document
from actionplans.plan_file.entries import read_entry
from actionplans.plan_file.faults import Fault, FaultsFoundError
from actionplans.plan_file.schema import PlanFile


def read_plan_file(content: bytes) -> PlanFile:
    """Read and check a plan file without looking at what is loaded. Raises FaultsFoundError with every fault."""
    faults: list[Fault] = []
    plan_file = read_entry(PlanFile, read_document(content), (), faults)
    faults.extend(faults_between(plan_file))
    if faults:
        raise FaultsFoundError(faults)
    return plan_file
