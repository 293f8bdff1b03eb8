"""The administration site: tasks, to be read only."""

from django.contrib import admin

from apps.people.admin import AdministratorOnly
from apps.tasks.models import Task


@admin.register(Task)
class TaskAdmin(AdministratorOnly):
    list_display = ("title", "subject_type", "subject_id", "owner", "given_by", "state", "due_on")
    list_filter = ("state",)
    list_select_related = ("subject_type", "owner", "given_by")
    ordering = ("-given_at",)
