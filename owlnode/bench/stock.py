"""A city's stock of public observations, loaded quickly: what reading is measured against."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from apps.accounts import services as accounts
from apps.accounts.types import Role
from apps.catalogue import services as catalogue
from apps.policies import templates
from apps.sensors import services as sensors
from apps.sensors.services.encoding import encode
from apps.sensors.services.partitions import first_day, month_numbers
from apps.sensors.types import Readings, first_id
from owlnode.bench import ground

MINUTE_US = 60_000_000
CHUNK = 1_000_000
Numbers = npt.NDArray[np.int64]

_BATCH = """
INSERT INTO sensors_batch (id, number, source, client_key, origin, recorded_at, rows, accepted, corrected, unchanged,
    rejected, deleted, first_time, last_time, datastream_ids)
VALUES (nextval('sensors_batch_id_seq'), NULL, 'bench', '', '', now(), %(rows)s, %(rows)s, 0, 0, 0, 0,
    'epoch'::timestamptz + %(first)s * interval '1 microsecond',
    'epoch'::timestamptz + %(last)s * interval '1 microsecond', %(ids)s)
RETURNING id
"""
_STATES = """
UPDATE sensors_datastreamstate s SET observation_count = n.count, first_time = n.first, last_time = n.last
FROM (SELECT datastream_id, count(*), min(phenomenon_time) AS first, max(phenomenon_time) AS last
    FROM sensors_observation GROUP BY 1) n
WHERE s.datastream_id = n.datastream_id
"""


def load(ids: list[int], rows: int) -> None:
    """A tenth of the rows for the first datastream, minute by minute; the others share the rest over the same time.

    By COPY: closed months in the order of their key, as packing leaves them; the last in the order of time.
    """
    stream, step = _plan(ids, rows)
    times = ground.START + step * MINUTE_US
    months = month_numbers(times)
    order = np.lexsort((times, np.where(months == months.max(), 0, stream), months))
    values = (12 + stream % 17 + 9 * np.sin(step * 2 * np.pi / 1440)).round(1)
    with transaction.atomic():
        sensors.ensure_partitions(months=[first_day(int(number)) for number in np.unique(months)])
    for start in range(0, rows, CHUNK):
        chosen = order[start : start + CHUNK]
        _copy(Readings.build(datastream=stream[chosen], time=times[chosen], result=values[chosen]))
    with connection.cursor() as cursor:
        cursor.execute(_STATES)


def _plan(ids: list[int], rows: int) -> tuple[Numbers, Numbers]:
    """Per row its datastream and its minute."""
    large = rows // 10
    place = np.arange(rows - large)
    others = len(ids) - 1
    each = max(1, (rows - large) // others)
    step = np.concatenate([np.arange(large), place // others * large // each])
    stream = np.concatenate([np.full(large, ids[0]), np.array(ids[1:])[place % others]])
    return stream.astype(np.int64), step.astype(np.int64)


def _copy(part: Readings) -> None:
    """One batch, as ``record`` would write it."""
    with transaction.atomic(), connection.cursor() as cursor:
        known: dict[str, Any] = {
            "rows": len(part),
            "first": int(part.time.min()),
            "last": int(part.time.max()),
            "ids": np.unique(part.datastream).tolist(),
        }
        cursor.execute(_BATCH, known)
        batch = cursor.fetchone()[0]
        columns, data = encode(part, first_id(batch) + np.arange(len(part), dtype=np.int64))
        statement = f"COPY sensors_observation ({columns}) FROM STDIN (FORMAT binary)"
        with connection.wrap_database_errors, cursor.copy(statement) as stream:
            stream.write(data)


def publish(ids: list[int]) -> None:
    """A dataset of these datastreams under the terms for the environment: public, raw, exact."""
    department = accounts.create_department(slug="bench", name_de="Bench", name_en="Bench")
    people = {role: accounts.create_person(username=role, password=None) for role in (Role.STEWARD, Role.OWNER)}
    for role, person in people.items():
        accounts.assign_role(user=person, role=role, department=department)
    dataset = catalogue.create_dataset(
        identifier="bench", title_de="Bench", title_en="Bench", department=department, sensitivity="environment"
    )
    catalogue.set_members(dataset=dataset, datastream_ids=ids)
    draft = catalogue.draft_terms(dataset=dataset, terms=templates.environment())
    catalogue.release(version=catalogue.prepare(version=draft, user=people[Role.STEWARD]), user=people[Role.OWNER])
