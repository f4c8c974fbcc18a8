"""The command of a node's web processes: the same in the image, in regions and in benches."""

from __future__ import annotations

import sys

APPLICATION = "owlnode.asgi:application"
UVICORN = (sys.executable, "-m", "uvicorn")
STOP_SECONDS = 8
"""A process that is told to stop finishes what it answers, but no longer than this: containers are given ten."""
KEEP_SECONDS = 150
"""Idle connections are kept longer than the proxy in front keeps them (Caddy: two minutes), or its next request may
meet one that is just being closed."""
SILENT_SECONDS = 30
"""A process that shows no sign of life for so long is started anew."""
AT_ONCE = 1024
"""Connections of a process; who comes when there are more is answered 503 at once."""


def command(*, host: str, port: int, workers: int) -> list[str]:
    """So many web processes at this address. ``OWLNODE_WEB_THREADS`` says how many threads each has.

    Who asks, and by which scheme, is for Django to read from a proxy's headers; addresses of requests, which may hold
    secrets, are not logged.
    """
    address = ["--host", host, "--port", str(port), "--workers", str(workers)]
    speech = ["--loop", "uvloop", "--http", "owlnode.serving.protocol:Protocol", "--ws", "none", "--lifespan", "off"]
    silence = ["--no-proxy-headers", "--no-server-header", "--no-access-log", "--log-level", "warning"]
    limits = ["--limit-concurrency", str(AT_ONCE), "--timeout-keep-alive", str(KEEP_SECONDS)]
    limits += ["--timeout-graceful-shutdown", str(STOP_SECONDS), "--timeout-worker-healthcheck", str(SILENT_SECONDS)]
    return [*UVICORN, APPLICATION, *address, *speech, *silence, *limits]
