"""One node of the region: its address, environment and processes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from owlnode.serving.command import command

ROOT = Path(__file__).resolve().parent.parent.parent
WORKER_THREADS = "6"
IMAGE_WORKERS, IMAGE_THREADS = 2, 16
"""As the image serves (docker/Dockerfile): a process for each of two cores, threads for whoever reads."""


@dataclass(frozen=True)
class Node:
    """Where a city's node lives on this machine and how its processes are called.

    A region shares one machine, so its nodes are narrow; ``web_workers`` and ``web_threads`` widen one.
    """

    city: str
    name: str
    port: int
    home: Path
    database_url: str
    redis_url: str
    secret_key: str
    settings: str = "owlnode.settings.demo"
    web_workers: int = 1
    web_threads: int = 4

    @property
    def url(self) -> str:
        """The node's public root."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def folder(self) -> Path:
        """Keys, files and logs of this node."""
        return self.home / self.city

    def environment(self) -> dict[str, str]:
        """The whole environment of the node's processes; nothing of other nodes leaks in."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OWLNODE_")}
        return kept | {
            "DJANGO_SETTINGS_MODULE": self.settings,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "OWLNODE_CITY": self.city,
            "OWLNODE_CITY_NAME": self.name,
            "OWLNODE_BASE_URL": self.url,
            "OWLNODE_SECRET_KEY": self.secret_key,
            "OWLNODE_KEYS_DIR": str(self.folder / "keys"),
            "OWLNODE_FILES_DIR": str(self.folder / "files"),
            "OWLNODE_STATIC_DIR": str(self.home / "static"),
            "OWLNODE_WEB_THREADS": str(self.web_threads),
            "OWLNODE_RESPONSIBLE": f"Stadt {self.name}, Vorführung auf einem Rechner, keine echte Anschrift",
            "OWLNODE_CONTACT_EMAIL": f"daten@{self.city}.example",
            "OWLNODE_ALLOW_PRIVATE_PEERS": "1",
            "OWLNODE_ALLOW_HTTP_PEERS": "1",
            "OWLNODE_ALLOW_TRUST_FILE": "1",
            "OWLNODE_REQUIRE_MFA": "0",
            "OWLNODE_MAIL": "file",
            "OWLNODE_CHECKPOINT_SECONDS": "5",
            "OWLNODE_SWEEP_SECONDS": "5",
            # What the checks look at was looked at when the region was made; they are half of each start.
            "CELERY_SKIP_CHECKS": "1",
            "OWLNODE_TICK_SECONDS": os.environ.get("OWLNODE_TICK_SECONDS", "1"),
            "OMP_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
        }

    def processes(self) -> dict[str, list[str]]:
        """The commands of web, worker and beat."""
        celery = [sys.executable, "-m", "celery", "-A", "owlnode"]
        quiet = ["--without-gossip", "--without-mingle"]
        return {
            "web": command(host="127.0.0.1", port=self.port, workers=self.web_workers),
            "worker": [*celery, "worker", "-P", "threads", "-c", WORKER_THREADS, *quiet, "-l", "WARNING"],
            "beat": [*celery, "beat", "-s", str(self.folder / "beat"), "--pidfile=", "-l", "WARNING"],
        }

    def manage(self, *arguments: str) -> list[str]:
        """A management command of this node."""
        return [sys.executable, str(ROOT / "manage.py"), *arguments]
