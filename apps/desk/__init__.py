"""The desk: citizens' requests for data from receipt to erasure, under IFG NRW or UIG NRW.

Owns: requests with case number, thread, deadlines, decisions, deliveries, forwarding, retention. Does not own: the
forms (``portal``), the staff screens (``console``), the signed channel between nodes (``peers``, ``peering``).
Read first: ``states``, then ``services``.
"""
