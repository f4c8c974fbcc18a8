"""Programs from Debian's packages that some tests drive: a browser, an MQTT broker, a virus scanner.

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

BROWSER = "chromium-headless-shell"
"""Chromium without a window and all that belongs to one: a page costs it two thirds of what it costs the whole one."""
PROGRAMS: Mapping[str, str] = {BROWSER: BROWSER, "mosquitto": "mosquitto", "clamd": "clamav-daemon"}
"""Program → Debian package."""
STAND_INS: Mapping[str, str] = {BROWSER: "chromium"}
"""Program → another that does as well, if it is there already."""
FURTHER_PLACES = "/usr/sbin:/usr/local/sbin:/sbin"


def find(program: str) -> str | None:
    """Where a program or its stand-in lies, also in folders that only root has on its path; None without either."""
    return _which(program) or (_which(STAND_INS[program]) if program in STAND_INS else None)


def ensure(*programs: str) -> list[str]:
    """Install what is missing where that is allowed; returns the programs that are still missing, and says how.

    A program is not missing where its stand-in is there; where installing is allowed, it is installed nevertheless.
    """
    packages = [PROGRAMS[program] for program in programs if _which(program) is None]
    if packages and _may_install():
        _install(packages)
    missing = [program for program in programs if find(program) is None]
    if missing:
        wanted = " ".join(PROGRAMS[program] for program in missing)
        sys.stderr.write(f"owl: tests that need {', '.join(missing)} are skipped – apt-get install {wanted}\n")
    return missing


def _which(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path=FURTHER_PLACES)


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
