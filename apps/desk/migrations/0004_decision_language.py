from django.db import migrations, models


def as_asked(apps, schema_editor):
    """Until now a decision was begun from a template in the requester's language."""
    decisions = apps.get_model("desk", "Decision").objects.select_related("request")
    for row in decisions.exclude(request__language="de"):
        row.language = row.request.language
        row.save(update_fields=["language"])


class Migration(migrations.Migration):

    dependencies = [
        ("desk", "0003_decision_remedy_english"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="language",
            field=models.CharField(
                choices=[("de", "German"), ("en", "English")],
                default="de",
                max_length=2,
                verbose_name="language of the text",
            ),
        ),
        migrations.RunPython(as_asked, migrations.RunPython.noop),
    ]
