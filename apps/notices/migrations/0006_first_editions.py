"""Every notice that is out gets its first edition; rounds after the first are reminders."""

import hashlib
import json

from django.db import migrations


def fill(apps, schema_editor):
    Notice, Edition, Round = (apps.get_model("notices", name) for name in ("Notice", "Edition", "Round"))
    out = Notice.objects.filter(published_at__isnull=False, editions__isnull=True)
    for notice in out.order_by("pk").iterator():
        words = json.dumps([notice.title, notice.body], sort_keys=True)
        Edition.objects.create(
            notice=notice,
            number=1,
            kind="first",
            title=notice.title,
            body=notice.body,
            digest=hashlib.sha256(words.encode()).hexdigest(),
            message_id=notice.message_id,
            published_at=notice.published_at,
            published_by_id=notice.sender_id,
        )
    Round.objects.filter(number__gt=1, kind="first").update(kind="reminder")
    Obligation = apps.get_model("notices", "Obligation")
    Obligation.objects.filter(opened_at__isnull=False, seen_edition__isnull=True).update(seen_edition=1)


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_editions_ladder_and_audiences")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
