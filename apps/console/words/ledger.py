"""What an entry of the ledger says, in words: its keys, and those of its values that are words of a closed list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agreements.states import AgreementState
from apps.catalogue.types import Sensitivity
from apps.console.words import exchange, requests
from apps.desk.states import Resolution
from apps.desk.types.laws import Law

Words = Mapping[str, Promise | str]

KEYS: Final[Words] = {
    "act": _("step"),
    "agreement": _("agreement"),
    "alarm": _("what happened"),
    "as_of": _("state of the data"),
    "audience": _("offered to"),
    "by": _("ended by"),
    "bytes": _("size in bytes"),
    "change": _("change"),
    "commitment": _("sealed: who or what it was"),
    "confirmations": _("sealed: who confirmed"),
    "count": _("how many"),
    "cursor": _("page begins at"),
    "dataset": _("dataset"),
    "days": _("days"),
    "decision": _("sealed: who decided"),
    "description": _("digest of the description"),
    "digest": _("digest"),
    "before": _("measured before"),
    "ended_at": _("ended at"),
    "epoch": _("epoch"),
    "evidence": _("where the proof is kept"),
    "expires_at": _("ends at"),
    "files": _("files"),
    "fingerprint": _("fingerprint"),
    "format": _("format"),
    "keyid": _("key"),
    "kind": _("kind"),
    "law": _("law"),
    "negotiation": _("negotiation"),
    "next_cursor": _("next page begins at"),
    "notice": _("digest of the notice"),
    "number": _("version"),
    "offer": _("offer"),
    "origin": _("whose ledger"),
    "other_root": _("root shown afterwards"),
    "other_size": _("entries shown afterwards"),
    "owner": _("owner of the key"),
    "peer": _("other city"),
    "policy": _("digest of the policy"),
    "purged_at": _("deleted at"),
    "purpose": _("purpose"),
    "reason": _("reason"),
    "renews": _("renews the agreement"),
    "replaces": _("replaces the key"),
    "resolution": _("outcome"),
    "role": _("role"),
    "root": _("root seen before"),
    "rows": _("rows"),
    "sensitivity": _("data about"),
    "signatures": _("signatures"),
    "size": _("entries seen before"),
    "standing": _("without asking anew"),
    "statement": _("digest of the signed statement"),
    "streams": _("datastreams"),
    "terms": _("digest of the terms"),
    "version": _("version"),
    "visibility": _("visible to"),
}
ROLES: Final[Words] = {
    "provider": _("this city provides"),
    "consumer": _("this city receives"),
    "steward": _("steward (prepared)"),
    "owner": _("owner (released)"),
    "gatekeeper": _("gatekeeper (privacy)"),
}
CHANGES: Final[Words] = {
    "released": _("released"),
    "superseded": _("replaced by a newer version"),
    "withdrawn": _("taken back"),
    "opened": _("published"),
    "closed": _("ended"),
    "created": _("created"),
    "adopted": _("adopted"),
    "announced": _("announced"),
    "current": _("in use"),
    "rotated": _("rotated"),
    "retired": _("retired"),
    "revoked": _("revoked"),
    "key-revoked": _("keys revoked"),
    "proposed": _("proposed"),
    "confirmed": _("confirmed by one person"),
    "trusted": _("trusted"),
    "suspended": _("suspended"),
    "resumed": _("resumed"),
    "removed": _("removed"),
}
ALARMS: Final[Words] = {
    "receipt-overdue": _("a deletion receipt is overdue"),
    "replica-differs": _("a replica differs from its owner"),
    "ledger-fork": _("a city showed two different histories of its ledger"),
    "history-accepted-anew": _("a history was accepted anew"),
}
ENDINGS: Final[Words] = {
    **dict(AgreementState.choices),
    "retention": _("end of the retention"),
    "dropped-by-owner": _("taken out of the dataset by its owner"),
}
ACTS: Final[Words] = {
    **requests.STEPS,
    "received": _("received"),
    "taken-over": _("taken over from another city"),
    "handed-over": _("handed over to another city"),
    "answered": _("answered by the other city"),
    "decided": _("decided"),
    "withdrawn": _("withdrawn by the requester"),
}
VALUES: Final[Mapping[str, Words]] = {
    "act": ACTS,
    "alarm": ALARMS,
    "change": CHANGES,
    "kind": ENDINGS,
    "law": dict(Law.choices),
    "reason": {"operator": _("an operator’s command")},
    "resolution": dict(Resolution.choices),
    "role": ROLES,
    "sensitivity": dict(Sensitivity.choices),
    "visibility": {
        "internal": _("for this city only"),
        "peers": _("for trusted cities"),
        "public": _("for everybody"),
    },
}


def payload_key(name: str) -> str:
    """What stands under this key; '' where nobody put it into words."""
    return str(KEYS.get(name, ""))


def payload_word(value: object, name: str) -> str:
    """What the value of this key means; '' where it is no word of a closed list."""
    if name == "purpose" and isinstance(value, str):
        return exchange.purpose(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(VALUES.get(name, {}).get(value, "")) if isinstance(value, str) else ""
