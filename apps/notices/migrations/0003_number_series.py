"""The series from which notices get their numbers: 2026-037."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAME = {"en": "Notice", "zh-hant": "通知", "zh-hans": "通知"}


def create_series(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    series = apps.get_model("core", "NumberSeries")
    series.objects.get_or_create(code="notice", defaults={"name": NAME, "pattern": "{year}-{number:03d}"})


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_fan_out_and_rounds"), ("core", "0001_initial")]

    operations = [migrations.RunPython(create_series, migrations.RunPython.noop)]
