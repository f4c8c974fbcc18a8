"""Tables of the desk. Written by ``services`` only."""

from apps.desk.models.decisions import Decision, Fee, Hearing
from apps.desk.models.deliveries import Delivery
from apps.desk.models.files import Attachment, DoomedFile
from apps.desk.models.forwardings import FileFetch, Forwarding, PeerLetter
from apps.desk.models.histories import DeadlineChange, HistoryEntry
from apps.desk.models.mails import Mail
from apps.desk.models.public import OutcomeRecord, RegisterEntry
from apps.desk.models.requests import CaseCounter, Request, SecretLink
from apps.desk.models.rules import RetentionRule, TextTemplate
from apps.desk.models.thread import Message, Note

__all__ = [
    "Attachment",
    "CaseCounter",
    "DeadlineChange",
    "Decision",
    "Delivery",
    "DoomedFile",
    "Fee",
    "FileFetch",
    "Forwarding",
    "Hearing",
    "HistoryEntry",
    "Mail",
    "Message",
    "Note",
    "OutcomeRecord",
    "PeerLetter",
    "RegisterEntry",
    "Request",
    "RetentionRule",
    "SecretLink",
    "TextTemplate",
]
