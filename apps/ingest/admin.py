"""A way from the admin's first page to the upload of recordings; this edge has no tables to register."""

from __future__ import annotations

from django.contrib import admin

admin.site.index_template = "ingest/admin_index.html"
