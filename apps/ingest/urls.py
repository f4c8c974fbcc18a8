"""URLs of the intake. The upload lies below /admin/, so these come before the admin's own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from apps.ingest import messages, uploads, views

urlpatterns = [
    path("ingest/v1/readings", views.readings, name="ingest-readings"),
    path("ingest/v1/sources/<str:slug>", messages.messages, name="ingest-source"),
    path("ingest/v1/sources/<str:slug>/", messages.messages),
    path("ingest/v1/sources/<str:slug>/<path:rest>", messages.messages, name="ingest-source-path"),
    path("admin/ingest/upload/", admin.site.admin_view(uploads.upload), name="ingest-upload"),
    path("admin/ingest/tables/", RedirectView.as_view(pattern_name="console:tables"), name="ingest-tables"),
]
