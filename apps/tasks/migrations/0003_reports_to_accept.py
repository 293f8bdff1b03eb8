from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tasks", "0002_only_placeholders_stand_in"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "reported")), fields=["due_on", "id"], name="tasks_to_accept"
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="side",
            field=models.CharField(
                choices=[("before", "Before"), ("after", "After"), ("accept", "Accept"), ("left", "Left")],
                max_length=6,
            ),
        ),
    ]
