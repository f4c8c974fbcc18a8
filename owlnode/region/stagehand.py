"""One running ``manage.py region`` per node: orders in, answers out, without starting Django anew for each."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from owlnode.embedded.errors import EmbeddedError


class Stagehand:
    """Talks to one node's hand; one order at a time."""

    def __init__(self, city: str, command: list[str], env: Mapping[str, str], log: Path) -> None:
        self.city = city
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as errors:
            self.process: subprocess.Popen[str] = subprocess.Popen(  # noqa: S603 - our own program
                command, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def order(self, step: str, **details: Any) -> None:
        """Give an order; read what comes of it with ``answers``."""
        if self.process.stdin is None:
            raise EmbeddedError(f"{self.city}: nobody takes orders.")
        try:
            self.process.stdin.write(json.dumps({"step": step, **details}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise EmbeddedError(f"{self.city}: '{step}' could not be ordered; see {self.log}.") from error

    def answers(self) -> Iterator[Any]:
        """The results of the last order, as they come. Raises EmbeddedError with the node's own sentence."""
        for line in self.process.stdout or ():
            answer = json.loads(line)
            if "error" in answer:
                self._drain()
                raise EmbeddedError(f"{self.city}: {answer['error']}")
            if "done" in answer:
                return
            yield answer["result"]
        raise EmbeddedError(f"{self.city}: the node's hand ended; see {self.log}.")

    def answer(self) -> Any:
        """The one result of the last order."""
        found = list(self.answers())
        return found[0] if found else None

    def close(self) -> None:
        """Let it end."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _drain(self) -> None:
        for line in self.process.stdout or ():
            if "done" in json.loads(line):
                return
