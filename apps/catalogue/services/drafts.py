"""Drafting terms and preparing them for release."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.catalogue.errors import WrongState
from apps.catalogue.models import Dataset, TermsVersion
from apps.catalogue.services import fitness, signing
from apps.catalogue.states import TermsState
from apps.catalogue.types import SignatureRole
from apps.core import clock
from apps.core.errors import Invalid
from apps.policies import terms as language
from apps.policies.errors import PolicyError
from apps.policies.terms import Terms


@transaction.atomic
def draft_terms(
    *, dataset: Dataset, terms: Mapping[str, Any] | Terms, override_reason: str = "", user: User | None = None
) -> TermsVersion:
    """A new draft version with the next number; ``override_reason`` says why it may be finer than its class allows.

    ``user`` None is the node itself. Raises Invalid naming the clause that is not understood, NotPermitted for anybody
    but a steward.
    """
    if user is not None:
        signing.require_right(TermsVersion(dataset=dataset), SignatureRole.STEWARD, user)
    try:
        parsed = language.parse(terms.to_mapping() if isinstance(terms, Terms) else terms)
    except PolicyError as error:
        raise Invalid(error.message, code="unknown-term", part=error.part, remedy=error.remedy) from error
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    last = TermsVersion.objects.filter(dataset=dataset).aggregate(last=Max("number"))["last"] or 0
    return TermsVersion.objects.create(
        dataset=dataset,
        number=last + 1,
        terms=parsed.to_mapping(),
        digest=parsed.digest(),
        override_reason=override_reason,
    )


@transaction.atomic
def prepare(*, version: TermsVersion, user: User, at: datetime | None = None) -> TermsVersion:
    """The steward signs the draft; from now on it is immutable.

    Raises NotPermitted, WrongState, UnfitTerms when the terms are finer than the class allows and no reason is on
    record, Differencing when a total stands beside its parts, Invalid for a dataset without datastreams.
    """
    moment = at or clock.now()
    row = signing.locked(version)
    signing.require_step(row, TermsState.PREPARED)
    signing.require_right(row, SignatureRole.STEWARD, user)
    _refuse_second(row)
    fitness.require_fit(row)
    fitness.require_members(row.dataset)
    fitness.require_own_where_public(row)
    fitness.require_no_differencing(row.dataset)
    signing.sign(row, SignatureRole.STEWARD, user, at=moment)
    row.state = TermsState.PREPARED
    row.save(update_fields=["state", "updated_at"])
    return row


def _refuse_second(version: TermsVersion) -> None:
    waiting = TermsVersion.objects.waiting().filter(dataset=version.dataset).first()
    if waiting is not None:
        raise WrongState(
            _("Version %d of this dataset is already prepared and waits for signatures.") % waiting.number,
            part="state",
            remedy=_("Have it released or withdrawn first."),
        )
