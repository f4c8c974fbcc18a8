"""``./owl tour``: the guided tour in ``docs/`` anew, with pictures of a region that really runs."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from owlnode.cli import stopping
from owlnode.embedded import chromium
from owlnode.embedded.errors import EmbeddedError
from owlnode.region import plan
from owlnode.region.engine import Engine, data_folder
from owlnode.region.home import Home, require_free_ports
from owlnode.region.node import ROOT
from owlnode.region.stage import Stage
from owlnode.tour import captions, document, scenes
from owlnode.tour.camera import Camera
from owlnode.tour.shooting import CITIES, Shooting
from owlnode.tour.visitors import Visitors

DOCS = ROOT / "docs"
FILES = 1
"""Of each recording only the last file: the pictures show a month at the most."""


def main(arguments: list[str]) -> int:
    """Run three cities, take every picture, write the document; 0 when all of it is there."""
    options = _options(arguments)
    data = data_folder(options.data)
    if data is None:
        raise EmbeddedError("the tour shows recordings, and there are none here; name their folder with --data.")
    home = Home(ROOT / ".owl" / "tour")
    home.occupy()
    stopping.like_ctrl_c()
    try:
        if not options.keep:
            home.wipe()
        require_free_ports([options.port_base + index for index in range(len(CITIES))])
        cities = [(slug, plan.city(slug).name) for slug in CITIES]
        with Engine(home, cities, options.port_base, durable=False) as engine:
            taken = _photograph(engine, data, options.docs)
    except KeyboardInterrupt:
        sys.stderr.write("\nowl: stopped; the pictures taken so far are new, the document is the old one.\n")
        return 130
    finally:
        home.leave()
    tour = captions.load()
    (options.docs / "tour.md").write_text(document.write(tour), encoding="utf-8")
    lacking = sorted(set(tour.names) ^ set(taken))
    for name in lacking:
        sys.stderr.write(f"owl: the picture {name!r} stands in the words or in the scenes only.\n")
    return 1 if lacking else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="owl tour", description="Write docs/tour.md and its pictures anew.")
    parser.add_argument("--port-base", type=int, default=8131, help="first of three ports (default 8131)")
    parser.add_argument("--data", type=Path, help="folder of recordings (default ../shared/data)")
    parser.add_argument("--keep", action="store_true", help="go on with the region that a stopped run left")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where to write (default docs)")
    return parser.parse_args(arguments)


def _photograph(engine: Engine, data: Path, docs: Path) -> list[str]:
    started = time.monotonic()

    def say(sentence: str) -> None:
        sys.stderr.write(f"owl: [{time.monotonic() - started:5.1f} s] {sentence}\n")
        sys.stderr.flush()

    _set_up(Stage(engine, data, say, latest=FILES))
    folder = docs / "tour"
    folder.mkdir(parents=True, exist_ok=True)
    camera = Camera(folder)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, language="de-DE")
        if browser is None:
            raise EmbeddedError("the tour needs Chromium: apt-get install chromium-headless-shell")
        say("taking the pictures")
        scenes.play(Shooting(engine, Visitors(engine, browser), camera))
        browser.close()
    say(f"{len(camera.taken)} pictures in {folder}")
    return camera.taken


def _set_up(stage: Stage) -> None:
    """As in the demo: recordings, simulated sensors, agreements, until every replica holds something."""
    credentials = stage.engine.home.credentials({city: node.url for city, node in stage.engine.nodes.items()})
    stage.prepare(credentials)
    stage.begin_imports()
    stage.say("datasets, terms and three signatures each")
    stage.publish_when_ready()
    stage.wait_for_imports()
    stage.publish()
    stage.agree()
    stage.start_live()
    stage.say("waiting until every replica holds something")
    stage.engine.wait_until(lambda: _is_shared(stage.engine), "not every city received what it asked for")


def _is_shared(engine: Engine) -> bool:
    states = engine.ask_all("progress").values()
    return all(
        len(state["replicas"]) >= state["agreements"] and all(row["rows"] for row in state["replicas"])
        for state in states
    )
