"""``--once``: the whole main job without a screen, and a report that is true or the exit status is not 0."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from owlnode.embedded.errors import EmbeddedError
from owlnode.region import plan
from owlnode.region.engine import Engine
from owlnode.region.stage import Stage

COMPLETE_SECONDS = 600.0
RECEIPT_SECONDS = 120.0
LIVE_SECONDS = 20.0
SIMULATOR_SECONDS = 180.0


def run(stage: Stage) -> dict[str, Any]:
    """Import, agree, replicate, withdraw, expire; returns the report. Raises EmbeddedError when it gets stuck."""
    started, began = time.monotonic(), datetime.now(tz=UTC)
    engine, say = stage.engine, stage.say
    stage.agree()
    say("taking in the recordings")
    stage.wait_for_imports()
    stage.publish()
    stage.start_live()
    stage.connect_sources()
    say("live sensors for a while, so that latencies can be told")
    _await_simulators(engine)
    _sleep(engine, LIVE_SECONDS, meanwhile=stage.uplinks.send)
    engine.supervisor.stop([f"{city}/simulator" for city in engine.nodes])
    say("waiting until every replica is complete")
    replicas = complete(engine)
    say("one agreement is withdrawn, one expires")
    endings = [_withdraw(stage), _expire(stage)]
    engine.ask_all("exchange")
    seconds = time.monotonic() - started
    return _report(engine, stage, replicas=replicas, endings=endings, began=began, seconds=seconds)


def _await_simulators(engine: Engine) -> None:
    """On a busy machine five of them take longer to start than they are then given to measure."""

    def measure() -> bool:
        return all(state["simulates"] for state in engine.ask_all("progress").values())

    if not _until(engine, measure, SIMULATOR_SECONDS):
        raise EmbeddedError(f"not every simulator has measured anything within {SIMULATOR_SECONDS:.0f} s.")


def complete(engine: Engine) -> list[dict[str, Any]]:
    """Wait until each replica equals what its owner gives, digest by digest, as of one moment; the replicas' rows."""
    as_of = datetime.now(tz=UTC)
    if not _until(engine, lambda: _caught_up(engine, as_of), COMPLETE_SECONDS):
        raise EmbeddedError(f"not every replica got complete within {COMPLETE_SECONDS:.0f} s: {_lagging(engine)}")
    owned = [row for rows in engine.ask_all("owned", as_of=as_of.isoformat()).values() for row in rows]
    held = {row["uid"]: row for rows in engine.ask_all("held", as_of=as_of.isoformat()).values() for row in rows}
    return [_replica(row, held.get(row["uid"])) for row in owned]


def _caught_up(engine: Engine, as_of: datetime) -> bool:
    states = engine.ask_all("progress")
    replicas = [row for state in states.values() for row in state["replicas"]]
    wanted = sum(state["agreements"] for state in states.values())
    done = [row for row in replicas if row["complete"] and datetime.fromisoformat(row["complete"]) > as_of]
    return bool(wanted) and len(done) >= wanted


def _lagging(engine: Engine) -> str:
    states = engine.ask_all("progress")
    return "; ".join(
        f"{city}: {row['dataset']} {row['rows']} rows, complete {row['complete']} {row['error']}"
        for city, state in states.items()
        for row in state["replicas"]
    )


def _replica(owned: dict[str, Any], held: dict[str, Any] | None) -> dict[str, Any]:
    rows, digest = (held["rows"], held["digest"]) if held else (0, "")
    return {
        "owner": owned["owner"],
        "consumer": owned["consumer"],
        "dataset": owned["dataset"],
        "terms": owned["terms"],
        "rows_owner": owned["rows"],
        "rows_replica": rows,
        "digest_owner": owned["digest"],
        "digest_replica": digest,
        "equal": rows == owned["rows"] and digest == owned["digest"],
    }


def _withdraw(stage: Stage) -> dict[str, Any]:
    owner, consumer, dataset = plan.WITHDRAWN if stage.recorded else plan.WITHDRAWN_SIMULATED
    asking = _begin_asking(stage.engine, consumer, dataset)
    stage.engine.ask(owner, "withdraw", dataset=dataset, consumer=consumer)
    return _ending(stage.engine, "withdrawn", owner=owner, consumer=consumer, asking=asking)


def _expire(stage: Stage) -> dict[str, Any]:
    """The trial agreement is made only now: it lasts a minute, long enough to get complete and be looked at."""
    share, owner, consumer = plan.PROBE, "guetersloh", plan.PROBE.consumers[0]
    stage.engine.ask(consumer, "ask", recorded=stage.recorded, only=share.slug)
    deadline = time.monotonic() + 60
    while not _has_rows(stage.engine.ask(consumer, "progress"), share.slug):
        if time.monotonic() > deadline:
            raise EmbeddedError("the trial agreement brought no rows within a minute.")
        _sleep(stage.engine, 0.5)
    asking = _begin_asking(stage.engine, consumer, share.slug)
    return _ending(stage.engine, "expired", owner=owner, consumer=consumer, asking=asking)


