"""The plan and its people."""

from priorities.models.calendar import Quarter
from priorities.models.governance import Decision, Meeting
from priorities.models.partnership import Comparator, Group, Locality, Organisation, Partnership
from priorities.models.people import Membership, User
from priorities.models.plan import EmergingIssue, NationalOutcome, Plan, Priority, Theme
from priorities.roles import Role

__all__ = [
    "Comparator",
    "Decision",
    "EmergingIssue",
    "Group",
    "Locality",
    "Meeting",
    "Membership",
    "NationalOutcome",
    "Organisation",
    "Partnership",
    "Plan",
    "Priority",
    "Quarter",
    "Role",
    "Theme",
    "User",
]
