"""All URLs of a node, edge by edge."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from owlnode.operations import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("admin/", admin.site.urls),
]
