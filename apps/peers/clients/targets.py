"""One spelling of a request target on both sides.

WSGI servers hand over the path unquoted, so how the peer had spelled a ``:`` or a space is lost. Our own requests are
therefore always sent in one canonical spelling; for a stranger's request the few customary spellings of the same path
are tried. All of them lead to the same view with the same arguments, so none opens anything.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.translation import gettext as _

from apps.core.errors import Invalid

_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_STRICT = "/"
_RFC3986 = "/:@!$&'()*+,;="


def canonical(target: str) -> str:
    """Path and query as this house spells them.

    Raises Invalid for no path, two slashes at its start, dot segments, a fragment.
    """
    path, mark, query = target.partition("?")
    if (
        not path.startswith("/")
        or path.startswith("//")
        or "#" in target
        or {".", ".."} & set(unquote(path).split("/"))
    ):
        raise Invalid(_("%(path)s is no plain path.") % {"path": path[:200]}, part="path")
    escaped = iri_to_uri(query) or ""
    return str(escape_uri_path(unquote(path))) + mark + _ESCAPE.sub(lambda found: found.group().upper(), escaped)


def spellings(target: str) -> list[str]:
    """The spellings under which the target may have been signed, the likeliest first, each once."""
    path, mark, query = target.partition("?")
    plain, rest = unquote(path), mark + query
    return list(
        dict.fromkeys(
            [
                canonical(target),
                target,
                quote(plain, safe=_RFC3986) + rest,
                quote(plain, safe=_STRICT) + rest,
            ]
        )
    )
