from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('servicedesk', '0028_answers_from_our_mail_openings_let_go_and_every'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consent',
            name='asked_by',
            field=models.CharField(choices=[('counter', 'at the counter'), ('phone', 'by phone'), ('mail', 'by mail'), ('paper', 'on paper'), ('request', 'in another request'), ('program', 'by another program')], max_length=10, verbose_name='how the person asked'),
        ),
    ]
