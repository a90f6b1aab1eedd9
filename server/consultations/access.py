"""Reading a consultation that somebody wants to act on, with the policy applied to it."""

from server.auth import policy
from server.auth.policy import Action
from server.auth.principal import Principal
from server.consultations import store
from server.consultations.models import Consultation
from server.consultations.ports import Line
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.errors import Code, Refusal
from server.ids import ConsultationId


async def permitted(
    connection: AsyncConnection,
    principal: Principal,
    action: Action,
    consultation_id: ConsultationId,
) -> Consultation:
    """Read a consultation on which the principal may do this; raises `not_found` or `forbidden`."""
    consultation = await store.consultation(connection, consultation_id)
    if consultation is None:
        raise Refusal(Code.NOT_FOUND)
    policy.require(principal, action, consultation.facts)
    return consultation


async def taken(
    transaction: Transaction,
    line: Line,
    principal: Principal,
    action: Action,
    consultation_id: ConsultationId,
) -> Consultation:
    """Like `permitted`, and its queue stays locked, so that its state is nobody else's to change."""
    seen = await permitted(transaction.connection, principal, action, consultation_id)
    await line.lock(transaction, seen.queue_id)
    return await permitted(transaction.connection, principal, action, consultation_id)
