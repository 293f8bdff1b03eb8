"""Every text that the database keeps: what people can write, and what nobody writes, with the reason.

`WRITTEN` says how hostile words get into it: "text", "words" (JSON that holds content by language), "leaves" (every
string in JSON), "html" (content by language, cleaned as the services do). A field that takes one of our own choices
needs no line: the database holds a code, the page shows our label.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

TEXT, WORDS, LEAVES, HTML = "text", "words", "leaves", "html"
WRITTEN = {
    "core.Calendar.name": WORDS,
    "core.CalendarDay.name": WORDS,
    "core.CalendarYear.source": TEXT,
    "core.NumberSeries.name": WORDS,
    "people.Unit.name": WORDS,
    "people.Person.name": TEXT,
    "people.Person.name_en": TEXT,
    "people.Post.title": TEXT,
    "people.Group.name": WORDS,
    "people.Deputy.reason": TEXT,
    "people.ContactPoint.value": TEXT,
    "journal.Entry.changes": LEAVES,
    "journal.Entry.note": TEXT,
    "journal.Entry.via": TEXT,
    "journal.Attachment.name": TEXT,
    "imports.Batch.file_name": TEXT,
    "imports.Batch.columns": LEAVES,
    "imports.Batch.problem": TEXT,
    "imports.Row.sheet": TEXT,
    "imports.Row.raw": LEAVES,
    "imports.Row.values": LEAVES,
    "imports.Row.mended": LEAVES,
    "imports.Row.problems": LEAVES,
    "imports.Row.before": LEAVES,
    "imports.Row.after": LEAVES,
    "questionnaires.Form.name": WORDS,
    "questionnaires.Form.draft": WORDS,
    "questionnaires.FormVersion.fields": WORDS,
    "questionnaires.AnswerSet.answers": LEAVES,
    "delivery.BrowserSubscription.user_agent": TEXT,
    "delivery.MessageText.subject": TEXT,
    "delivery.MessageText.text": TEXT,
    "delivery.Delivery.address": TEXT,
    "delivery.Delivery.last_answer": TEXT,
    "delivery.Suppression.address": TEXT,
    "delivery.Suppression.note": TEXT,
    "delivery.Evidence.detail": LEAVES,
    "delivery.GroupRobot.name": TEXT,
    "delivery.InboundMail.subject": TEXT,
    "delivery.InboundMail.sender": TEXT,
    "delivery.InboundMail.parsed": LEAVES,
    "delivery.InboundMail.note": TEXT,
    "delivery.StatusReport.note": TEXT,
    "approvals.Step.name": WORDS,
    "approvals.Step.note": TEXT,
    "tasks.Task.title": TEXT,
    "tasks.Task.words": TEXT,
    "tasks.Report.text": TEXT,
    "notices.SavedAudience.name": TEXT,
    "notices.NoticeTemplate.name": TEXT,
    "notices.TemplateVersion.title": WORDS,
    "notices.TemplateVersion.body": HTML,
    "notices.Notice.title": WORDS,
    "notices.Notice.body": HTML,
    "notices.Notice.urgent_reason": TEXT,
    "notices.Notice.refused_reason": WORDS,
    "notices.Notice.withdraw_reason": TEXT,
    "notices.MissingRow.note": TEXT,
    "notices.Edition.title": WORDS,
    "notices.Edition.body": HTML,
    "notices.Edition.note": TEXT,
    "notices.Obligation.excuse": TEXT,
    "notices.Series.name": TEXT,
    "notices.Occurrence.reason": WORDS,
    "replies.Reply.returned": LEAVES,
    "replies.Reply.return_note": TEXT,
    "replies.ReplyEvent.answers": LEAVES,
    "replies.ReplyEvent.remarks": LEAVES,
    "replies.ReplyEvent.note": TEXT,
    "replies.SignOff.withdraw_reason": TEXT,
    "assignments.Assignment.title": TEXT,
    "assignments.Assignment.words": TEXT,
    "assignments.Assignment.urgency_name": WORDS,
    "assignments.Assignment.end_note": TEXT,
    "assignments.Part.asks": TEXT,
    "assignments.Part.excuse": TEXT,
    "assignments.Report.text": TEXT,
    "assignments.Verdict.note": TEXT,
    "assignments.Call.note": TEXT,
    "assignments.DueEntry.words": TEXT,
    "assignments.Extension.reason": TEXT,
    "assignments.Extension.note": TEXT,
    "relays.Relay.asks": TEXT,
    "relays.RelayLine.report": TEXT,
    "relays.RelayLine.return_reason": TEXT,
    "relays.RelayLine.excuse": TEXT,
    "relays.Extension.reason": TEXT,
    "relays.Extension.note": TEXT,
    "relays.Copy.note": TEXT,
    "documents.UrgencyLevel.name": WORDS,
    "documents.Document.title": TEXT,
    "documents.Document.closing_words": TEXT,
    "documents.Incoming.sender": TEXT,
    "documents.Incoming.sender_number": TEXT,
    "documents.Incoming.annexes": TEXT,
    "documents.Incoming.summary": TEXT,
    "documents.Incoming.place": TEXT,
    "documents.Incoming.sent_back_reason": TEXT,
    "documents.Incoming.answer_words": TEXT,
    "documents.KnownSender.name": TEXT,
    "documents.DocumentNumber.reserved_for": TEXT,
    "documents.DocumentNumber.void_reason": TEXT,
    "documents.DocumentNumber.used_title": TEXT,
    "documents.DocumentNumber.used_to": TEXT,
    "documents.Edition.words": LEAVES,
    "documents.Edition.files": LEAVES,
    "documents.Edition.reason": TEXT,
    "documents.Opinion.words": TEXT,
    "documents.Proposal.asks": TEXT,
    "documents.Circulation.words": TEXT,
    "documents.Reader.excuse": TEXT,
    "documents.FileText.text": TEXT,
    "documents.DocumentText.words": TEXT,
    "documents.LedgerCheck.faults": LEAVES,
    "dispatch.Draft.contact": TEXT,
    "dispatch.Draft.printed_by": TEXT,
    "dispatch.Sent.receiver": TEXT,
    "dispatch.Sent.note": TEXT,
    "seals.Seal.name": WORDS,
    "seals.Seal.kept_at": TEXT,
    "seals.Seal.note": TEXT,
    "seals.Keeping.note": TEXT,
    "seals.Handover.note": TEXT,
    "seals.SealUse.title": TEXT,
    "seals.SealUse.paper_name": TEXT,
    "seals.SealUse.explanation": TEXT,
    "seals.SealUse.no_photo_reason": TEXT,
    "seals.Impression.note": TEXT,
    "seals.Outing.place": TEXT,
    "seals.Outing.return_note": TEXT,
    "knowledge.Article.title": WORDS,
    "knowledge.ArticleVersion.title": WORDS,
    "knowledge.ArticleVersion.body": HTML,
    "knowledge.ArticleVersion.keywords": TEXT,
    "knowledge.Feedback.word": TEXT,
    "servicedesk.Area.name": WORDS,
    "servicedesk.Service.name": WORDS,
    "servicedesk.Service.description": WORDS,
    "servicedesk.Service.keywords": TEXT,
    "servicedesk.Service.fee_note": WORDS,
    "servicedesk.Service.delay_note": WORDS,
    "servicedesk.Service.documents": WORDS,
    "servicedesk.Service.product_note": WORDS,
    "servicedesk.CannedReply.name": TEXT,
    "servicedesk.CannedReply.body": WORDS,
    "servicedesk.Request.title": TEXT,
    "servicedesk.Request.plan": WORDS,
    "servicedesk.Request.rating_note": TEXT,
    "servicedesk.Consent.note": TEXT,
    "servicedesk.Consent.objection": TEXT,
    "servicedesk.Consent.settlement": TEXT,
    "servicedesk.MissedSearch.words": TEXT,
    "servicedesk.ImportedRequest.old_number": TEXT,
    "servicedesk.ImportedRequest.old_state": TEXT,
    "servicedesk.ImportedRequest.details": TEXT,
    "servicedesk.ClockEntry.reason": TEXT,
    "servicedesk.RequestMessage.body": TEXT,
    "servicedesk.Return.note": TEXT,
    "servicedesk.Return.answers_before": LEAVES,
    "servicedesk.MailIn.sender": TEXT,
    "servicedesk.MailIn.subject": TEXT,
    "servicedesk.MailIn.text": TEXT,
    "servicedesk.MailIn.notes": LEAVES,
    "servicedesk.MailIn.settle_note": TEXT,
    "servicedesk.PaperTemplate.name": WORDS,
    "servicedesk.PaperTemplate.draft": WORDS,
    "servicedesk.PaperVersion.content": WORDS,
    "servicedesk.PaperBatch.answers": LEAVES,
    "servicedesk.PaperBatch.source": TEXT,
    "servicedesk.Certificate.printed": LEAVES,
    "servicedesk.Certificate.extra": LEAVES,
    "servicedesk.Certificate.revoke_reason": TEXT,
    "servicedesk.PaperBatchRow.given": TEXT,
    "servicedesk.PaperBatchRow.reason": TEXT,
    "servicedesk.PaperBatchRow.printed": LEAVES,
    "servicedesk.ServiceStep.name": WORDS,
    "servicedesk.RecurrenceDate.reason": TEXT,
    "servicedesk.LegalHold.reason": TEXT,
    "servicedesk.TaskTemplate.title": TEXT,
    "servicedesk.TaskTemplate.words": TEXT,
    "servicedesk.RequestText.said": TEXT,
    "servicedesk.RequestText.office": TEXT,
    "servicedesk.TimeSpent.word": TEXT,
    "servicedesk.SavedView.name": TEXT,
    "servicedesk.ThirdPartyWait.party": TEXT,
    "servicedesk.ThirdPartyWait.note": TEXT,
    "interfaces.Integration.name": TEXT,
    "interfaces.Integration.purpose": TEXT,
    "interfaces.Subscription.url": TEXT,
    "interfaces.Try.words": TEXT,
    "interfaces.PersonalExport.reason": TEXT,
}
CODE = "a code whose letters the form and the column allow, or that our own code writes"
NUMBER = "drawn from a series of numbers"
OURS = "written by our own code"
HASH = "a digest"
SEALED = "encrypted"
SETTINGS = "keys, numbers and choices that the form has checked"
NOWHERE = "shown on no page, in no mail and in no sheet"
NOBODY_WRITES = {
    CODE: "core.NumberSeries.code core.NumberSeries.pattern core.Calendar.code core.Calendar.time_zone "
    "core.Heartbeat.name people.Unit.code people.Unit.path people.Person.number people.Person.email people.Group.code "
    "journal.Entry.verb journal.Attachment.role journal.ListExport.listing imports.Batch.target "
    "imports.Batch.encoding documents.UrgencyLevel.profile documents.UrgencyLevel.code documents.Opinion.decision "
    "documents.FileText.how questionnaires.Form.code tasks.Task.made_from seals.Seal.code servicedesk.Area.code "
    "servicedesk.Area.icon servicedesk.Service.code servicedesk.Service.icon servicedesk.Service.calendar_code "
    "servicedesk.Service.number_series servicedesk.PaperTemplate.code notices.EvidenceCursor.name "
    "notices.Completeness.name interfaces.Feed.name delivery.Message.source interfaces.Call.source "
    "delivery.ReplyRoute.source notices.Obligation.reason seals.SealUse.reference people.ContactPoint.dead_cause",
    NUMBER: "documents.Document.number core.IssuedNumber.text notices.Notice.number notices.Obligation.receipt_number "
    "replies.ReplyEvent.receipt_number relays.RelayLine.receipt_number servicedesk.Request.number "
    "servicedesk.Certificate.number",
    OURS: "journal.Blob.found journal.Blob.scanned_with servicedesk.Request.office_marks "
    "journal.ListExport.language journal.ListExport.reason "
    "journal.FormReceipt.result_url "
    "notices.FileReport.language notices.FileReport.reason delivery.Message.target_url delivery.MessageText.language "
    "delivery.MessageText.file_name "
    "delivery.MessageText.html delivery.Delivery.held_reason delivery.Evidence.source_event delivery.PaceBucket.key "
    "journal.Redaction.reason servicedesk.PaperBatch.language servicedesk.Certificate.language "
    "dispatch.Sheet.fault interfaces.PersonalExport.failure interfaces.PersonalExport.language "
    "interfaces.Token.hint journal.Blob.content_type delivery.BrowserSubscription.server_key "
    "delivery.InboundMail.reply_name",
    HASH: "people.Person.password people.ContactProof.token_hash people.Invitation.token_hash journal.Blob.sha256 "
    "delivery.BrowserSubscription.endpoint_digest delivery.MessageText.digest delivery.Delivery.content_digest "
    "delivery.ReplyRoute.nonce notices.Notice.approval_digest notices.Edition.digest replies.ReplyEvent.digest "
    "replies.SignOff.digest dispatch.Sheet.key documents.Edition.digest documents.Edition.previous "
    "seals.SealUse.paper_sha256 servicedesk.StatusLink.token_hash "
    "servicedesk.MailIn.fingerprint servicedesk.Certificate.token_hash "
    "servicedesk.Certificate.xml_sha256 interfaces.Token.token_hash "
    "interfaces.KeptAnswer.fingerprint interfaces.KeptAnswer.etag",
    SEALED: "delivery.BrowserSubscription.sealed_endpoint delivery.BrowserSubscription.sealed_keys "
    "delivery.GroupRobot.sealed_token delivery.GroupRobot.sealed_secret interfaces.Subscription.sealed_secret "
    "interfaces.Subscription.sealed_old",
    SETTINGS: "core.CalendarVersion.weekly core.CalendarDay.intervals imports.Batch.mapping imports.Batch.options "
    "imports.Batch.counts notices.SavedAudience.rule notices.TemplateVersion.reminder_days "
    "notices.TemplateVersion.ladder notices.TemplateVersion.robots notices.TemplateVersion.audience "
    "notices.Notice.audience notices.Notice.reminder_days notices.Notice.ladder notices.Notice.robots "
    "notices.Round.ways replies.SignOff.figures relays.RelayLine.figures "
    "servicedesk.Service.roles servicedesk.Service.seen_by_roles servicedesk.Service.title_fields "
    "servicedesk.DuplicateRule.thing_keys servicedesk.Return.fields servicedesk.ServiceStep.condition "
    "servicedesk.RetentionRun.counts servicedesk.SavedView.query interfaces.Token.scopes interfaces.Token.networks "
    "interfaces.Subscription.events interfaces.Subscription.services",
    NOWHERE: "dispatch.Sheet.data documents.Incoming.sender_key documents.Incoming.number_key "
    "documents.KnownSender.key "
    "core.IssuedNumber.void_reason knowledge.Article.search_text servicedesk.ImportedRequest.folded "
    "servicedesk.MailIn.own_id delivery.Message.answers_mail delivery.Delivery.remote_id journal.ListExport.query "
    "delivery.BrowserSubscription.host interfaces.KeptAnswer.key interfaces.KeptAnswer.body interfaces.Call.body",
}
LEFT_OUT = {label: reason for reason, labels in NOBODY_WRITES.items() for label in labels.split()}


def texts() -> Iterator[tuple[str, models.Field]]:
    """Every field of ours that can hold words, but those that take one of our choices."""
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices:
                    yield f"{model._meta.label}.{field.name}", field
