"""The messages nodes exchange, each a strict, frozen model with a type and a version.

``base`` holds what all share, ``feed`` what accompanies pages, ``endings`` withdrawal and receipt,
``description`` what the rows mean, ``requests`` what citizens ask, ``trust`` keys and checkpoints. Field by field in
docs/protocol.md.
"""

from apps.wire.messages.base import Message, parse
from apps.wire.messages.description import (
    DatasetDescription,
    ObservedPropertyDescription,
    SensorDescription,
    StreamDescription,
    ThingDescription,
)
from apps.wire.messages.endings import Receipt, WithdrawalNotice
from apps.wire.messages.feed import DigestReport, Hint
from apps.wire.messages.requests import Contact, RequestChange, RequestFile, RequestHandover, RequestMessage
from apps.wire.messages.trust import CheckpointExchange, KeyRotation

__all__ = [
    "CheckpointExchange",
    "Contact",
    "DatasetDescription",
    "DigestReport",
    "Hint",
    "KeyRotation",
    "Message",
    "ObservedPropertyDescription",
    "Receipt",
    "RequestChange",
    "RequestFile",
    "RequestHandover",
    "RequestMessage",
    "SensorDescription",
    "StreamDescription",
    "ThingDescription",
    "WithdrawalNotice",
    "parse",
]
