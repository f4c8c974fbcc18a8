"""What a reader may see of what this node holds: which rows, datasets, series, places; and where data went."""

from apps.holdings.selectors.access import access
from apps.holdings.selectors.changes import changes
from apps.holdings.selectors.exhibits import exhibits
from apps.holdings.selectors.handing import handed, handed_rows
from apps.holdings.selectors.holdings import holding, holdings
from apps.holdings.selectors.measurands import measurands
from apps.holdings.selectors.news import News, matured, written
from apps.holdings.selectors.now import now
from apps.holdings.selectors.places import latest, places, streams_of
from apps.holdings.selectors.register import register
from apps.holdings.selectors.rows import estimate, page, rows
from apps.holdings.selectors.search import formats_of, search
from apps.holdings.selectors.series import series

__all__ = [
    "News",
    "access",
    "changes",
    "estimate",
    "exhibits",
    "formats_of",
    "handed",
    "handed_rows",
    "holding",
    "holdings",
    "latest",
    "matured",
    "measurands",
    "now",
    "page",
    "places",
    "register",
    "rows",
    "search",
    "series",
    "streams_of",
    "written",
]
