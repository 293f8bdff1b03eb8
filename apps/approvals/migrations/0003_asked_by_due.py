from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_nobody_decides_about_the_own")]

    operations = [
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("state", "asked")),
                fields=["subject_type", "due_at", "asked_at", "id"],
                name="approvals_asked_by_due",
            ),
        ),
    ]
