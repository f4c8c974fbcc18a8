"""The public website of a city: what it measures, what it shares and with whom, how to ask for data.

Owns: pages and forms for citizens. Does not own: any table; what a reader may see (``holdings``), requests (``desk``).
Read first: ``urls.py``.
"""
