"""A program counts when its owner confirmed it; of those there are, only what people let in for themselves."""

from django.db import migrations, models

OWN = "UPDATE interfaces_integration SET confirmed_at = created_at WHERE owner_id = created_by_id"


class Migration(migrations.Migration):
    dependencies = [
        ("interfaces", "0002_certificates_replaced_are_told"),
    ]

    operations = [
        migrations.AddField(
            model_name="integration",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(OWN, migrations.RunSQL.noop),
    ]
