"""Where somebody is signed in: the name a browser gives itself, in words that its owner knows again."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""In this order: Edge calls itself Chrome, too, and Android Linux."""


def browser(user_agent: str) -> str:
    """Such as "Firefox on Windows"; an unknown one without its system, what says nothing "unknown browser"."""
    names = [next((name for mark, name in known if mark in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    if all(names):
        return _("%(browser)s on %(system)s") % {"browser": names[0], "system": names[1]}
    return next((name for name in names if name), _("unknown browser"))
