from django.db import migrations, models

import apps.journal.via


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0005_blobs_are_scanned"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="via",
            field=models.CharField(blank=True, db_default="", default=apps.journal.via.current_program, max_length=80),
        ),
    ]
