"""What a web process has loaded when it begins to serve."""

from __future__ import annotations

import json
import os
import subprocess
import sys

TOLD = """
import gc, sys
import owlnode.wsgi
print(gc.isenabled(), gc.get_freeze_count() > 100_000, "apps.portal.views" in sys.modules)
"""


def test_what_was_loaded_is_kept_from_the_search_for_garbage_which_goes_on() -> None:
    told = subprocess.run([sys.executable, "-c", TOLD], env=os.environ, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True", "True"]


SAID = """
import logging.config, uvicorn.config
logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)
import owlnode.wsgi
logging.getLogger("uvicorn.error").error("Exception in ASGI application")
"""


def test_what_the_server_says_reads_like_every_other_line_of_the_log() -> None:
    environment = os.environ | {"OWLNODE_LOG_FORMAT": "json"}
    told = subprocess.run([sys.executable, "-c", SAID], env=environment, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in told.stderr.splitlines() if "ASGI" in line]
    assert [(line["level"], line["logger"], line["message"]) for line in lines] == [
        ("ERROR", "uvicorn.error", "Exception in ASGI application")
    ]
