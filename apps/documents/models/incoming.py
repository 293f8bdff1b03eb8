"""What is known of a paper that came in (收文登記): a table of its own, no form."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.search import Grams
from apps.documents.enums import CLASSIFIED_TITLE, Received
from apps.documents.models.document import Document
from apps.people.models import Unit

PERSON = settings.AUTH_USER_MODEL


class Incoming(models.Model):
    """The line of the register. `sender_key` and `number_key`: sender and the sender's number as they are compared
    (folded, without spaces and brackets of either kind); of one sender a number comes in once, unless somebody said
    that it is a second copy (`copy_of`).

    `is_classified`: only that it exists and where the paper lies is kept; title and files stay out of the portal
    (triggers here, on the document and on its editions).
    """

    document = models.OneToOneField(Document, on_delete=models.RESTRICT, primary_key=True, related_name="incoming")
    sender = models.CharField(_("sender"), max_length=200)
    sender_unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    sender_number = models.CharField(_("sender's number"), max_length=80, blank=True)
    sender_key = models.CharField(max_length=200, editable=False)
    number_key = models.CharField(max_length=80, blank=True, editable=False)
    sender_date = models.DateField(_("date of the document"), null=True, blank=True)
    received = models.CharField(_("came in"), max_length=10, choices=Received, default=Received.POST)
    received_at = models.DateTimeField(_("received"), default=now)
    received_by = models.ForeignKey(PERSON, on_delete=models.RESTRICT, related_name="+")
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    annexes = models.CharField(_("annexes"), max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    place = models.CharField(_("where the paper lies"), max_length=120, blank=True)
    is_classified = models.BooleanField(_("classified"), default=False)
    copy_of = models.ForeignKey(Document, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    sent_back_reason = models.TextField(blank=True)
    answer_wanted = models.BooleanField(_("the sender wants an answer"), default=False)
    answer_until = models.DateField(_("answer wanted until"), null=True, blank=True)
    answered_by = models.ForeignKey(Document, on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    answered_on = models.DateField(null=True, blank=True)
    answered_how = models.CharField(max_length=10, choices=Received, blank=True)
    answer_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender_key", "number_key"],
                condition=~Q(number_key="") & Q(copy_of__isnull=True, sent_back_reason=""),
                name="documents_senders_number_once",
            ),
            models.CheckConstraint(condition=Q(copies__gte=1), name="documents_came_in_at_least_once"),
            models.CheckConstraint(
                condition=Q(is_classified=False) | Q(summary="", annexes="", answer_words="") & ~Q(place=""),
                name="documents_classified_is_a_place",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | ~Q(answer_words="") | Q(answered_by__isnull=False),
                name="documents_answer_says_something",
            ),
            models.CheckConstraint(
                condition=Q(copy_of__isnull=True) | ~Q(copy_of=F("document")), name="documents_copy_of_another"
            ),
        ]
        indexes = [
            models.Index(fields=["sender_key"], name="documents_sender"),
            GinIndex(Grams("sender"), name="documents_sender_grams"),
            # The end of a number is what people know of it: year and number, whoever sent it.
            models.Index(OpClass(Reverse("number_key"), name="text_pattern_ops"), name="documents_number_ends"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="classified_has_no_title",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("is_classified"),
                declare=[("said", "TEXT")],
                func=f"""
                    IF NEW.is_classified THEN
                        SELECT title INTO said FROM documents_document WHERE id = NEW.document_id;
                        IF said <> '{CLASSIFIED_TITLE}' THEN
                            RAISE EXCEPTION 'a classified document has no title here';
                        END IF;
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 (our own constant)
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.sender_number}"

    @property
    def received_on(self) -> date:
        return timezone.localtime(self.received_at).date()

    @property
    def is_answered(self) -> bool:
        return self.answered_on is not None


class KnownSender(models.Model):
    """Who papers came from before, for filling in: kept apart, so that nothing is read from the register itself."""

    key = models.CharField(max_length=200, primary_key=True)
    name = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["-count", "name"], name="documents_usual_senders")]

    def __str__(self) -> str:
        return self.name
