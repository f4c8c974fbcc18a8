"""Finding the observations of a feature of interest; only rows that name one are in the index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sensors", "0003_sensorthings_writing")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX sensors_observation_feature ON sensors_observation (feature_id, datastream_id)"
            " WHERE feature_id IS NOT NULL",
            reverse_sql="DROP INDEX sensors_observation_feature",
        ),
    ]
