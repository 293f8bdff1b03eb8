"""Classes that are there get the course year that their name says."""

import re

from django.db import migrations

WHOLE = re.compile(r"(?<!\d)(20\d\d)\s*[級级]")
SHORT = re.compile(r"(?<!\d)(\d\d)\s*[級级]|(?<!\d)(\d\d)[01]\d\s*班")


def fill(apps, schema_editor):
    units = apps.get_model("people", "Unit").objects
    for key, name in units.filter(kind="class").values_list("pk", "name"):
        words = " ".join(str(part) for part in name.values())
        if found := WHOLE.search(words):
            units.filter(pk=key).update(entry_year=int(found[1]))
        elif found := SHORT.search(words):
            units.filter(pk=key).update(entry_year=2000 + int(found[1] or found[2]))


class Migration(migrations.Migration):
    dependencies = [("people", "0004_unit_entry_year")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
