"""What every page has in common: layout, forms, packages from npm, security headers, choices of language and colours.

Owns: the templates ``web/…``, the tag library ``web``, ``static/web``. Does not own: any page with content of its own –
edges extend ``web/base.html`` by its name and never import this package. Read first: ``docs/frontend.md``.
"""
