"""The ledger (用印登記): what a seal was allowed for, each impression made of it, and when it left the house."""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import Step
from apps.core.clock import now
from apps.core.search import Grams
from apps.journal.models import Attachment, Blob
from apps.people.models import Person
from apps.seals.enums import FINISHED, USE_COLOURS, UseState
from apps.seals.managers import OutingQuerySet, SealUseQuerySet, kept_by
from apps.seals.models.register import Seal

# Whoever asked for it never presses the seal; whoever approved it only with a second person beside them. A
# counter-entry takes back exactly one entry.
GUARD = """
SELECT * INTO line FROM seals_sealuse WHERE id = NEW.use_id FOR UPDATE;
IF line.state <> 'open' THEN
    RAISE EXCEPTION 'seals: this line of the ledger is closed';
END IF;
IF NEW.by_id = ANY(line.barred) THEN
    RAISE EXCEPTION 'seals: nobody seals what they asked for';
END IF;
IF NEW.by_id = line.approved_by_id AND NEW.witness_id IS NULL THEN
    RAISE EXCEPTION 'seals: who approved does not seal alone';
END IF;
IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM seals_impression AS earlier WHERE earlier.id = NEW.corrects_id AND earlier.use_id = NEW.use_id
        AND earlier.corrects_id IS NULL AND earlier.made = -NEW.made AND earlier.spoiled = -NEW.spoiled
) THEN
    RAISE EXCEPTION 'seals: a counter-entry takes back one whole entry of the same line';
END IF;
RETURN NEW;
"""
ADD_UP = """
UPDATE seals_sealuse SET made = made + NEW.made, spoiled = spoiled + NEW.spoiled WHERE id = NEW.use_id;
RETURN NEW;
"""
ONLY_BY_ENTRIES = """
IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'seals: impressions are counted by their entries alone';
END IF;
RETURN NEW;
"""
FIXED = [
    "seal",
    "subject_type",
    "subject_id",
    "reference",
    "requested_by",
    "barred",
    "step",
    "approved_by",
    "paper",
    "paper_sha256",
    "pages",
    "allowed",
    "moved_over",
]


class SealUse(models.Model):
    """One line: a paper that may be sealed `allowed` times. `made` and `spoiled` are sums of its impressions.

    `moved_over`: a line of the time before this ledger, which lacks what is asked for now.
    """

    seal = models.ForeignKey(Seal, on_delete=models.RESTRICT, related_name="uses")
    subject_type = models.ForeignKey(ContentType, on_delete=models.RESTRICT)
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    barred = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    step = models.ForeignKey(Step, on_delete=models.RESTRICT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    paper = models.ForeignKey(Blob, on_delete=models.RESTRICT, null=True, related_name="sealed_papers")
    paper_name = models.CharField(max_length=150, blank=True)
    paper_sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(_("pages"), null=True)
    allowed = models.PositiveSmallIntegerField(_("impressions allowed"))
    made = models.PositiveSmallIntegerField(_("impressions made"), default=0)
    spoiled = models.PositiveSmallIntegerField(_("spoiled"), default=0)
    state = models.CharField(max_length=10, choices=UseState, default=UseState.OPEN)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    photo = models.ForeignKey(Attachment, on_delete=models.RESTRICT, null=True, related_name="+")
    no_photo_reason = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    moved_over = models.BooleanField(default=False)

    objects = SealUseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(made__lte=F("allowed"), allowed__gte=1), name="seals_not_over"),
            models.CheckConstraint(condition=Q(paper_sha256__regex=r"^[0-9a-f]{64}$"), name="seals_paper_has_hash"),
            models.CheckConstraint(
                condition=Q(moved_over=True) | Q(paper__isnull=False, step__isnull=False, approved_by__isnull=False),
                name="seals_paper_and_approval",
            ),
            models.CheckConstraint(
                condition=~Q(state=UseState.CLOSED) | Q(made=F("allowed"), spoiled=0) | ~Q(explanation=""),
                name="seals_difference_explained",
            ),
            models.CheckConstraint(
                condition=~Q(state=UseState.CLOSED) | Q(photo__isnull=False) | ~Q(no_photo_reason=""),
                name="seals_photo_or_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=UseState.CANCELLED) | Q(made=0, spoiled=0) & ~Q(explanation=""),
                name="seals_called_off_unused",
            ),
            models.CheckConstraint(
                condition=Q(state=UseState.OPEN) | Q(finished_at__isnull=False), name="seals_finished_has_moment"
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "seal"],
                condition=Q(state=UseState.OPEN),
                name="seals_one_open_line",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="seals_use_subject"),
            models.Index(fields=["seal", "asked_at"], name="seals_use_open", condition=Q(state=UseState.OPEN)),
            models.Index(fields=["-asked_at", "-id"], name="seals_use_newest"),
            models.Index(fields=["seal", "-asked_at", "-id"], name="seals_use_of_seal"),
            models.Index(fields=["requested_by"], name="seals_use_requester"),
            GinIndex(Grams("title"), name="seals_use_title_grams"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="finished_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state__in=list(FINISHED))
            ),
            pgtrigger.ReadOnly(name="approved_stays", fields=FIXED),
            pgtrigger.Trigger(
                name="counted_by_entries",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__made__df=pgtrigger.F("new__made"))
                | pgtrigger.Q(old__spoiled__df=pgtrigger.F("new__spoiled")),
                func=ONLY_BY_ENTRIES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.made}/{self.allowed}"

    def get_absolute_url(self) -> str:
        return reverse("seals:use", args=[self.pk])

    @property
    def colour(self) -> str:
        return USE_COLOURS[UseState(self.state)]

    @property
    def is_open(self) -> bool:
        return self.state == UseState.OPEN

    def hides_file(self, _file: Attachment, user: Person) -> bool:
        return self.hides_papers(user)

    def hides_papers(self, user: Person) -> bool:
        """The ledger is the office's, the papers in it are not all: who may not read the thing itself sees them only
        when the seal is in their hands, or when they asked for it.
        """
        manager = getattr(self.subject_type.model_class(), "_default_manager", None)
        if user.pk in self.barred or not hasattr(manager, "visible_to"):
            return False
        if manager.visible_to(user).filter(pk=self.subject_id).exists():
            return False
        return not SealUse.objects.filter(kept_by(user, now()), pk=self.pk).exists()

    @property
    def is_pressed(self) -> bool:
        return self.state == UseState.CLOSED and self.made >= 1

    @property
    def left(self) -> int:
        """Allowed minus made."""
        return self.allowed - self.made

    @property
    def needs_explanation(self) -> bool:
        return bool(self.left or self.spoiled)


