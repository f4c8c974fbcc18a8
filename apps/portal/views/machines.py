"""What programs read: robots.txt and the map of the site."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.holdings import selectors as holdings
from apps.portal import links

PAGES = ("home", "catalogue", "region", "register", "lab", "imprint", "privacy", "accessibility")


def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309: everything public may be found, screens of staff and secret links may not."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /console/",
        "Disallow: /preferences",
        f"Sitemap: {links.absolute(links.address('portal-sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def sitemap(request: HttpRequest) -> HttpResponse:
    """sitemaps.org 0.9: the pages everybody may see; replicas have their place at their owner's."""
    shown = [one for one in holdings.holdings(None) if not one.is_replica]
    entries: list[tuple[str, datetime | None]] = [
        (links.absolute(links.address(f"portal-{name}")), None) for name in PAGES
    ]
    entries += [(links.absolute(links.address("portal-dataset", one.key)), one.modified_at) for one in shown]
    return render(request, "portal/sitemap.xml", {"entries": entries}, content_type="application/xml")
