"""The screens of city staff: decisions, datasets, peers, agreements, sync, sensors, requests, accounts.

Owns: pages and forms for staff. Does not own: any table or rule; every button is one domain call.
Read first: ``urls.py``.
"""
