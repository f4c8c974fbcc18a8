"""Who may do what at the desk: a role × act table, default deny."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from apps.accounts.types import Role


class StaffAct(StrEnum):
    """Everything that staff can do with a request. The status decides, beyond that, what is possible now."""

    READ = "read"
    TAKE = "take"
    ASSIGN = "assign"
    TRIAGE = "triage"
    ASK = "ask"
    RESUME = "resume"
    HEAR = "hear"
    EXTEND = "extend"
    FEE = "fee"
    DECIDE = "decide"
    SIGN = "sign"
    DELIVER = "deliver"
    FORWARD = "forward"
    CLOSE = "close"
    WRITE = "write"
    NOTE = "note"
    FILE = "file"
    REDACT = "redact"
    PUBLISH = "publish"


_DESK = frozenset({Role.DESK})

RIGHTS: Mapping[StaffAct, frozenset[Role]] = MappingProxyType(dict.fromkeys(StaffAct, _DESK))
"""The roles that may do an act, each in the request's department or on the whole node. No other role, and no superuser
without it, reads what citizens write: who runs the machines or releases data has no part in it."""
