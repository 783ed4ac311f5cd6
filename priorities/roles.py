"""What a person may be in a partnership, and which roles share a right."""

from django.db.models import TextChoices


class Role(TextChoices):
    """Scope by priority comes from the priority (lead officer and deputies), not from the role."""

    VIEWER = "viewer", "Viewer"
    CONTRIBUTOR = "contributor", "Contributor"
    LEAD_OFFICER = "lead_officer", "Lead officer"
    OFFICER = "officer", "Officers' group member"
    BOARD_MEMBER = "board_member", "Board member"
    CHAIR = "chair", "Chair"
    CP_MANAGER = "cp_manager", "CP manager"
    ADMINISTRATOR = "administrator", "Administrator"


# May read the dashboard, measures, risks and reports issued to the Board. A contributor supplies figures
# and an administrator keeps accounts; neither reads what is not yet published.
READERS = frozenset(
    {Role.VIEWER, Role.LEAD_OFFICER, Role.OFFICER, Role.BOARD_MEMBER, Role.CHAIR, Role.CP_MANAGER}
)

# May read every priority's return, submitted or not, to check it.
RETURN_READERS = frozenset({Role.CP_MANAGER, Role.OFFICER})
