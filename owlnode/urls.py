"""All URLs of a node, edge by edge."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from owlnode.operations import health, metrics
from owlnode.web import preferences

# Operators come in by the same door as everybody else on the staff, second factor included.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    # First, since devices ask most: looking through all the others costs a fifth of what a single reading costs.
    path("", include("apps.sensorthings.urls")),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", metrics.metrics),
    path("preferences", preferences.choose, name="web-preferences"),
    path("", include("apps.ingest.urls")),
    path("", include("apps.dataspace.urls")),
    path("", include("apps.peering.urls")),
    path("", include("apps.dcat.urls")),
    path("", include("apps.api.urls")),
    path("", include("apps.console.urls")),
    path("", include("apps.portal.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "owlnode.web.errors.bad_request"
handler403 = "owlnode.web.errors.forbidden"
handler404 = "owlnode.web.errors.not_found"
handler500 = "owlnode.web.errors.failed"
