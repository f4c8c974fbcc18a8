"""Programs from Debian's packages that some tests drive: a browser, an MQTT broker, a virus scanner's stand-in.

They are installed only when missing and allowed: as root, with apt-get there, and in CI or where
``OWL_INSTALL_PACKAGES=1`` says so; elsewhere one sentence says how.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping

PROGRAMS: Mapping[str, str] = {"chromium": "chromium", "mosquitto": "mosquitto"}
"""Program → Debian package."""
FURTHER_PLACES = "/usr/sbin:/usr/local/sbin:/sbin"


def find(program: str) -> str | None:
    """Where a program lies, also in the folders that only root has on its path; None when it is not there."""
    return shutil.which(program) or shutil.which(program, path=FURTHER_PLACES)


def ensure(*programs: str) -> list[str]:
    """Install what is missing where that is allowed; returns the programs that are still missing, and says how."""
    packages = [PROGRAMS[program] for program in programs if find(program) is None]
    if packages and _may_install():
        _install(packages)
    missing = [program for program in programs if find(program) is None]
    if missing:
        wanted = " ".join(PROGRAMS[program] for program in missing)
        sys.stderr.write(f"owl: tests that need {', '.join(missing)} are skipped – apt-get install {wanted}\n")
    return missing


def _may_install() -> bool:
    allowed = os.environ.get("CI") == "true" or os.environ.get("OWL_INSTALL_PACKAGES") == "1"
    return allowed and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(packages: list[str]) -> None:
    started = time.monotonic()
    sys.stderr.write(f"owl: installing {', '.join(packages)} … ")
    sys.stderr.flush()
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run([*quiet, *step], env=env, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            sys.stderr.write(f"failed\n{(done.stderr or done.stdout)[-1500:]}\n")
            return
    sys.stderr.write(f"done ({time.monotonic() - started:.0f} s)\n")
