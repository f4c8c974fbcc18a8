"""The open REST API at ``/api/v1`` and the downloads.

Owns: serialisation, filters, cursor pages, OpenAPI. Does not own: any table; what a reader may see (``holdings``).
Read first: ``urls.py``.
"""
