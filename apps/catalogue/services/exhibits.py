"""Choosing sensors for the page "Sensors to touch", and counting views of pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.catalogue.models import Exhibit
from apps.core.errors import Invalid
from apps.sensors.models import Datastream


@transaction.atomic
def choose(
    *, datastream_id: int, sentence_de: str, sentence_en: str = "", position: int = 0, shown: bool = True
) -> Exhibit:
    """Show an own datastream to the public as one to touch; choosing it again changes sentence and place.

    Raises Invalid for a datastream that is not this city's own or only for internal use, and for a missing sentence.
    """
    if not Datastream.objects.shareable().filter(pk=datastream_id, origin="").exists():
        raise Invalid(_("Only the city's own, shareable sensors can be chosen."), part="datastream")
    exhibit = Exhibit.objects.filter(datastream_id=datastream_id).first() or Exhibit(datastream_id=datastream_id)
    exhibit.sentence_de, exhibit.sentence_en = sentence_de, sentence_en
    exhibit.position, exhibit.is_shown = position, shown
    try:
        exhibit.full_clean()
    except ValidationError as error:
        name, words = next(iter(error.message_dict.items()))
        raise Invalid(" ".join(words), part=name) from error
    exhibit.save()
    return exhibit


def count_views(*, day: date, views: Mapping[str, int]) -> None:
    """Add views by kind of page to the day's counts, in one statement that several processes may run at once."""
    rows = sorted((page, count) for page, count in views.items() if count > 0)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_visits (day, page, count)"
            " SELECT %s, page, count FROM unnest(%s::text[], %s::int[]) AS given(page, count)"
            " ON CONFLICT (day, page) DO UPDATE SET count = catalogue_visits.count + EXCLUDED.count",
            [day, [page for page, _count in rows], [count for _page, count in rows]],
        )
