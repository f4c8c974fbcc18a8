"""Rows that may already be there: staged, compared, written where they differ; old values kept, tombstones cleared."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.sensors.selectors.columns import Column, fetch_arrays
from apps.sensors.services.encoding import copy_in
from apps.sensors.types import Readings

NEW, CORRECTED, UNCHANGED, CLEARED = 0, 1, 2, 3
Kinds = npt.NDArray[np.int8]


def upsert(
    table: str, readings: Readings, ids: npt.NDArray[np.int64], *, at: datetime
) -> tuple[Kinds, npt.NDArray[np.intp], npt.NDArray[np.int64]]:
    """Write rows of one month; returns what became of each, which of them cleared a tombstone, and all rows' ids.

    The id of an unchanged row is that of the stored one. The caller holds the states of all their datastreams, so
    nothing else changes these rows meanwhile.
    """
    kinds = np.full(len(readings), NEW, dtype=np.int8)
    if not len(readings):
        return kinds, np.empty(0, dtype=np.intp), ids
    stage(readings, ids)
    found = fetch_arrays(
        _UPSERT.format(table=table),
        {"at": at},
        columns=(Column("id", "int8"), Column("kind", "int2"), Column("old", "int8")),
    )
    places = np.searchsorted(ids, found["id"])
    same = found["kind"] == UNCHANGED
    stored = ids.copy()
    stored[places[same]] = found["old"][same]
    cleared = found["kind"] == CLEARED
    kinds[places[~cleared]] = found["kind"][~cleared]
    return kinds, places[cleared], stored


def stage(readings: Readings, ids: npt.NDArray[np.int64]) -> None:
    """Bring rows into this connection's staging table, in place of what was there."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
        copy_in("pg_temp.sensors_incoming", readings, ids)
        cursor.execute("ANALYZE pg_temp.sensors_incoming (datastream_id)")


_STAGING = """
CREATE TEMPORARY TABLE IF NOT EXISTS sensors_incoming (
    datastream_id integer NOT NULL, span integer NOT NULL, phenomenon_time timestamptz NOT NULL, id bigint NOT NULL,
    result double precision, result_time timestamptz, feature_id integer, extra jsonb
) ON COMMIT DELETE ROWS;
DELETE FROM pg_temp.sensors_incoming
"""

_UPSERT = """
WITH old AS MATERIALIZED (
    SELECT o.*, i.id AS new_id, (o.result, o.result_time, o.feature_id, o.extra)
        IS NOT DISTINCT FROM (i.result, i.result_time, i.feature_id, i.extra) AS same
    FROM pg_temp.sensors_incoming i JOIN {table} o USING (datastream_id, span, phenomenon_time)
), kept AS (
    INSERT INTO sensors_correction (datastream_id, span, phenomenon_time, old_id, new_id, old_result,
        old_result_time, old_feature_id, old_extra, corrected_at)
    SELECT datastream_id, span, phenomenon_time, id, new_id, result, result_time, feature_id, extra, %(at)s
    FROM old WHERE NOT same ORDER BY new_id
), cleared AS (
    DELETE FROM sensors_tombstone t USING pg_temp.sensors_incoming i
    WHERE (t.datastream_id, t.span, t.phenomenon_time) = (i.datastream_id, i.span, i.phenomenon_time)
    RETURNING i.id
), written AS (
    INSERT INTO {table} (datastream_id, span, phenomenon_time, id, result, result_time, feature_id, extra)
    SELECT i.datastream_id, i.span, i.phenomenon_time, i.id, i.result, i.result_time, i.feature_id, i.extra
    FROM pg_temp.sensors_incoming i LEFT JOIN old ON old.new_id = i.id
    WHERE old.new_id IS NULL OR NOT old.same
    ORDER BY i.id
    ON CONFLICT (datastream_id, span, phenomenon_time) DO UPDATE SET id = excluded.id, result = excluded.result,
        result_time = excluded.result_time, feature_id = excluded.feature_id, extra = excluded.extra
)
SELECT array_send(array_agg(id)), array_send(array_agg(kind)), array_send(array_agg(old)) FROM (
    SELECT new_id AS id, (CASE WHEN same THEN 2 ELSE 1 END)::int2 AS kind, id AS old FROM old
    UNION ALL SELECT id, 3::int2, 0 FROM cleared
) AS found
"""
