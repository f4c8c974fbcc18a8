"""URLs of the api edge."""

from django.urls import URLPattern, URLResolver, path, re_path

from apps.api.views import catalogue, documents, files, region, values

V1 = "api/v1/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{V1}datasets", catalogue.Datasets.as_view(), name="api-datasets"),
    path(f"{V1}datasets/<str:key>", catalogue.Dataset.as_view(), name="api-dataset"),
    path(f"{V1}datasets/<str:key>/observations", values.Observations.as_view(), name="api-observations"),
    path(f"{V1}datasets/<str:key>/series", values.SeriesLines.as_view(), name="api-series"),
    path(f"{V1}datasets/<str:key>/latest", values.LatestValues.as_view(), name="api-latest"),
    path(f"{V1}things", catalogue.Things.as_view(), name="api-things"),
    path(f"{V1}datastreams", catalogue.Datastreams.as_view(), name="api-datastreams"),
    path(f"{V1}datastreams/<int:pk>", catalogue.Datastream.as_view(), name="api-datastream"),
    path(f"{V1}agreements", region.Agreements.as_view(), name="api-agreements"),
    path(f"{V1}measurands", region.Measurands.as_view(), name="api-measurands"),
    path(f"{V1}measurands/<str:key>", region.OneMeasurand.as_view(), name="api-measurand"),
    path(f"{V1}status", region.Status.as_view(), name="api-status"),
    path(f"{V1}schema", documents.schema, name="api-schema"),
    path(f"{V1}docs", documents.page, name="api-docs"),
    re_path(r"^api/v1(/.*)?$", region.Elsewhere.as_view()),
    path("datasets/<str:key>/download.<str:format>", files.download, name="api-download"),
    path("datasets/<str:key>/feed.atom", files.feed, name="api-feed"),
]
