from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0002_who_asked_and_when_it_moved'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='forgotten_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='row',
            index=models.Index(condition=models.Q(('object_id__isnull', False)), fields=['object_id'], name='imports_row_of'),
        ),
    ]
