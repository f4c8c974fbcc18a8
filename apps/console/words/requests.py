"""The steps in the history of a citizen's request, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.desk.states import Act

STEPS: Final[Mapping[str, Promise | str]] = {
    "receive": pgettext_lazy("request", "received"),
    "take-over": _("taken over from another city"),
    Act.CONFIRM: _("address confirmed"),
    Act.TAKE: _("taken into work"),
    Act.ASK_CLARIFICATION: _("question to the requester"),
    Act.CLARIFY: _("question answered"),
    Act.HEAR_THIRD_PARTY: _("third party asked"),
    Act.CONCLUDE_HEARING: _("hearing ended"),
    Act.ESTIMATE_FEE: _("fee estimated"),
    Act.ANSWER_FEE: _("fee answered"),
    Act.RESUME: _("work resumed"),
    Act.FORWARD: _("forwarded"),
    Act.RETURN: _("came back"),
    Act.DECIDE: _("decided"),
    Act.RELAY: _("decision of the other city received"),
    Act.SEND_HOME: _("given back to the city it came from"),
    Act.WITHDRAW: _("withdrawn by the requester"),
    Act.CLOSE: pgettext_lazy("request", "closed"),
    "assign": _("given to somebody"),
    "attach": _("file added"),
    "deliver": _("delivered"),
    "extend": _("deadline extended"),
    "show-file": _("file shown to the requester"),
    "hide-file": _("file hidden from the requester"),
    "redact": _("file redacted"),
    "remove-file": _("file destroyed"),
    "prepare-decision": _("decision prepared"),
    "send-back": _("decision sent back"),
    "propose-forwarding": _("forwarding proposed"),
    "publish": _("put into the public register"),
    "renew-link": _("new status link"),
    "triage": _("law picked"),
    "write": _("message written"),
}


def step(act: str) -> str:
    """What happened in one step."""
    return str(STEPS.get(act, act))
