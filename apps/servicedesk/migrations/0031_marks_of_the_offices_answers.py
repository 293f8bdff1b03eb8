from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0030_request_keeps_what_it_gives"),
    ]

    operations = [
        migrations.AddField(
            model_name="request",
            name="office_marks",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
