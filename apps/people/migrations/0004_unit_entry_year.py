from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_chat_contacts")]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="entry_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="course year"),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(
                condition=models.Q(("entry_year__isnull", False)), fields=["entry_year"], name="people_unit_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("entry_year__isnull", True), ("entry_year__range", (1950, 2150)), _connector="OR"),
                name="people_unit_year_is_one",
            ),
        ),
    ]
