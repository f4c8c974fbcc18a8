"""The guided tour: pictures of a running region, and the document around them.

Owns: what is photographed where and by whom (``scenes``), the words beside it (``captions.toml``), the camera. Does not
own: the region, which is the demo's. Read first: ``captions.toml``, ``scenes``.
"""
