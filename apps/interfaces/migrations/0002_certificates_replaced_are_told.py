from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interfaces', '0001_integrations_webhooks_and_copies'),
    ]

    operations = [
        migrations.AlterField(
            model_name='call',
            name='kind',
            field=models.CharField(choices=[('request.submitted', 'a request is filed'), ('request.moved', 'a request changes its state'), ('request.message', 'a message is written (not its words)'), ('request.closed', 'a request is done, refused or withdrawn'), ('request.rated', 'a request is rated'), ('certificate.issued', 'a certificate is issued'), ('certificate.replaced', 'a certificate is replaced by a new one'), ('certificate.revoked', 'a certificate is revoked'), ('trial', 'a trial')], max_length=30),
        ),
    ]
