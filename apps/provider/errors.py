"""What a peer can be told instead of a page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.agreements.models import Agreement
from apps.core.errors import Conflict, Gone, NotFound, StateConflict


class NoSuchFeed(NotFound):
    """Unknown, somebody else's, or not permitted: from outside these look the same."""

    default_code = "no-such-feed"

    def __init__(self) -> None:
        super().__init__(
            _("There is no feed under this agreement."),
            part="agreement",
            remedy=_("Negotiate an agreement, or ask the owner why its permission is missing."),
        )


class AgreementEnded(Gone):
    """The agreement is over; the answer carries a signed notice of it."""

    default_code = "agreement-ended"

    def __init__(self, agreement: Agreement, kind: str) -> None:
        super().__init__(
            _("This agreement has ended (%(kind)s).") % {"kind": kind},
            part="agreement",
            remedy=_("Delete what was received under it and send the receipt."),
        )
        self.agreement = agreement
        self.kind = kind


class FeedSuspended(StateConflict):
    """The agreement stands, but data do not flow at present."""

    default_code = "feed-suspended"

    def __init__(self) -> None:
        super().__init__(
            _("The transfer under this agreement is suspended."),
            part="agreement",
            remedy=_("Wait until the owner starts it again."),
        )


class EpochChanged(Conflict):
    """The owner's history was restored: numbers given out earlier mean nothing any more."""

    default_code = "epoch-changed"

    def __init__(self, epoch: int) -> None:
        super().__init__(
            _("This node was restored and now counts in epoch %(epoch)s.") % {"epoch": epoch},
            part="cursor",
            remedy=_("Compare the digests, fetch the days that differ, and go on from the cursor of that report."),
        )
        self.epoch = epoch
