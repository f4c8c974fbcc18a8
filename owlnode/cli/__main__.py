"""``python -m owlnode.cli COMMAND …``."""

from __future__ import annotations

import importlib
import sys

from owlnode.embedded.errors import EmbeddedError

COMMANDS = ("demo", "test", "check", "bench", "doctor", "tour")


def main() -> int:
    """Load only the module of the wanted command, so that a command needs only its own requirements."""
    command, arguments = sys.argv[1], sys.argv[2:]
    if command not in COMMANDS:
        sys.stderr.write(f"owl: there is no command {command!r}; there are {', '.join(COMMANDS)}.\n")
        return 2
    try:
        return int(importlib.import_module(f"owlnode.cli.{command}").main(arguments))
    except EmbeddedError as error:
        sys.stderr.write(f"owl: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
