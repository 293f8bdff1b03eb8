"""The words of requests that were filed before words were kept."""

from collections import defaultdict

from django.db import migrations

from apps.questionnaires.definitions import fields_from_json
from apps.servicedesk.request_text import texts_of

CHUNK = 1000


def fill(apps, schema_editor):
    request_model, text_model = apps.get_model("servicedesk", "Request"), apps.get_model("servicedesk", "RequestText")
    message_model = apps.get_model("servicedesk", "RequestMessage")
    rows, last, read = request_model.objects.filter(submitted_at__isnull=False), 0, {}
    rows = rows.select_related("answer_set__form_version").order_by("pk")
    while found := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = found[-1].pk
        messages = defaultdict(list)
        said = message_model.objects.filter(request__in=[row.pk for row in found]).order_by("pk")
        for key, body, internal in said.values_list("request_id", "body", "internal"):
            messages[key].append((body, internal))
        made = []
        for row in found:
            version = row.answer_set.form_version
            if version.pk not in read:
                read[version.pk] = fields_from_json(version.fields)
            both = texts_of(
                number=row.number,
                title=row.title,
                answers=row.answer_set.answers,
                fields=read[version.pk],
                messages=messages[row.pk],
            )
            made.append(text_model(request=row, said=both[0], office=both[1]))
        text_model.objects.bulk_create(made)


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0015_desk_views_and_words")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
