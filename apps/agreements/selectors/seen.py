"""What staff see of agreements: those about datasets they may know of, and everything this city receives."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.accounts.types import Role as Duty
from apps.agreements.models import Agreement, Negotiation, Offer, Outbox, Transfer
from apps.agreements.states import NEGOTIATION, Role
from apps.agreements.types import Outcome
from apps.catalogue import selectors as catalogue
from apps.catalogue.models import Dataset
from apps.core.errors import NotFound


def agreements(user: User) -> QuerySet[Agreement]:
    """The agreements this person may see, the newest first."""
    rows = _agreements_about(catalogue.visible_to(user).values("pk"))
    return rows.select_related("peer", "dataset__department", "negotiation").order_by("-id")


def agreement(user: User, key: int) -> Agreement:
    """One of them by its primary key. Raises NotFound alike for none and for hidden."""
    found: Agreement | None = agreements(user).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such agreement for you to see."), part="agreement")
    return found


def negotiations(user: User) -> QuerySet[Negotiation]:
    """The negotiations this person may see, the newest first."""
    rows = _negotiations_about(catalogue.visible_to(user).values("pk"))
    return rows.select_related("peer", "basis__dataset__department", "contract").order_by("-id")


def seen_negotiation(user: User, key: int) -> Negotiation:
    """One of them by its primary key. Raises NotFound alike for none and for hidden."""
    found: Negotiation | None = negotiations(user).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such negotiation for you to see."), part="negotiation")
    return found


def waiting_for(user: User) -> list[Negotiation]:
    """Negotiations that wait for an owner, and this person is that owner; the newest first."""
    places = {place for role, place in accounts.duties_of(user) if role == Duty.OWNER}
    rows = negotiations(user).filter(waiting_since__isnull=False).exclude(state__in=NEGOTIATION.final)
    return [
        row
        for row in rows.order_by("-waiting_since")
        if None in places or (row.basis and row.basis.dataset.department_id in places)
    ]


def seen_offers(user: User) -> QuerySet[Offer]:
    """The offers of the datasets this person may know of, the newest first."""
    rows = Offer.objects.filter(dataset__in=catalogue.visible_to(user).values("pk"))
    return rows.select_related("dataset").order_by("-id")


def offers_of(dataset: Dataset) -> QuerySet[Offer]:
    """The offers of a dataset with their audiences, the newest first."""
    rows = Offer.objects.filter(dataset=dataset).select_related("terms_version", "published_by")
    return rows.prefetch_related("audience").order_by("-id")


def offer(user: User, key: int) -> Offer:
    """One offer of a dataset this person may know of. Raises NotFound."""
    found: Offer | None = seen_offers(user).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such offer for you to see."), part="offer")
    return found


def transfer_of(agreement: Agreement) -> Transfer | None:
    """The agreement's newest transfer, or None."""
    found: Transfer | None = Transfer.objects.filter(agreement=agreement).order_by("-id").first()
    return found


def hanging(user: User, *, attempts: int = 1) -> QuerySet[Outbox]:
    """Messages that were tried at least that often or refused, about what this person may see; the newest first."""
    # Asked once for both: whom one person may know of does not change between two lines.
    visible = catalogue.visible_to(user).values("pk")
    about = Q(negotiation__in=_negotiations_about(visible).values("pk")) | Q(
        transfer__agreement__in=_agreements_about(visible).values("pk")
    )
    stuck = Q(outcome=Outcome.REFUSED) | Q(outcome=Outcome.PENDING, attempts__gte=attempts)
    rows = Outbox.objects.filter(about, stuck).select_related(
        "peer", "negotiation", "transfer__agreement__negotiation", "transfer__agreement__peer"
    )
    return rows.order_by("-created_at")


def _agreements_about(datasets: QuerySet[Any, Any]) -> QuerySet[Agreement]:
    return Agreement.objects.filter(Q(role=Role.CONSUMER) | Q(dataset__in=datasets))


def _negotiations_about(datasets: QuerySet[Any, Any]) -> QuerySet[Negotiation]:
    return Negotiation.objects.filter(Q(role=Role.CONSUMER) | Q(basis__dataset__in=datasets))
