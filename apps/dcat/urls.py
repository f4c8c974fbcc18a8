"""URLs of the dcat edge."""

from django.urls import URLPattern, URLResolver, path, re_path

from apps.dcat import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("catalog", views.catalogue, name="dcat-catalogue"),
    re_path(r"^catalog\.(?P<suffix>ttl|xml|jsonld)$", views.catalogue, name="dcat-catalogue-file"),
    path("dataset/<slug:identifier>", views.dataset, name="dcat-dataset"),
    re_path(
        r"^dataset/(?P<identifier>[-a-z0-9]+)\.(?P<suffix>ttl|xml|jsonld)$", views.dataset, name="dcat-dataset-file"
    ),
]
