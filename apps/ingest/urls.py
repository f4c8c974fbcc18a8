"""URLs of the intake. The upload lies below /admin/, so these come before the admin's own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from apps.ingest import uploads, views

urlpatterns = [
    path("ingest/v1/readings", views.readings, name="ingest-readings"),
    path("admin/ingest/upload/", admin.site.admin_view(uploads.upload), name="ingest-upload"),
]
