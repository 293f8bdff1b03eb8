"""A notice remembers what exactly was put up for approval."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0008_reminder_steps_and_escalation")]
    operations = [
        migrations.AddField(
            model_name="notice",
            name="approval_digest",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AddField(
            model_name="notice", name="approval_people", field=models.PositiveIntegerField(null=True)
        ),
    ]
