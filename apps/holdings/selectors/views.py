"""From a holding and its reader to what the provider's statements need."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.errors import NotFound, NotPermitted
from apps.holdings.selectors.holdings import Principal
from apps.holdings.types import Holding, Mode
from apps.provider import selectors as provider
from apps.provider.types import View


def view_of(
    principal: Principal, holding: Holding, datastream_ids: Collection[int] | None = None, *, at: datetime
) -> View:
    """What this reader gets of the holding, of all its datastreams or of those named, ascending.

    Own data under public terms are shaped by them; replicas were shaped by their owner. Raises NotPermitted for a
    holding that somebody else was shown, NotFound for a datastream that does not belong to it.
    """
    if holding.reader != getattr(principal, "pk", None) and holding.reader is not None:
        raise NotPermitted(_("This was shown to somebody else."), part="dataset")
    wanted = set(holding.datastream_ids if datastream_ids is None else datastream_ids)
    if not wanted <= set(holding.datastream_ids):
        raise NotFound(_("There is no such datastream in this dataset."), part="datastream")
    if holding.mode is Mode.TERMS and not holding.is_replica:
        if holding.terms is None:
            raise NotFound(_("There is no such dataset here."), part="dataset")
        return provider.public_view(wanted, holding.terms, at=at)
    return provider.whole_view(wanted, at=at)
