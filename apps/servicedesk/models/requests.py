"""Requests."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.clock import now
from apps.core.models import CalendarVersion
from apps.core.search import Grams
from apps.journal.models import Attachment
from apps.people.models import Person, Unit
from apps.questionnaires.definitions import files_of, read_fields
from apps.questionnaires.models import AnswerSet
from apps.servicedesk.enums import (
    CATEGORY,
    COLOURS,
    OPEN_STATES,
    PRIORITY_COLOURS,
    RUNNING_STATES,
    Priority,
    Product,
    RequestState,
)
from apps.servicedesk.managers import RequestQuerySet
from apps.servicedesk.models.catalogue import Service
from apps.servicedesk.models.targets import TargetPolicy

OFFICE_FILE = "office"  # the role of a file in the office's own part of the form
NO_DUE = datetime(9999, 1, 1, tzinfo=UTC)  # where a request without a due time (paused) stands in a list ordered by it


class Request(models.Model):
    """One thing somebody asked for.

    `due_at`, `used_minutes`, `within_target` and their like of the first answer are a projection of the clock ledger
    and can be rebuilt. Minutes are working minutes of the frozen calendar version; `target_minutes` and
    `first_target_minutes` are those of the filing, what a new priority made of them stands in the ledger.
    `escalate_at`: when rules are looked at next. `removed_at`: since when no person is named (services.retention).
    `plan` is the approval plan, `product` what its service gives, as they stood when it was filed; `office_marks` when
    which of the office's own answers was given and changed (sign_off.OfficeMark).
    """

    number = models.CharField(_("number"), max_length=40, unique=True, null=True)  # noqa: DJ001 (drafts have none)
    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="requests")
    answer_set = models.OneToOneField(AnswerSet, on_delete=models.RESTRICT, related_name="+")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="requests")
    requester_unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, null=True, related_name="+")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.RESTRICT, related_name="+")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="handled_requests"
    )
    title = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=RequestState, default=RequestState.DRAFT)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.RESTRICT, null=True, related_name="+")
    policy = models.ForeignKey(TargetPolicy, on_delete=models.RESTRICT, null=True, related_name="+")
    target_minutes = models.PositiveIntegerField(null=True)
    first_target_minutes = models.PositiveIntegerField(null=True)
    plan = models.JSONField(default=list, db_default=[])
    product = models.CharField(max_length=20, choices=Product, blank=True, default="", db_default="")
    office_marks = models.JSONField(default=dict, db_default={})
    due_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True)
    first_within_target = models.BooleanField(null=True)
    escalate_at = models.DateTimeField(null=True)
    pause_limit_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    submitted_at = models.DateTimeField(null=True)
    first_response_at = models.DateTimeField(null=True)
    first_response_minutes = models.PositiveIntegerField(null=True)
    last_event_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)
    used_minutes = models.PositiveIntegerField(null=True)
    within_target = models.BooleanField(null=True)
    return_count = models.PositiveSmallIntegerField(default=0)
    urged_at = models.DateTimeField(null=True)
    urged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, null=True, related_name="+")
    reopen_count = models.PositiveSmallIntegerField(default=0)  # from the ledger
    rating = models.PositiveSmallIntegerField(null=True)
    rating_note = models.CharField(max_length=500, blank=True)
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RequestState.DRAFT)
                | Q(number__isnull=False, submitted_at__isnull=False, calendar_version__isnull=False),
                name="servicedesk_submitted_has_number",
            ),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="servicedesk_priority_is_one"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="servicedesk_rating_1_to_5"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="servicedesk_open_due", condition=Q(state__in=OPEN_STATES)),
            models.Index(
                fields=["handler", "due_at"],
                name="servicedesk_open_handler",
                condition=Q(state__in=OPEN_STATES),
                include=["state"],  # who has how much is counted in the index alone
            ),
            models.Index(
                "handler",
                Coalesce("due_at", Value(NO_DUE)),
                "id",
                name="servicedesk_open_mine",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                Coalesce("due_at", Value(NO_DUE)),
                "id",
                name="servicedesk_open_by_due",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["last_event_at", "id"], name="servicedesk_open_idle", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                fields=["submitted_at", "id"],
                name="servicedesk_open_nobody",
                condition=Q(state__in=RUNNING_STATES, handler__isnull=True),
            ),
            models.Index(
                Coalesce("due_at", Value(NO_DUE)),
                "id",
                name="servicedesk_nobody_by_due",
                condition=Q(state__in=RUNNING_STATES, handler__isnull=True),
            ),
            models.Index(
                fields=["submitted_at", "id"],
                name="servicedesk_open_urgent",
                condition=Q(state__in=OPEN_STATES, priority=Priority.URGENT),
            ),
            models.Index(fields=["requester", "-created_at"], name="servicedesk_of_requester"),
            models.Index(
                fields=["-submitted_at", "-id"],
                name="servicedesk_newest",
                condition=Q(submitted_at__isnull=False),
                include=["state", "service"],  # reports count in the index alone
            ),
            models.Index(
                fields=["closed_at"],
                name="servicedesk_closed",
                condition=Q(closed_at__isnull=False),
                include=["state", "service"],
            ),
            models.Index(fields=["escalate_at"], name="servicedesk_look_at", condition=Q(escalate_at__isnull=False)),
            models.Index(
                fields=["pause_limit_at"], name="servicedesk_long_pause", condition=Q(pause_limit_at__isnull=False)
            ),
            models.Index(
                fields=["service", "closed_at"],
                name="servicedesk_names_people",
                condition=Q(closed_at__isnull=False, removed_at__isnull=True),
            ),
            GinIndex(Grams("title"), name="servicedesk_title_grams"),
        ]

    def __str__(self) -> str:
        return f"{self.number or '—'} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("servicedesk:detail", args=[self.pk])

    def office_files(self) -> list[str]:
        """The keys of the files in the office's own part (two queries where the answers are not read yet)."""
        theirs = [each for each in read_fields(self.answer_set.form_version) if each.office_only]
        return files_of(theirs, self.answer_set.answers)

    def hides_file(self, file: Attachment, user: Person) -> bool:
        """The office's own part is for the office, and who put it there."""
        if user.is_office or file.uploaded_by_id == user.pk:
            return False
        return file.role == OFFICE_FILE or str(file.key) in self.office_files()

    @property
    def category(self) -> str:
        return CATEGORY[RequestState(self.state)]

    @property
    def colour(self) -> str:
        return COLOURS[RequestState(self.state)]

    @property
    def priority_colour(self) -> str:
        """The colour of its badge; a normal one has none."""
        return PRIORITY_COLOURS.get(Priority(self.priority), "")

    @property
    def gives(self) -> str:
        """What the requester gets: as promised at the filing, whatever the service gives since."""
        return self.product or self.service.product

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING_STATES

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES
