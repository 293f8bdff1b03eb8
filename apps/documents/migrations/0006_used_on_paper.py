
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_grams_in_one_pass'),
        ('documents', '0005_redaction_and_tries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='documentnumber',
            name='uses',
        ),
        migrations.AddField(
            model_name='documentnumber',
            name='used_on',
            field=models.DateField(null=True, verbose_name='sent on'),
        ),
        migrations.AddField(
            model_name='documentnumber',
            name='used_title',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='title'),
        ),
        migrations.AddField(
            model_name='documentnumber',
            name='used_to',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='receiver'),
        ),
        migrations.AlterField(
            model_name='documentnumber',
            name='use',
            field=models.CharField(choices=[('reserved', 'reserved'), ('issued', 'issued'), ('used', 'used on paper'), ('void', 'void')], default='issued', max_length=10),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentnumber',
            trigger=pgtrigger.compiler.Trigger(name='uses', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."use", \':\', NEW."use") = ANY(\'{reserved:issued,reserved:used,reserved:void,used:void,issued:void}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."use" IS DISTINCT FROM NEW."use") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "use" from "%" to "%" on table %\', OLD."use", NEW."use", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='becfabbcb5ac94139945ab79090b12d38b63cda8', operation='UPDATE', pgid='pgtrigger_uses_8f01c', table='documents_documentnumber', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentnumber',
            trigger=pgtrigger.compiler.Trigger(name='used_paper_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."used_on" IS NOT NULL AND (OLD."used_on" IS DISTINCT FROM (NEW."used_on") OR OLD."used_title" IS DISTINCT FROM (NEW."used_title") OR OLD."used_to" IS DISTINCT FROM (NEW."used_to")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8211d52ea8e2ec1e61e6fb519f4f2fd6d6cea2ad', operation='UPDATE', pgid='pgtrigger_used_paper_stays_b93e9', table='documents_documentnumber', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='documentnumber',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('use', 'used'), _negated=True), models.Q(('document__isnull', True), ('used_on__isnull', False), models.Q(('used_title', ''), _negated=True), models.Q(('used_to', ''), _negated=True)), _connector='OR'), name='documents_used_has_paper'),
        ),
    ]
