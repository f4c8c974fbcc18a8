"""Keep the owner's words about a replicated dataset; asking for the description anew fills them in."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def ask_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Without a remembered digest the next pull fetches the description."""
    apps.get_model("consumer", "Subscription").objects.filter(state="active").update(description_digest="")


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("consumer", "0001_initial"), ("catalogue", "0003_words")]
    operations = [
        migrations.AddField(
            model_name="subscription",
            name="about",
            field=models.JSONField(
                blank=True, default=dict, editable=False, verbose_name="what the owner says about the dataset"
            ),
        ),
        migrations.RunPython(ask_again, migrations.RunPython.noop),
    ]
