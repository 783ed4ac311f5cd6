"""What the audit record leaves out of the work and the numbers: what an entry's own author and moment tell."""

from actionplans.models import (
    DataContact,
    DataRequest,
    DeliveryFile,
    Measure,
    QuarterlyReturn,
    Reading,
    RiskAssessment,
    SupplyLink,
)
from priorities.audit import record_app


def register() -> None:
    record_app(
        "actionplans",
        without={
            QuarterlyReturn: {"saved_at", "saved_by"},
            Reading: {"entered_at", "entered_by"},
            RiskAssessment: {"assessed_at", "assessed_by", "score"},
            DeliveryFile: {"content"},
            SupplyLink: {"token_sha256"},
        },
        many={
            Measure: {"shared_with"},
            DataContact: {"measures"},
            DataRequest: {"measures"},
            SupplyLink: {"measures"},
        },
    )
