"""Bytes know their certificates, so that bytes in use are never removed. Nothing changes in the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial"), ("servicedesk", "0006_open_requests_by_section")]

    operations = [
        migrations.AlterField(
            model_name="certificate",
            name="blob",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="certificates",
                to="journal.blob",
            ),
        ),
    ]
