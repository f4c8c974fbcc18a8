"""The DCAT-AP.de 3.0 export of the city's own public datasets for open-data portals.

Owns: the RDF on the wire and the URLs harvesters expect. Does not own: any table.
Read first: ``urls.py``.
"""
