"""``./owl demo``: five cities on this machine, doing the main job."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.live import Live

from owlnode.cli import stopping
from owlnode.embedded.errors import EmbeddedError
from owlnode.region import once
from owlnode.region.engine import Engine, data_folder
from owlnode.region.home import Home, require_free_ports
from owlnode.region.node import ROOT
from owlnode.region.plan import CITIES
from owlnode.region.stage import Stage
from owlnode.region.table import Board


def main(arguments: list[str]) -> int:
    """Run the demo; 0 when it ended as it should, 1 when the report is not true, 2 when it could not run."""
    options = _options(arguments)
    data = data_folder(options.data)
    home = _home(options)
    home.occupy()
    stopping.like_ctrl_c()
    try:
        if options.fresh:
            home.wipe()
        require_free_ports([options.port_base + index for index in range(len(CITIES))])
        with Engine(home, [(city.slug, city.name) for city in CITIES], options.port_base) as engine:
            return _once(engine, data, options.json) if options.once else _live(engine, data)
    except KeyboardInterrupt:
        sys.stderr.write("\nowl: stopped; everything is kept, ./owl demo goes on from here.\n")
        return 0
    finally:
        home.leave()


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="owl demo", description="Five cities on this machine, doing the main job.")
    parser.add_argument("--port-base", type=int, default=8101, help="first of five ports (default 8101)")
    parser.add_argument("--data", type=Path, help="folder of recordings (default ../shared/data, else the simulator)")
    parser.add_argument("--home", type=Path, help="folder for all state (default .owl, with --once .owl/once)")
    parser.add_argument("--fresh", action="store_true", help="wipe what a former demo left")
    parser.add_argument("--once", action="store_true", help="run to the end without a screen, from an empty home")
    parser.add_argument("--json", type=Path, help="with --once: write the report to this file")
    options = parser.parse_args(arguments)
    if not 1024 <= options.port_base <= 65_530:
        raise EmbeddedError(f"--port-base {options.port_base} is out of range; choose one from 1024 to 65530.")
    return options


def _home(options: argparse.Namespace) -> Home:
    """``--once`` tells of a whole run, so it starts from nothing; it never wipes a folder that somebody named."""
    if not options.once:
        return Home(options.home or ROOT / ".owl")
    if options.home is None:
        options.fresh = True
        return Home(ROOT / ".owl" / "once")
    if (options.home / "credentials.json").exists() and not options.fresh:
        raise EmbeddedError(f"{options.home} holds a former demo; add --fresh to wipe it, or choose another --home.")
    return Home(options.home)


def _set_up(engine: Engine, data: Path | None, *, replays: bool = False) -> Stage:
    started = time.monotonic()

    def say(sentence: str) -> None:
        sys.stderr.write(f"owl: [{time.monotonic() - started:5.1f} s] {sentence}\n")
        sys.stderr.flush()

    say(f"recordings from {data}" if data else "no recordings here: the built-in simulator carries the demo")
    stage = Stage(engine, data, say, replays=replays)
    credentials = engine.home.credentials({city: node.url for city, node in engine.nodes.items()})
    stage.prepare(credentials)
    stage.begin_imports()
    say("datasets, terms and three signatures each")
    stage.publish_when_ready()
    return stage


def _once(engine: Engine, data: Path | None, target: Path | None) -> int:
    report = once.run(_set_up(engine, data))
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if target is not None:
        target.write_text(text + "\n", encoding="utf-8")
    else:
        sys.stdout.write(text + "\n")
    faults = once.faults(report)
    for fault in faults:
        sys.stderr.write(f"owl: not true: {fault}.\n")
    if not faults:
        equal = len(report["replicas"])
        sys.stderr.write(f"owl: {equal} replicas equal their owners, both endings have a verified receipt.\n")
    return 1 if faults else 0


def _live(engine: Engine, data: Path | None) -> int:
    stage = _set_up(engine, data, replays=True)
    stage.agree()
    stage.start_live()
    stage.start_replays()
    stage.connect_sources()
    engine.release_hands()
    source = "recordings from Münster as stand-ins" if data else "simulated, no measurements"
    board = Board({city: (node.name, node.url) for city, node in engine.nodes.items()}, source=source)
    credentials = engine.home.path / "credentials.json"
    first = next(iter(engine.nodes.values()))
    note = f"Operators' screens: {first.url}/admin/ … · passwords: {credentials}\nCtrl-C stops and keeps everything"
    with Live(board.render(note=note), console=Console(), auto_refresh=False) as live:
        while True:
            for _step in range(10):
                engine.watch()
                stage.collect()
                stage.uplinks.send()
                time.sleep(0.2)
            live.update(board.render(note=note), refresh=True)
