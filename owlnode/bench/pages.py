"""How long the server works on public pages with many observations stored, and how 200 viewers are carried.

Server time is what a request takes through the whole stack of middleware inside this process; the live answer is asked
for over HTTP from the application server as the demo runs it (one worker, four threads).
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import time
from collections.abc import Callable

import numpy as np
from django.conf import settings
from django.test import Client

from apps.accounts import services as accounts
from apps.catalogue import services as catalogue
from apps.portal import live
from apps.sensors import services as sensors
from apps.sensors.types import Device, ObservedPropertySpec, Place, SensorSpec, StreamSpec
from owlnode.bench import ground, viewers
from owlnode.bench.results import Result
from owlnode.serving.command import command

BENCH = "pages"
STREAMS = 20
ROUNDS = 15
VIEWERS = 200
SECONDS = 20.0
GOAL_MS = 150.0
GOAL = "the goal"


def run(*, rows: int) -> list[Result]:
    """Server time of public pages with ``rows`` observations in one dataset; latency of the live answer."""
    settings.ALLOWED_HOSTS.append("testserver")
    ids = _town(rows)
    catalogue.choose(datastream_id=ids[0], sentence_de="Wie warm die Luft ist.")
    live.forget()
    client = Client()
    results = [
        _page("home", lambda: client.get("/")),
        _page("dataset page, 7 days", lambda: client.get("/datensaetze/bench")),
        _page("dataset page, everything", lambda: client.get("/datensaetze/bench", {"range": "all"})),
        _page("chart, everything", lambda: client.get("/datensaetze/bench/verlauf.json", {"range": "all"})),
        _page("catalogue", lambda: client.get("/katalog", {"q": "Luft"})),
    ]
    return results + _viewers()


def _town(rows: int) -> list[int]:
    observed = ObservedPropertySpec(external_key="air", name="Lufttemperatur")
    devices = [
        Device(
            external_key=f"mast/{number}",
            name=f"Mast {number}",
            place=Place(name="", longitude=8.53 + number / 1000, latitude=52.02),
            streams=(
                StreamSpec(
                    external_key=f"mast/{number}/t",
                    name=f"Luft {number}",
                    sensor=SensorSpec(external_key="bench", name="Bench"),
                    observed_property=observed,
                    unit_symbol="°C",
                    expected_interval_s=300,
                ),
            ),
        )
        for number in range(STREAMS)
    ]
    ids = sorted(sensors.register(devices=devices).values())
    ground.record(ground.readings(ids, rows), 50_000)
    department = accounts.create_department(slug="bench", name_de="Bench", name_en="Bench")
    people = {role: accounts.create_person(username=role, password=None) for role in ("steward", "owner")}
    for role, person in people.items():
        accounts.assign_role(user=person, role=role, department=department)
    dataset = catalogue.create_dataset(
        identifier="bench", title_de="Luft", department=department, sensitivity="environment"
    )
    catalogue.set_members(dataset=dataset, datastream_ids=ids)
    version = catalogue.draft_terms(dataset=dataset, terms={"visibility": "public"})
    version = catalogue.prepare(version=version, user=people["steward"])
    catalogue.release(version=version, user=people["owner"])
    return ids


def _page(name: str, load: Callable[[], object]) -> Result:
    times = []
    for _round in range(ROUNDS + 1):
        started = time.perf_counter()
        answer = load()
        times.append((time.perf_counter() - started) * 1000)
        if getattr(answer, "status_code", 0) != 200:
            raise RuntimeError(f"{name} answered with {getattr(answer, 'status_code', 0)}")
    return Result(
        bench=BENCH,
        metric=f"{name}: server time, median",
        value=statistics.median(times[1:]),
        unit="ms",
        reference=GOAL,
        reference_value=GOAL_MS,
    )


def _viewers() -> list[Result]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {"OWLNODE_BASE_URL": url, "OWLNODE_WEB_THREADS": "4"}
    served = command(host="127.0.0.1", port=port, workers=1)
    server = subprocess.Popen(served, env=environment)  # noqa: S603 - our own program
    try:
        _await(port)
        seen = viewers.watch(url, viewers=VIEWERS, seconds=SECONDS, live="/reallabor/jetzt.json", page="/impressum")
    finally:
        server.terminate()
        server.wait(20)
    if seen.failed:
        raise RuntimeError(f"{seen.failed} answers were no good")
    rate = len(seen.live) / SECONDS
    return [
        Result(bench=BENCH, metric=f"live answer, {VIEWERS} viewers: answers", value=rate, unit="/s"),
        *_spread(f"live answer, {VIEWERS} viewers", seen.live),
        *_spread("another page meanwhile", seen.page),
    ]


def _spread(name: str, times: list[float]) -> list[Result]:
    return [
        Result(bench=BENCH, metric=f"{name}: p{part}", value=float(np.percentile(times, part)), unit="ms")
        for part in (50, 95, 99)
    ]


def _await(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the application server did not start")
