import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0021_certificates_get_their_template")]
    operations = [
        migrations.AlterField(
            model_name="certificate",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="certificates", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="certificate",
            name="template_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="certificates",
                to="servicedesk.paperversion",
            ),
        ),
    ]
