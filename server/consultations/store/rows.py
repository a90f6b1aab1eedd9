"""Rows of consultations as what they are."""

from typing import Any

from sqlalchemy import RowMapping

from server.consultations.models import (
    Consultation,
    ConsultationEnd,
    ConsultationState,
    Outcome,
)


def consultation_of(row: RowMapping) -> Consultation:
    values: dict[str, Any] = dict(row)
    values["state"] = ConsultationState(values["state"])
    values["end_reason"] = ConsultationEnd(values["end_reason"]) if values["end_reason"] else None
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    return Consultation(**values)
