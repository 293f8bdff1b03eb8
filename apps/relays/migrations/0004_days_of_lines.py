"""Units that are asked already have the day of their relay; copies, the day that their original has now."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    line, relay = apps.get_model("relays", "RelayLine"), apps.get_model("relays", "Relay")
    copy, notice = apps.get_model("relays", "Copy"), apps.get_model("notices", "Notice")
    days = relay.objects.filter(pk=OuterRef("relay"))
    line.objects.update(report_by=Subquery(days.values("report_by")[:1]))
    sources = notice.objects.filter(pk=OuterRef("source"))
    copy.objects.update(acknowledge_by=Subquery(sources.values("acknowledge_by")[:1]))


class Migration(migrations.Migration):
    dependencies = [("relays", "0003_own_days_and_extensions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
