"""What a reader may see of what this node holds."""

from apps.holdings.selectors.access import access

__all__ = ["access"]
