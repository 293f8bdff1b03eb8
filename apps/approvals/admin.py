"""The administration site: sign-off steps, to be read only."""

from django.contrib import admin

from apps.approvals.models import Step
from apps.people.admin import AdministratorOnly


@admin.register(Step)
class StepAdmin(AdministratorOnly):
    list_display = ("subject_type", "subject_id", "round", "role", "approver", "state", "asked_at", "decided_by")
    list_filter = ("state", "role")
    list_select_related = ("subject_type", "approver", "decided_by")
    ordering = ("-created_at",)
