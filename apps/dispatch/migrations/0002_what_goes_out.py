import django.db.models.deletion
from django.db import migrations, models

NEWEST_FINAL = """
UPDATE dispatch_draft AS draft SET final_sheet_id = (
    SELECT id FROM dispatch_sheet WHERE document_id = draft.document_id AND is_final
    ORDER BY asked_at DESC, id DESC LIMIT 1
);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0001_outgoing_documents'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='final_sheet',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='dispatch.sheet'),
        ),
        migrations.RunSQL(NEWEST_FINAL, migrations.RunSQL.noop),
    ]
