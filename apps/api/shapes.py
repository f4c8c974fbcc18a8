"""What answers look like, for the OpenAPI document; the answers themselves are plain values (``render``)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers as fields


class ProblemShape(fields.Serializer[None]):
    """RFC 9457."""

    type = fields.CharField()
    title = fields.CharField()
    status = fields.IntegerField()
    code = fields.CharField()
    detail = fields.CharField()
    part = fields.CharField(required=False, help_text=_("What is at fault."))
    remedy = fields.CharField(required=False, help_text=_("The way out."))


class OwnerShape(fields.Serializer[None]):
    """A city."""

    did = fields.CharField()
    name = fields.CharField()


class SentenceShape(fields.Serializer[None]):
    """One clause of terms in words."""

    clause = fields.CharField()
    text = fields.CharField()
    strength = fields.ChoiceField(choices=["enforced", "cooperative", "declared"])


class WordsShape(fields.Serializer[None]):
    """Terms in words, by language."""

    de = SentenceShape(many=True)
    en = SentenceShape(many=True)


class AgreementSourceShape(fields.Serializer[None]):
    """The agreement behind a replica."""

    uid = fields.CharField()
    purpose = fields.CharField(allow_blank=True)
    signed_at = fields.DateTimeField()
    expires_at = fields.DateTimeField(allow_null=True)
    retention_s = fields.FloatField(allow_null=True)
    as_of = fields.DateTimeField(allow_null=True)


class DatasetShape(fields.Serializer[None]):
    """A dataset as its reader may see it."""

    key = fields.CharField(help_text=_("What it is called here: the identifier, of another city’s with its host."))
    identifier = fields.CharField()
    title = fields.DictField(child=fields.CharField())
    description = fields.DictField(child=fields.CharField(allow_blank=True))
    publisher = fields.CharField(allow_blank=True)
    department = fields.DictField(child=fields.CharField())
    owner = OwnerShape()
    replica = fields.BooleanField()
    agreement = AgreementSourceShape(allow_null=True)
    theme = fields.CharField(allow_blank=True)
    keywords = fields.ListField(child=fields.CharField())
    licence = fields.CharField(allow_blank=True)
    attribution = fields.CharField(allow_blank=True)
    contact = fields.CharField(allow_blank=True)
    visibility = fields.ChoiceField(choices=["internal", "peers", "public"])
    terms = fields.DictField(allow_null=True)
    terms_in_words = WordsShape()
    terms_version = fields.IntegerField(allow_null=True)
    released_at = fields.DateTimeField(allow_null=True)
    modified_at = fields.DateTimeField(allow_null=True)
    first_time = fields.DateTimeField(allow_null=True)
    last_time = fields.DateTimeField(allow_null=True)
    observations = fields.IntegerField()
    freshness = fields.ChoiceField(choices=["fresh", "late", "silent", "recorded", "uploaded", "unknown"])
    expected_s = fields.FloatField(allow_null=True)
    mode = fields.ChoiceField(choices=["whole", "terms"])
    measurands = fields.ListField(child=fields.CharField())
    formats = fields.ListField(child=fields.CharField())
    links = fields.DictField(child=fields.CharField())


class FacetShape(fields.Serializer[None]):
    """A value one may choose."""

    value = fields.CharField()
    count = fields.IntegerField()


class DatasetsShape(fields.Serializer[None]):
    """One page of datasets."""

    total = fields.IntegerField()
    next = fields.CharField(allow_null=True)
    results = DatasetShape(many=True)
    facets = fields.DictField(child=FacetShape(many=True))


class UnitShape(fields.Serializer[None]):
    """A unit of measurement."""

    name = fields.CharField(allow_blank=True)
    symbol = fields.CharField(allow_blank=True)
    definition = fields.CharField(allow_blank=True)


class DatastreamShape(fields.Serializer[None]):
    """A datastream."""

    id = fields.IntegerField()
    name = fields.CharField()
    description = fields.CharField(allow_blank=True)
    dataset = fields.CharField()
    thing = fields.IntegerField()
    measurand = fields.CharField()
    definition = fields.CharField(allow_blank=True)
    unit = UnitShape()
    kind = fields.ChoiceField(choices=["measure", "count"])
    sensor = fields.CharField()
    observation_type = fields.CharField(allow_blank=True)
    expected_interval_s = fields.IntegerField(allow_null=True)
    statistics = fields.ListField(child=fields.CharField())


class DatastreamsShape(fields.Serializer[None]):
    """One page of datastreams."""

    total = fields.IntegerField()
    next = fields.CharField(allow_null=True)
    results = DatastreamShape(many=True)


class PointShape(fields.Serializer[None]):
    """A GeoJSON point (RFC 7946)."""

    type = fields.ChoiceField(choices=["Point"])
    coordinates = fields.ListField(child=fields.FloatField())


class ThingShape(fields.Serializer[None]):
    """A thing."""

    id = fields.IntegerField()
    name = fields.CharField()
    description = fields.CharField(allow_blank=True)
    dataset = fields.CharField()
    owner = fields.CharField()
    place_name = fields.CharField(allow_blank=True)
    location = PointShape(allow_null=True)
    grid_m = fields.IntegerField(allow_null=True)
    datastreams = DatastreamShape(many=True)


class ThingsShape(fields.Serializer[None]):
    """One page of things."""

    total = fields.IntegerField()
    next = fields.CharField(allow_null=True)
    results = ThingShape(many=True)


class ObservationShape(fields.Serializer[None]):
    """A value: of a moment, or from ``time`` to ``end``. Suppressed is neither zero nor missing."""

    datastream = fields.IntegerField()
    statistic = fields.CharField(allow_blank=True)
    time = fields.DateTimeField()
    end = fields.DateTimeField(allow_null=True)
    result = fields.FloatField(allow_null=True)
    suppressed = fields.BooleanField()
    extra = fields.CharField(required=False)


class ObservationsShape(fields.Serializer[None]):
    """One page of observations."""

    next = fields.CharField(allow_null=True)
    results = ObservationShape(many=True)


class LatestShape(fields.Serializer[None]):
    """The latest values."""

    results = ObservationShape(many=True)


class SeriesShape(fields.Serializer[None]):
    """One line of a chart: arrays of equal length."""

    datastream = fields.IntegerField()
    statistic = fields.CharField(allow_blank=True)
    name = fields.CharField()
    unit = fields.CharField(allow_blank=True)
    step_s = fields.IntegerField()
    expected_s = fields.IntegerField()
    time_ms = fields.ListField(child=fields.IntegerField())
    min = fields.ListField(child=fields.FloatField(allow_null=True))
    mean = fields.ListField(child=fields.FloatField(allow_null=True))
    max = fields.ListField(child=fields.FloatField(allow_null=True))
    count = fields.ListField(child=fields.IntegerField())
    suppressed = fields.ListField(child=fields.IntegerField())


class SeriesListShape(fields.Serializer[None]):
    """The lines of a chart."""

    results = SeriesShape(many=True)


class RegisterEntryShape(fields.Serializer[None]):
    """A line of the sharing register."""

    uid = fields.CharField()
    direction = fields.ChoiceField(choices=["given", "received"])
    partner = OwnerShape()
    dataset = fields.CharField()
    title = fields.CharField()
    purpose = fields.CharField(allow_blank=True)
    since = fields.DateTimeField()
    until = fields.DateTimeField(allow_null=True)
    state = fields.ChoiceField(choices=["active", "withdrawn", "expired", "terminated"])
    ended_at = fields.DateTimeField(allow_null=True)
    pages = fields.IntegerField()
    rows = fields.IntegerField()
    last_page_at = fields.DateTimeField(allow_null=True)
    deletion_proven = fields.BooleanField(allow_null=True)
    deletion_proven_at = fields.DateTimeField(allow_null=True)
    deletion_overdue = fields.BooleanField()
    terms_in_words = WordsShape()


class RegisterShape(fields.Serializer[None]):
    """One page of the register."""

    total = fields.IntegerField()
    next = fields.CharField(allow_null=True)
    results = RegisterEntryShape(many=True)


class MeasurandPartShape(fields.Serializer[None]):
    """Where a quantity is measured."""

    dataset = fields.CharField()
    owner = OwnerShape()
    replica = fields.BooleanField()
    datastreams = fields.ListField(child=fields.IntegerField())
    unit = fields.CharField(allow_blank=True)
    statistics = fields.ListField(child=fields.CharField())


class MeasurandShape(fields.Serializer[None]):
    """The same quantity across cities."""

    key = fields.CharField()
    name = fields.CharField()
    definition = fields.CharField(allow_blank=True)
    unit = fields.CharField(allow_blank=True)
    cities = fields.IntegerField()
    parts = MeasurandPartShape(many=True)


class MeasurandsShape(fields.Serializer[None]):
    """One page of quantities."""

    total = fields.IntegerField()
    next = fields.CharField(allow_null=True)
    results = MeasurandShape(many=True)


class StatusShape(fields.Serializer[None]):
    """What this node is and how much it shows to this reader."""

    city = fields.CharField()
    did = fields.CharField()
    publisher = fields.CharField()
    software = fields.CharField()
    time = fields.DateTimeField()
    reader = fields.ChoiceField(choices=["anybody", "person", "service", "peer"])
    datasets = fields.IntegerField()
    replicas = fields.IntegerField()
    observations = fields.IntegerField()
    freshness = fields.DictField(child=fields.IntegerField())
    links = fields.DictField(child=fields.CharField())
