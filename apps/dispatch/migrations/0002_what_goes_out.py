from importlib import import_module

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


NEWEST_FINAL = """
UPDATE dispatch_draft AS draft SET final_sheet_id = (
    SELECT id FROM dispatch_sheet WHERE document_id = draft.document_id AND is_final
    ORDER BY asked_at DESC, id DESC LIMIT 1
);
"""
# Stands on tables of apps.documents, as the trigger of 0001 that it replaces. The text of an outgoing paper is written
# while it is a draft or came back, at no other time. It is numbered when this very text is signed and was checked once
# more; it goes out as it was set at its last numbering, with at least one impression of a seal on those bytes.
ONLY_AS_SIGNED = """
CREATE OR REPLACE FUNCTION dispatch_only_as_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest bigint;
    printed text;
    unsealed_by bigint;
BEGIN
    SELECT id INTO newest FROM documents_edition WHERE document_id = NEW.id ORDER BY number DESC LIMIT 1;
    IF newest IS NULL OR NOT EXISTS (
        SELECT 1 FROM documents_opinion WHERE edition_id = newest AND kind = 'sign' AND decision = 'approved'
    ) THEN
        RAISE EXCEPTION 'dispatch: this text is not signed';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM documents_opinion WHERE edition_id = newest AND kind = 'final_check' AND decision = 'approved'
    ) THEN
        RAISE EXCEPTION 'dispatch: the final check of this text is not done';
    END IF;
    IF NEW.dated_on IS NULL THEN
        RAISE EXCEPTION 'dispatch: a numbered paper bears the day of its signature';
    END IF;
    IF NEW.state <> 'sent' THEN
        RETURN NEW;
    END IF;
    SELECT bytes.sha256, draft.no_seal_by_id INTO printed, unsealed_by FROM dispatch_draft AS draft
    JOIN dispatch_sheet AS sheet ON sheet.id = draft.final_sheet_id AND sheet.document_id = NEW.id
        AND sheet.is_final AND sheet.edition_id = newest
    JOIN journal_blob AS bytes ON bytes.id = sheet.blob_id
    WHERE draft.document_id = NEW.id;
    IF printed IS NULL THEN
        RAISE EXCEPTION 'dispatch: this paper is not typeset as it was signed';
    END IF;
    IF unsealed_by IS NULL AND NOT EXISTS (
        SELECT 1 FROM seals_sealuse AS line
        JOIN django_content_type AS kind ON kind.id = line.subject_type_id
        WHERE kind.app_label = 'documents' AND kind.model = 'document' AND line.subject_id = NEW.id
            AND line.state = 'closed' AND line.made >= 1 AND line.paper_sha256 = printed
    ) THEN
        RAISE EXCEPTION 'dispatch: this paper is not sealed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dispatch_begins_as_draft BEFORE INSERT ON documents_document FOR EACH ROW
WHEN (NEW.direction = 'outgoing' AND NEW.state IN ('numbered', 'sent'))
EXECUTE FUNCTION dispatch_only_as_signed();
CREATE FUNCTION dispatch_text_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM documents_document
        WHERE id = NEW.document_id AND direction = 'outgoing' AND state NOT IN ('draft', 'returned')
    ) THEN
        RAISE EXCEPTION 'dispatch: the text stands still from the first signature on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dispatch_text_stands BEFORE INSERT ON documents_edition FOR EACH ROW
EXECUTE FUNCTION dispatch_text_stands();
"""
AS_BEFORE = (
    """
DROP TRIGGER dispatch_text_stands ON documents_edition;
DROP FUNCTION dispatch_text_stands();
DROP TRIGGER dispatch_begins_as_draft ON documents_document;
DROP TRIGGER dispatch_only_as_signed ON documents_document;
DROP FUNCTION dispatch_only_as_signed();
"""
    + import_module("apps.dispatch.migrations.0001_outgoing_documents").ONLY_AS_SIGNED
)


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0001_outgoing_documents'),
        ('documents', '0003_finding'),
        ('seals', '0001_seal_register_and_ledger'),
        ('journal', '0006_by_which_program'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='final_sheet',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='dispatch.sheet'),
        ),
        migrations.AddField(
            model_name='sent',
            name='corrects',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='corrected_by', to='dispatch.sent'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='fault',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sent',
            trigger=pgtrigger.compiler.Trigger(name='counter_entry', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF NEW.corrects_id IS NOT NULL AND NOT EXISTS (\n    SELECT 1 FROM dispatch_sent AS earlier WHERE earlier.id = NEW.corrects_id AND earlier.corrects_id IS NULL\n        AND earlier.document_id = NEW.document_id\n) THEN\n    RAISE EXCEPTION 'dispatch: a counter-entry takes back one line of the same paper';\nEND IF;\nRETURN NEW;\n", hash='b4438557d4fe810e2a9d5d255e1bc9540bdbf8f7', operation='INSERT', pgid='pgtrigger_counter_entry_c69fd', table='dispatch_sent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='sent',
            constraint=models.CheckConstraint(condition=models.Q(('corrects__isnull', True), models.Q(('note', ''), _negated=True), _connector='OR'), name='dispatch_counter_entry_says_why'),
        ),
        migrations.RunSQL(ONLY_AS_SIGNED, AS_BEFORE),
        migrations.RunSQL(NEWEST_FINAL, migrations.RunSQL.noop),
    ]