def _has_rows(state: dict[str, Any], dataset: str) -> bool:
    return any(row["dataset"] == dataset and row["rows"] for row in state["replicas"])


def _begin_asking(engine: Engine, consumer: str, dataset: str) -> Iterator[Any]:
    """The consumer asks for pages from now on; returns once its first page has arrived."""
    hand = engine.hand(consumer)
    hand.order("until-refused", dataset=dataset)
    answers = hand.answers()
    next(answers)
    return answers


def _ending(engine: Engine, kind: str, *, owner: str, consumer: str, asking: Iterator[Any]) -> dict[str, Any]:
    """Wait for refusal and receipt; both are told by the nodes, from their own tables."""
    refusal = list(asking)[-1]
    deadline = time.monotonic() + RECEIPT_SECONDS
    while True:
        known = engine.ask_all("ended")
        withdrawal = _of(known[owner]["withdrawals"], refusal["uid"])
        purge = _of(known[consumer]["purges"], refusal["uid"])
        if withdrawal and purge and withdrawal["receipt_verified"]:
            break
        if time.monotonic() > deadline:
            raise EmbeddedError(f"no receipt for the {kind} agreement within {RECEIPT_SECONDS:.0f} s.")
        _sleep(engine, 0.2)
    ended = datetime.fromisoformat(withdrawal["ended_at"])
    refused = datetime.fromisoformat(refusal["refused_at"]) if refusal["refused_at"] else None
    return {
        "kind": kind,
        "owner": engine.nodes[owner].name,
        "consumer": engine.nodes[consumer].name,
        "rows_before": purge["rows_before"],
        "rows_after": purge["rows_now"],
        "seconds_to_refusal": None if refused is None else round((refused - ended).total_seconds(), 3),
        "seconds_to_receipt": withdrawal["seconds_to_receipt"],
        "receipt_verified": withdrawal["receipt_verified"] and withdrawal["kind"] == kind,
    }


def _of(rows: list[dict[str, Any]], uid: str) -> dict[str, Any]:
    return next((row for row in rows if row["uid"] == uid), {})


def _until(engine: Engine, condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition comes true within so many seconds; the processes are kept running meanwhile."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        _sleep(engine, 0.5)
    return True


def _sleep(engine: Engine, seconds: float, *, meanwhile: Callable[[], object] = lambda: None) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        engine.watch()
        meanwhile()
        time.sleep(0.1)


def _report(
    engine: Engine,
    stage: Stage,
    *,
    replicas: list[dict[str, Any]],
    endings: list[dict[str, Any]],
    began: datetime,
    seconds: float,
) -> dict[str, Any]:
    told = engine.ask_all("node", as_of=began.isoformat())
    return {
        "seconds": round(seconds, 1),
        "input": {
            "files": stage.imported.files,
            "rows": stage.imported.rows,
            "quarantined": stage.imported.quarantined,
        },
        "nodes": [entry["node"] for entry in told.values()],
        "replicas": replicas,
        "withdrawals": endings,
        "ledgers": [entry["ledger"] for entry in told.values()],
        "staleness_s": percentiles([value for entry in told.values() for value in entry["latencies"]]),
    }


def percentiles(values: list[float]) -> dict[str, float | None]:
    """p50, p95 and the largest by nearest rank; None without any value."""
    if not values:
        return {"p50": None, "p95": None, "max": None}
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        "p50": round(ordered[round(last * 0.5)], 3),
        "p95": round(ordered[round(last * 0.95)], 3),
        "max": round(ordered[last], 3),
    }


def faults(report: dict[str, Any]) -> list[str]:
    """What in the report is not as it must be, one sentence each; empty when all of it is true."""
    found = [
        f"{row['consumer']} does not hold {row['dataset']} of {row['owner']} as its owner gives it"
        for row in report["replicas"]
        if not row["equal"] or not row["rows_owner"]
    ]
    found += [f"{row['city']}'s ledger does not verify" for row in report["ledgers"] if not row["verified"]]
    found += [f"nobody has cosigned {row['city']}'s ledger" for row in report["ledgers"] if not row["witnesses"]]
    for row in report["withdrawals"]:
        if row["rows_after"] != 0 or not row["rows_before"]:
            found.append(f"the {row['kind']} replica in {row['consumer']} is not gone, or was never there")
        if not row["receipt_verified"] or row["seconds_to_refusal"] is None:
            found.append(f"the {row['kind']} agreement has no verified receipt or was not refused")
    if not report["replicas"] or len(report["withdrawals"]) != 2:
        found.append("nothing was replicated, or not both endings happened")
    if report["staleness_s"]["p95"] is None:
        found.append("no latency was measured")
    return found
