"""Writes of the desk: receive, triage, ask, decide, deliver, forward, close, erase.

What staff do takes ``by`` and asks for the right; what requesters do comes through the secret link, and the page that
found the request by it passes it on.
"""

from apps.desk.services.asking import (
    answer_fee,
    ask_clarification,
    conclude_hearing,
    estimate_fee,
    hear_third_party,
    reply,
    resume,
)
from apps.desk.services.clocks import extend
from apps.desk.services.closing import close, erase_due, publish, send_home, withdraw
from apps.desk.services.deciding import decide, send_back, sign
from apps.desk.services.delivering import deliver_dataset, deliver_file, end_expired
from apps.desk.services.exporting import Export, deliver_export, export_with
from apps.desk.services.filing import attach_as_citizen, attach_as_staff, redact, remove, remove_as_citizen, show
from apps.desk.services.forwarding import answer as answer_forwarding
from apps.desk.services.forwarding import propose as propose_forwarding
from apps.desk.services.forwarding import recall
from apps.desk.services.receiving import confirm, receive, renew_link
from apps.desk.services.talking import note, write
from apps.desk.services.templating import Wording, add_template, change_template, remove_template
from apps.desk.services.triage import assign, pick_law, take
from apps.desk.services.welcoming import accept, file_for
from apps.desk.services.working import clear, exchange, run_due, send_mails

__all__ = [
    "Export",
    "Wording",
    "accept",
    "add_template",
    "answer_fee",
    "answer_forwarding",
    "ask_clarification",
    "assign",
    "attach_as_citizen",
    "attach_as_staff",
    "change_template",
    "clear",
    "close",
    "conclude_hearing",
    "confirm",
    "decide",
    "deliver_dataset",
    "deliver_export",
    "deliver_file",
    "end_expired",
    "erase_due",
    "estimate_fee",
    "exchange",
    "export_with",
    "extend",
    "file_for",
    "hear_third_party",
    "note",
    "pick_law",
    "propose_forwarding",
    "publish",
    "recall",
    "receive",
    "redact",
    "remove",
    "remove_as_citizen",
    "remove_template",
    "renew_link",
    "reply",
    "resume",
    "run_due",
    "send_back",
    "send_home",
    "send_mails",
    "show",
    "sign",
    "take",
    "withdraw",
    "write",
]
