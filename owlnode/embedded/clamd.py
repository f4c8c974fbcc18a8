"""ClamAV's scanner of Debian's package with signatures of our own – for tests, never in production.

No list of viruses is loaded from anywhere: it finds what the caller tells it, and is there in well under a second.
"""

from __future__ import annotations

import getpass
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from owlnode.embedded import child, debian, places
from owlnode.embedded.errors import EmbeddedError


class Clamd:
    """One scanner under ``home`` that finds ``signatures`` (name → bytes anywhere in a file).

    ``settings`` are lines of ``clamd.conf``. It listens on ``address``, as OWLNODE_CLAMAV has it.
    """

    def __init__(
        self, home: Path, *, signatures: Mapping[str, bytes], settings: Mapping[str, str] | None = None
    ) -> None:
        self.home = home
        self.signatures = dict(signatures)
        self.settings = dict(settings or {})
        self.address = str(home / "clamd.sock")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens (10 s at the most). Raises EmbeddedError, also where there is none."""
        program = debian.find("clamd")
        if program is None:
            raise EmbeddedError("ClamAV is not installed – apt-get install clamav-daemon")
        places.own_folder(self.home, for_server=False)
        config = self._configure()
        with (self.home / "clamd.log").open("ab") as log:
            self.process = child.start([program, "-c", config], log=log)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.process.poll() is None:
            if Path(self.address).exists():
                return
            time.sleep(0.02)
        self.stop()
        raise EmbeddedError(f"clamd did not start; its last words stand in {self.home / 'clamd.log'}.")

    def stop(self) -> None:
        """Stop it; the socket goes with it."""
        if self.process is not None:
            child.stop(self.process)
            self.process = None

    def _configure(self) -> Path:
        database = self.home / "signatures"
        places.own_folder(database, for_server=False)
        lines = [f"{name}:0:*:{content.hex()}" for name, content in self.signatures.items()]
        (database / "own.ndb").write_text("\n".join(lines) + "\n", encoding="ascii")
        wanted = {
            "LocalSocket": self.address,
            "DatabaseDirectory": str(database),
            "TemporaryDirectory": str(self.home),
            "User": getpass.getuser(),
            "Foreground": "yes",
            **self.settings,
        }
        path = self.home / "clamd.conf"
        path.write_text("".join(f"{name} {value}\n" for name, value in wanted.items()), encoding="utf-8")
        return path
