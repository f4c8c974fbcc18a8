"""What an entry can be about. A kind is never renamed: old entries keep their word for ever."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """The kinds of entries; what each may say stands in ``types.payloads``."""

    RELEASE = "release", _("terms released")
    OFFER = "offer", _("offer published")
    GRANT = "grant", _("agreement granted")
    REFUSAL = "refusal", _("request refused")
    PAGE_DISCLOSED = "page-disclosed", _("page disclosed")
    PAGE_RECEIVED = "page-received", _("page received")
    WITHDRAWAL = "withdrawal", _("agreement withdrawn")
    EXPIRY = "expiry", _("agreement expired")
    RECEIPT_ISSUED = "receipt-issued", _("deletion receipt issued")
    RECEIPT_ACCEPTED = "receipt-accepted", _("deletion receipt accepted")
    KEY_CHANGE = "key-change", _("key changed")
    PEER_CHANGE = "peer-change", _("peer changed")
    EPOCH = "epoch", _("epoch begun")
    REPAIR = "repair", _("replica repaired")
    ALARM = "alarm", _("alarm")
    PURGE = "purge", _("replica purged")
    REQUEST = "request", _("citizen's request")
