"""DATABASE_URL and REDIS_URL as Django wants them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def from_url(url: str) -> dict[str, Any]:
    """One entry of ``DATABASES``. A socket folder goes into the query: ``postgresql:///name?host=/run/pg&user=owl``."""
    parts = urlsplit(url or "postgresql:///owlnode")
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("DATABASE_URL must start with postgresql:// – this node knows no other engine")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "owlnode.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "owlnode",
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or options.pop("host", ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # What may be planned once is when it is asked a second time on a connection (core.statements).
        "OPTIONS": {"prepare_threshold": 1, **options},
    }


def cache_from_url(url: str) -> dict[str, Any]:
    """The default entry of ``CACHES``: the broker's server, under keys of its own; without one, this process alone."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    parts = urlsplit(url)
    if parts.scheme == "redis+socket":  # Celery's spelling of what redis-py calls unix://
        number = dict(parse_qsl(parts.query)).get("virtual_host", "0")
        url = f"unix://{parts.path}?db={number}"
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "KEY_PREFIX": "owlnode"}
