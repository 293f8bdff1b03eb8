from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0028_answers_from_our_mail_openings_let_go_and_every"),
    ]

    operations = [
        migrations.AddField(
            model_name="request",
            name="office_marks",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
