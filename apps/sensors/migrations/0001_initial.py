"""The tables of the sensors app; the observation table by SQL."""

import apps.core.clock
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


# Exactly eight columns, so that header and null bitmap share 24 bytes, ordered so that nothing is padded. The key stands
# in the order (datastream, span, time) because (datastream, time, span) would be padded to 36 bytes an entry, and
# PostgreSQL splits pages of growing series well only up to 28 (docs/decisions/0005-observations.md).
OBSERVATIONS = """
CREATE TABLE sensors_observation (
    datastream_id integer NOT NULL,
    span integer NOT NULL DEFAULT 0,
    phenomenon_time timestamptz NOT NULL,
    id bigint NOT NULL,
    result double precision,
    result_time timestamptz,
    feature_id integer,
    extra jsonb
) PARTITION BY RANGE (phenomenon_time);
CREATE UNIQUE INDEX sensors_observation_key ON sensors_observation (datastream_id, span, phenomenon_time);
CREATE INDEX sensors_observation_id ON sensors_observation USING brin (id) WITH (pages_per_range = 32);
"""

# These rows change with every batch; room on the page keeps the changes there.
STATE_HAS_ROOM = "ALTER TABLE sensors_datastreamstate SET (fillfactor = 50)"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Datastream",
            fields=[
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.TextField(db_collation="C", verbose_name="name")),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("properties", models.JSONField(blank=True, default=dict, verbose_name="properties")),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", default="", editable=False, verbose_name="origin"),
                ),
                (
                    "external_key",
                    models.TextField(blank=True, db_collation="C", default="", verbose_name="external key"),
                ),
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("unit_name", models.TextField(blank=True, default="", verbose_name="unit")),
                ("unit_symbol", models.TextField(blank=True, default="", verbose_name="unit symbol")),
                ("unit_definition", models.TextField(blank=True, default="", verbose_name="unit definition")),
                ("observation_type", models.TextField(blank=True, default="", verbose_name="observation type")),
                (
                    "kind",
                    models.CharField(
                        choices=[("measure", "measured quantity"), ("count", "count of people or vehicles")],
                        default="measure",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "expected_interval_s",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="expected interval in seconds"),
                ),
                ("observed_area", models.JSONField(blank=True, null=True, verbose_name="observed area")),
                ("is_internal", models.BooleanField(default=False, verbose_name="only for internal use")),
                (
                    "onward_allowed",
                    models.BooleanField(default=False, editable=False, verbose_name="may be shared onward"),
                ),
            ],
            options={
                "verbose_name": "datastream",
                "verbose_name_plural": "datastreams",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="number")),
                ("started_at", models.DateTimeField(default=apps.core.clock.now, verbose_name="started at")),
                ("reason", models.TextField(verbose_name="reason")),
            ],
            options={
                "verbose_name": "epoch",
                "verbose_name_plural": "epochs",
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Partition",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False, verbose_name="month")),
                ("packed_at", models.DateTimeField(blank=True, null=True, verbose_name="packed at")),
                ("packed_rows", models.BigIntegerField(default=0, verbose_name="rows when packed")),
                ("bytes_before", models.BigIntegerField(default=0, verbose_name="bytes before")),
                ("bytes_after", models.BigIntegerField(default=0, verbose_name="bytes after")),
            ],
            options={
                "verbose_name": "packed month",
                "verbose_name_plural": "packed months",
                "ordering": ["-month"],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="number")),
                ("source", models.TextField(db_collation="C", verbose_name="source")),
                ("client_key", models.TextField(blank=True, db_collation="C", default="", verbose_name="client key")),
                ("origin", models.TextField(blank=True, db_collation="C", default="", verbose_name="origin")),
                ("recorded_at", models.DateTimeField(default=apps.core.clock.now, verbose_name="recorded at")),
                ("rows", models.IntegerField(default=0, verbose_name="rows")),
                ("accepted", models.IntegerField(default=0, verbose_name="new")),
                ("corrected", models.IntegerField(default=0, verbose_name="corrected")),
                ("unchanged", models.IntegerField(default=0, verbose_name="unchanged")),
                ("rejected", models.IntegerField(default=0, verbose_name="rejected")),
                ("deleted", models.IntegerField(default=0, verbose_name="deleted")),
                ("first_time", models.DateTimeField(blank=True, null=True, verbose_name="first phenomenon time")),
                ("last_time", models.DateTimeField(blank=True, null=True, verbose_name="last phenomenon time")),
                (
                    "datastream_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="datastreams",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch",
                "verbose_name_plural": "batches",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(condition=models.Q(("number", None)), fields=["id"], name="sensors_batch_unnumbered"),
                    models.Index(fields=["recorded_at"], name="sensors_batch_recorded"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("client_key", ""), _negated=True),
                        fields=("source", "client_key"),
                        name="sensors_batch_client_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DatastreamState",
            fields=[
                (
                    "datastream",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="state",
                        serialize=False,
                        to="sensors.datastream",
                        verbose_name="datastream",
                    ),
                ),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", default="", editable=False, verbose_name="origin"),
                ),
                ("observation_count", models.BigIntegerField(default=0, verbose_name="observations")),
                ("first_time", models.DateTimeField(blank=True, null=True, verbose_name="first observation")),
                ("last_time", models.DateTimeField(blank=True, null=True, verbose_name="last observation")),
                ("last_result", models.FloatField(blank=True, null=True, verbose_name="last result")),
                ("last_batch", models.BigIntegerField(blank=True, null=True, verbose_name="last batch")),
                (
                    "previous_time",
                    models.DateTimeField(blank=True, null=True, verbose_name="last observation before the last batch"),
                ),
                ("tombstone_count", models.BigIntegerField(default=0, verbose_name="tombstones")),
            ],
            options={
                "verbose_name": "state of a datastream",
                "verbose_name_plural": "states of datastreams",
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", models.IntegerField(default=0, verbose_name="span in seconds")),
                ("phenomenon_time", models.DateTimeField(verbose_name="phenomenon time")),
                ("old_id", models.BigIntegerField(verbose_name="replaced observation")),
                ("new_id", models.BigIntegerField(verbose_name="replacing observation")),
                ("old_result", models.FloatField(blank=True, null=True, verbose_name="old result")),
                ("old_result_time", models.DateTimeField(blank=True, null=True, verbose_name="old result time")),
                ("old_feature_id", models.IntegerField(blank=True, null=True, verbose_name="old feature")),
                ("old_extra", models.JSONField(blank=True, null=True, verbose_name="old extra")),
                ("corrected_at", models.DateTimeField(default=apps.core.clock.now, verbose_name="corrected at")),
                (
                    "datastream",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="sensors.datastream",
                        verbose_name="datastream",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="FeatureOfInterest",
            fields=[
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.TextField(db_collation="C", verbose_name="name")),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("properties", models.JSONField(blank=True, default=dict, verbose_name="properties")),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", default="", editable=False, verbose_name="origin"),
                ),
                (
                    "external_key",
                    models.TextField(blank=True, db_collation="C", default="", verbose_name="external key"),
                ),
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("encoding_type", models.TextField(default="application/geo+json", verbose_name="encoding")),
                ("feature", models.JSONField(blank=True, null=True, verbose_name="feature")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="latitude")),
            ],
            options={
                "verbose_name": "feature of interest",
                "verbose_name_plural": "features of interest",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_key", ""), _negated=True),
                        fields=("origin", "external_key"),
                        name="sensors_featureofinterest_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.TextField(db_collation="C", verbose_name="name")),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("properties", models.JSONField(blank=True, default=dict, verbose_name="properties")),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", default="", editable=False, verbose_name="origin"),
                ),
                (
                    "external_key",
                    models.TextField(blank=True, db_collation="C", default="", verbose_name="external key"),
                ),
                ("encoding_type", models.TextField(default="application/geo+json", verbose_name="encoding")),
                ("geometry", models.JSONField(blank=True, null=True, verbose_name="geometry")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="latitude")),
            ],
            options={
                "verbose_name": "location",
                "verbose_name_plural": "locations",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_key", ""), _negated=True),
                        fields=("origin", "external_key"),
                        name="sensors_location_key",
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(OBSERVATIONS, reverse_sql="DROP TABLE sensors_observation")],
            state_operations=[
                migrations.CreateModel(
                    name="Observation",
                    fields=[
                        ("span", models.IntegerField(default=0, verbose_name="span in seconds")),
                        ("phenomenon_time", models.DateTimeField(verbose_name="phenomenon time")),
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("result", models.FloatField(blank=True, null=True, verbose_name="result")),
                        ("result_time", models.DateTimeField(blank=True, null=True, verbose_name="result time")),
                        ("extra", models.JSONField(blank=True, null=True, verbose_name="extra")),
                        (
                            "datastream",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="observations",
                                to="sensors.datastream",
                                verbose_name="datastream",
                            ),
                        ),
                        (
                            "feature",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="observations",
                                to="sensors.featureofinterest",
                                verbose_name="feature of interest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "observation",
                        "verbose_name_plural": "observations",
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObservedProperty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.TextField(db_collation="C", verbose_name="name")),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("properties", models.JSONField(blank=True, default=dict, verbose_name="properties")),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", default="", editable=False, verbose_name="origin"),
                ),
                (
                    "external_key",
                    models.TextField(blank=True, db_collation="C", default="", verbose_name="external key"),
                ),
                ("definition", models.TextField(blank=True, default="", verbose_name="definition")),
            ],
            options={
                "verbose_name": "observed property",
                "verbose_name_plural": "observed properties",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_key", ""), _negated=True),
                        fields=("origin", "external_key"),
                        name="sensors_observedproperty_key",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="datastream",
            name="observed_property",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="datastreams",
                to="sensors.observedproperty",
                verbose_name="observed property",
            ),
        ),
        migrations.CreateModel(
            name="Quarantined",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField(db_collation="C", verbose_name="source")),
                ("payload", models.TextField(verbose_name="payload")),
                ("fingerprint", models.CharField(editable=False, max_length=64, verbose_name="fingerprint")),
                ("reason", models.CharField(max_length=60, verbose_name="reason")),
                ("detail", models.TextField(blank=True, default="", verbose_name="detail")),
                ("occurred_at", models.DateTimeField(blank=True, null=True, verbose_name="occurred at")),
                ("received_at", models.DateTimeField(default=apps.core.clock.now, verbose_name="received at")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("replayed", "replayed"), ("dismissed", "dismissed")],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                ("replays", models.PositiveIntegerField(default=0, verbose_name="attempts to replay")),
            ],
            options={
                "verbose_name": "quarantined input",
                "verbose_name_plural": "quarantine",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["state", "received_at"], name="sensors_quarantined_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "fingerprint"), name="sensors_quarantined_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sensor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.TextField(db_collation="C", verbose_name="name")),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("properties", models.JSONField(blank=True, default=dict, verbose_name="properties")),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", default="", editable=False, verbose_name="origin"),
                ),
                (
                    "external_key",
                    models.TextField(blank=True, db_collation="C", default="", verbose_name="external key"),
                ),
                ("encoding_type", models.TextField(default="text/html", verbose_name="encoding")),
                ("metadata", models.TextField(blank=True, default="", verbose_name="metadata")),
            ],
            options={
                "verbose_name": "sensor",
                "verbose_name_plural": "sensors",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_key", ""), _negated=True),
                        fields=("origin", "external_key"),
                        name="sensors_sensor_key",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="datastream",
            name="sensor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="datastreams",
                to="sensors.sensor",
                verbose_name="sensor",
            ),
        ),
        migrations.CreateModel(
            name="Thing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, editable=False, verbose_name="created at"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.TextField(db_collation="C", verbose_name="name")),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("properties", models.JSONField(blank=True, default=dict, verbose_name="properties")),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", default="", editable=False, verbose_name="origin"),
                ),
                (
                    "external_key",
                    models.TextField(blank=True, db_collation="C", default="", verbose_name="external key"),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="things",
                        to="sensors.location",
                        verbose_name="location",
                    ),
                ),
            ],
            options={
                "verbose_name": "thing",
                "verbose_name_plural": "things",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HistoricalLocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("time", models.DateTimeField(verbose_name="since")),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="historical_locations",
                        to="sensors.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="historical_locations",
                        to="sensors.thing",
                        verbose_name="thing",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical location",
                "verbose_name_plural": "historical locations",
                "ordering": ["-time", "-id"],
            },
        ),
        migrations.AddField(
            model_name="datastream",
            name="thing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="datastreams",
                to="sensors.thing",
                verbose_name="thing",
            ),
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("span", models.IntegerField(default=0, verbose_name="span in seconds")),
                ("phenomenon_time", models.DateTimeField(verbose_name="phenomenon time")),
                ("deleted_at", models.DateTimeField(default=apps.core.clock.now, verbose_name="deleted at")),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                (
                    "datastream",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="tombstones",
                        to="sensors.datastream",
                        verbose_name="datastream",
                    ),
                ),
            ],
            options={
                "verbose_name": "tombstone",
                "verbose_name_plural": "tombstones",
            },
        ),
        migrations.AddConstraint(
            model_name="thing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_key", ""), _negated=True),
                fields=("origin", "external_key"),
                name="sensors_thing_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="datastream",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_key", ""), _negated=True),
                fields=("origin", "external_key"),
                name="sensors_datastream_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="tombstone",
            constraint=models.UniqueConstraint(
                fields=("datastream", "phenomenon_time", "span"), name="sensors_tombstone_key"
            ),
        ),
        migrations.RunSQL(STATE_HAS_ROOM, reverse_sql=migrations.RunSQL.noop),
    ]
