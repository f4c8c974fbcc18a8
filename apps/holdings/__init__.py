"""What this node holds and may show: own datasets under their terms, replicas under their agreements.

Owns: no tables; the one place that answers for a reader – anybody, staff, a token – which datasets, datastreams and
rows they may see. Does not own: the data (``sensors``), the terms (``catalogue``), the agreements (``agreements``).
Read first: ``selectors.access``.
"""
