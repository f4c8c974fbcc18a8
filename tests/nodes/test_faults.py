"""Killed without warning while data flow: every process once, and in the end nothing is lost and nothing twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.nodes.region import BIELEFELD, DETMOLD, MIDNIGHT, RAW, Region, refused

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(900)]
ROWS_A_CALL = 500


class Gateway:
    """Sends the next readings, and the same again under the same key until the node has said that it has them."""

    def __init__(self, region: Region, stream: str) -> None:
        self.region = region
        self.stream = stream
        self.taken = 0

    def send(self) -> bool:
        """One call; whether the node took it."""
        first = self.taken * ROWS_A_CALL
        readings = [
            {
                "datastream": self.stream,
                "time": (MIDNIGHT + timedelta(seconds=index)).isoformat(),
                "result": float(index),
            }
            for index in range(first, first + ROWS_A_CALL)
        ]
        try:
            told = self.region.post(BIELEFELD, readings, client_key=f"{self.stream}-{first}")
        except OSError as error:
            if not refused(error):
                raise
            return False
        assert told["rejected"] == 0
        self.taken += 1
        return True


@pytest.fixture
def flow(region: Region) -> tuple[str, Gateway]:
    """A dataset that flows to Detmold, and the gateway that feeds it."""
    slug, key = region.share(RAW)
    gateway = Gateway(region, f"{key}/t")
    gateway.send()
    region.agree(slug)
    return slug, gateway


@pytest.mark.parametrize("kind", ["web", "worker", "beat"])
def test_killed_processes_of_both_nodes_come_back_and_nothing_is_lost(
    region: Region, flow: tuple[str, Gateway], kind: str
) -> None:
    wards = [region.engine.supervisor.wards[f"{city}/{kind}"] for city in (BIELEFELD, DETMOLD)]
    processes = [ward.process for ward in wards]

    def kill() -> None:
        for process in processes:
            assert process is not None
            os.kill(process.pid, signal.SIGKILL)

    _kill_while_flowing(region, flow, kill)
    region.until(lambda: all(ward.is_running for ward in wards), "what was killed runs again")
    for ward, killed in zip(wards, processes, strict=True):
        assert ward.process is not killed


@pytest.mark.parametrize("name", ["valkey", "postgres"])
def test_a_killed_engine_comes_back_and_nothing_is_lost(region: Region, flow: tuple[str, Gateway], name: str) -> None:
    engine = region.engine.valkey if name == "valkey" else region.engine.postgres
    process = engine.process
    assert process is not None
    _kill_while_flowing(region, flow, lambda: os.kill(process.pid, signal.SIGKILL))
    assert engine.process is not process


def _kill_while_flowing(region: Region, flow: tuple[str, Gateway], kill: Callable[[], None]) -> None:
    """Readings before, at and after the blow; then owner and replica must agree on every one of them."""
    slug, gateway = flow
    for call in range(8):
        if call == 4:
            kill()
        region.until(gateway.send, "the gateway gets rid of its readings")
    region.until(lambda: region.reachable(BIELEFELD) and region.reachable(DETMOLD), "both nodes are ready again")
    owner, replica = region.digests(slug)
    assert owner == replica
    assert owner[0] == gateway.taken * ROWS_A_CALL, "every reading that was taken is there, and none twice"
