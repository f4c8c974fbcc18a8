"""The pure part of the ledger: kinds and payloads of entries, Merkle tree, signed notes, the port for signing.

``from apps.ledger import types as ledger_types`` and then ``ledger_types.Kind.GRANT``, ``ledger_types.notes.parse(…)``.
"""

from apps.ledger.types import leaves, merkle, notes, payloads, ports
from apps.ledger.types.kinds import Kind
from apps.ledger.types.leaves import NewEntry
from apps.ledger.types.notes import Key, Signer
from apps.ledger.types.payloads import Payload
from apps.ledger.types.reports import Commitment, Fault, Report, Summary, Witness

__all__ = [
    "Commitment",
    "Fault",
    "Key",
    "Kind",
    "NewEntry",
    "Payload",
    "Report",
    "Signer",
    "Summary",
    "Witness",
    "leaves",
    "merkle",
    "notes",
    "payloads",
    "ports",
]
