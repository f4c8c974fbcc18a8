"""System check: are the packages from npm installed where pages are served without being collected?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from owlnode.web import packages


def installed(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """A warning ``web.W001`` with the way out when pages would lack their styles."""
    collected = not getattr(settings, "WHITENOISE_USE_FINDERS", False)
    if collected or not packages.missing():
        return []
    words = "Packages from npm are not installed; pages lack styles and scripts."
    return [checks.Warning(words, hint=packages.REMEDY, id="web.W001")]


def register_all() -> None:
    """Make the check known to Django; twice is the same as once."""
    checks.register(installed, "web")
