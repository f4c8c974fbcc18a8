"""The replicas kept here, as catalogues show them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import connection

from apps.agreements import selectors as agreements
from apps.consumer.models import ReplicaStream, Subscription
from apps.consumer.types import HeldStream, Replica
from apps.core import clock
from apps.sensors.types import RECORDING, UPLOADED


def replicas(*, at: datetime | None = None) -> list[Replica]:
    """Every replica that is kept, with its datastreams, the oldest first.

    Only under agreements in force at ``at`` (now): past an expiry that no tick has noticed yet nothing is here any
    more, and with a withdrawal it is gone before its rows are.
    """
    moment = at or clock.now()
    kept = Subscription.objects.active().filter(agreement__in=agreements.in_force(at=moment).values("pk"))
    rows = list(kept.select_related("agreement", "peer").order_by("pk"))
    held = _streams([row.pk for row in rows])
    return [_replica(row, held.get(row.pk, ())) for row in rows]


def matching(text: str) -> dict[int, float]:
    """The subscriptions whose dataset's words match, by primary key, with a rank; as ``catalogue.matching``."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH said AS (
                SELECT s.id, coalesce(s.about #>> '{title,de}', '') AS title_de,
                       coalesce(s.about #>> '{title,en}', '') || ' ' || a.title AS title_en,
                       coalesce(s.about #>> '{description,de}', '') AS description_de,
                       coalesce(s.about #>> '{description,en}', '') AS description_en,
                       ARRAY(SELECT jsonb_array_elements_text(coalesce(s.about -> 'keywords', '[]'))) AS keywords,
                       a.dataset_identifier AS identifier
                  FROM consumer_subscription s JOIN agreements_agreement a ON a.id = s.agreement_id
                 WHERE s.state = 'active'),
            weighed AS (
                SELECT said.*, catalogue_words(title_de, title_en, keywords, description_de, description_en, identifier)
                       AS words FROM said)
            SELECT id, ts_rank(words, catalogue_query(%(text)s)) FROM weighed
             WHERE words @@ catalogue_query(%(text)s)
                OR catalogue_contains(concat_ws(' ', title_de, title_en, array_to_string(keywords, ' '),
                                                description_de, description_en), %(text)s)
            """,
            {"text": text},
        )
        return dict(cursor.fetchall())


def _streams(subscriptions: list[int]) -> dict[int, tuple[HeldStream, ...]]:
    fields = [
        "subscription",
        "datastream",
        "statistic",
        "datastream__kind",
        "datastream__expected_interval_s",
        "datastream__observed_property__name",
        "datastream__observed_property__definition",
        "datastream__state__observation_count",
        "datastream__state__first_time",
        "datastream__state__last_time",
        "datastream__properties__source",
    ]
    found: dict[int, list[HeldStream]] = defaultdict(list)
    rows = ReplicaStream.objects.filter(subscription__in=subscriptions).order_by("datastream")
    for row in rows.values_list(*fields):
        subscription, pk, statistic, kind, interval, name, definition, count, first, last, provenance = row
        found[subscription].append(
            HeldStream(
                datastream_id=pk,
                statistic=statistic,
                kind=kind,
                expected_interval_s=interval,
                measurand=name,
                definition=definition,
                count=count or 0,
                first_time=first,
                last_time=last,
                is_recording=provenance == RECORDING,
                is_uploaded=provenance == UPLOADED,
            )
        )
    return {pk: tuple(streams) for pk, streams in found.items()}


def _replica(row: Any, streams: tuple[HeldStream, ...]) -> Replica:
    agreement, peer = row.agreement, row.peer
    return Replica(
        subscription_id=row.pk,
        uid=str(row.uid),
        agreement_uid=agreement.uid,
        identifier=str(row.about.get("identifier") or agreement.dataset_identifier),
        agreed_title=agreement.title,
        purpose=agreement.purpose,
        signed_at=agreement.signed_at,
        expires_at=agreement.expires_at,
        terms=agreement.terms,
        owner_did=peer.did,
        owner_name=peer.name,
        owner_url=peer.base_url,
        about=row.about,
        complete_at=row.last_complete_at,
        streams=streams,
    )
