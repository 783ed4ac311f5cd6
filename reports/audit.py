"""What the audit record leaves out of reports: the snapshot, which its hash stands for, and the bytes made from it."""

from priorities.audit import record_app
from reports.models import Report, ReportFile


def register() -> None:
    record_app("reports", without={Report: {"snapshot"}}, but=[ReportFile])