class Impression(models.Model):
    """One entry of the ledger, append-only: impressions made and spoiled, or an earlier entry taken back."""

    use = models.ForeignKey(SealUse, on_delete=models.RESTRICT, related_name="impressions")
    made = models.SmallIntegerField(_("impressions made"), default=0)
    spoiled = models.SmallIntegerField(_("spoiled"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    corrects = models.OneToOneField("self", on_delete=models.RESTRICT, null=True, related_name="corrected_by")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, made__gte=0, spoiled__gte=0) & (Q(made__gt=0) | Q(spoiled__gt=0))
                | Q(corrects__isnull=False, made__lte=0, spoiled__lte=0) & ~Q(note=""),
                name="seals_entry_or_counter_entry",
            ),
            models.CheckConstraint(condition=Q(spoiled=0) | ~Q(note=""), name="seals_spoiled_has_reason"),
            models.CheckConstraint(
                condition=Q(witness__isnull=True) | ~Q(witness=F("by")), name="seals_witness_is_another"
            ),
        ]
        indexes = [models.Index(fields=["use", "at"], name="seals_impression_use")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="guard",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("line", "seals_sealuse%ROWTYPE")],
                func=GUARD,
            ),
            pgtrigger.Trigger(name="add_up", when=pgtrigger.After, operation=pgtrigger.Insert, func=ADD_UP),
        ]

    def __str__(self) -> str:
        return f"{self.use_id}: {self.made:+d} {self.spoiled:+d}"


class Outing(models.Model):
    """A seal leaves the house for an approved paper (外借用印), with two people, until a moment."""

    seal = models.ForeignKey(Seal, on_delete=models.RESTRICT, related_name="outings")
    use = models.ForeignKey(SealUse, on_delete=models.RESTRICT, related_name="outings")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    companion = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    place = models.CharField(_("where to"), max_length=120)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    from_at = models.DateTimeField(_("taken out at"))
    due_at = models.DateTimeField(_("back by"))
    returned_at = models.DateTimeField(null=True)
    returned_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    return_note = models.CharField(max_length=200, blank=True)
    reminded_on = models.DateField(null=True)

    objects = OutingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(taker=F("companion")), name="seals_outing_with_company"),
            models.CheckConstraint(condition=Q(due_at__gt=F("from_at")), name="seals_outing_comes_back"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(returned_to__isnull=False, returned_at__gte=F("from_at")),
                name="seals_returned_to_somebody",
            ),
            models.UniqueConstraint(
                fields=["seal"], condition=Q(returned_at__isnull=True), name="seals_out_once_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="seals_outing_due", condition=Q(returned_at__isnull=True))]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="returned_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__returned_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seal_id} out with {self.taker_id}"

    def is_late(self, at: datetime) -> bool:
        """Was it, or is it, back later than said?"""
        return (self.returned_at or at) > self.due_at
