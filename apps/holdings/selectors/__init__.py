"""What a reader may see of what this node holds."""

from apps.holdings.selectors.access import access
from apps.holdings.selectors.news import News, matured, written

__all__ = ["News", "access", "matured", "written"]
