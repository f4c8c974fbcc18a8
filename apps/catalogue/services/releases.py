"""Release: the gatekeeper signs sensitive classes, the owner puts the version into force, either can take it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue import events, selectors
from apps.catalogue.errors import WrongState
from apps.catalogue.models import TermsVersion
from apps.catalogue.services import fitness, signing
from apps.catalogue.states import TermsState
from apps.catalogue.types import SignatureRole
from apps.core import clock
from apps.core.errors import NotPermitted
from apps.ledger import services as ledger
from apps.ledger import types as ledger_types


@transaction.atomic
def gate(*, version: TermsVersion, user: User, at: datetime | None = None) -> TermsVersion:
    """The gatekeeper signs a prepared version. Raises NotPermitted, SamePerson, WrongState."""
    row = signing.locked(version)
    signing.require_step(row, TermsState.RELEASED)
    signing.sign(row, SignatureRole.GATEKEEPER, user, at=at or clock.now())
    return row


@transaction.atomic
def release(*, version: TermsVersion, user: User, at: datetime | None = None) -> TermsVersion:
    """The owner puts a prepared version into force; the former one is superseded. One ledger entry each.

    Raises NotPermitted, SamePerson, WrongState – also while the gatekeeper's signature is missing – and what
    ``prepare`` raises about datastreams that came in since.
    """
    moment = at or clock.now()
    row = signing.locked(version)
    signing.require_step(row, TermsState.RELEASED)
    signing.require_right(row, SignatureRole.OWNER, user)
    fitness.require_members(row.dataset)
    fitness.require_own_where_public(row)
    fitness.require_no_differencing(row.dataset)
    missing = [role for role in selectors.missing_signatures(row) if role != SignatureRole.OWNER]
    if missing:
        raise WrongState(
            _("A signature is missing: %s.") % missing[0].label, part="signatures", remedy=_("Ask for it first.")
        )
    signing.sign(row, SignatureRole.OWNER, user, at=moment)
    former = selectors.released(row.dataset)
    if former is not None:
        _end(former, TermsState.SUPERSEDED, moment)
    row.state, row.released_at = TermsState.RELEASED, moment
    row.save(update_fields=["state", "released_at", "updated_at"])
    events.terms_released.announce(events.TermsReleased(row.dataset_id, row.pk, former.pk if former else None))
    entries = [_entry(former, "superseded")] if former is not None else []
    ledger.append_many([*entries, _entry(row, "released")], at=moment)
    return row


@transaction.atomic
def withdraw_release(*, version: TermsVersion, user: User, at: datetime | None = None) -> TermsVersion:
    """Owner or gatekeeper takes a prepared or released version back; nothing new is agreed under it from now on.

    Existing agreements are ended by whoever decides on them. Raises NotPermitted, WrongState.
    """
    moment = at or clock.now()
    row = signing.locked(version)
    signing.require_step(row, TermsState.WITHDRAWN)
    role = SignatureRole.GATEKEEPER if _may_gate(row, user) else SignatureRole.OWNER
    signing.require_right(row, role, user)
    was_released = row.state == TermsState.RELEASED
    _end(row, TermsState.WITHDRAWN, moment)
    if was_released:
        events.release_withdrawn.announce(events.ReleaseWithdrawn(row.dataset_id, row.pk))
    ledger.append_many([_entry(row, "withdrawn")], at=moment)
    return row


def _may_gate(version: TermsVersion, user: User) -> bool:
    try:
        signing.require_right(version, SignatureRole.GATEKEEPER, user)
    except NotPermitted:
        return False
    return True


def _end(version: TermsVersion, state: TermsState, at: datetime) -> None:
    version.state, version.ended_at = state, at
    version.save(update_fields=["state", "ended_at", "updated_at"])


def _entry(version: TermsVersion, change: str) -> ledger_types.NewEntry:
    """What the ledger keeps: dataset, number, digest and commitments of the signatures – no person's name."""
    signatures = [
        {"role": signature.role, "commitment": signature.commitment} for signature in version.signatures.all()
    ]
    payload = {
        "dataset": version.dataset.identifier,
        "number": version.number,
        "terms": version.digest,
        "change": change,
        "visibility": version.terms.get("visibility", "internal"),
        "sensitivity": version.dataset.sensitivity,
        "signatures": signatures,
    }
    subject = f"urn:owl:dataset:{version.dataset.identifier}"
    return ledger_types.NewEntry(kind=ledger_types.Kind.RELEASE, subject=subject, payload=payload)
