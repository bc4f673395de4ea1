"""Every write of staff trained: lock the chain, ask the rules, add a version, tell the audit trail."""

from tracker.measures.coverage.actions.positions import record_position, withdraw_position
from tracker.measures.coverage.actions.tables import record_needs, record_routes

__all__ = ["record_needs", "record_position", "record_routes", "withdraw_position"]
