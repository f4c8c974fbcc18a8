"""Made-up but plausible readings, pure Python: ``noise`` (repeatable chance), ``curves`` (quantities), ``stations``."""
