"""What a web process has loaded when it begins to serve."""

from __future__ import annotations

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
