"""What a service said by its approving role becomes a plan of one step; requests that are not over take a copy."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

NAME = {"zh-hant": "審批", "zh-hans": "审批", "en": "Approval"}  # as the steps asked so far are called
REOPEN = timedelta(days=60)  # a finished request can be opened again for ten working days


def to_plans(apps, schema_editor):
    Service, Step, Request = (apps.get_model("servicedesk", name) for name in ("Service", "ServiceStep", "Request"))
    for service in Service.objects.exclude(approval_role=""):
        Step.objects.create(service=service, name=NAME, who="role", role=service.approval_role, asked="on_word")
        row = {"order": 1, "name": NAME, "who": "role", "role": service.approval_role, "unit": None, "person": None}
        plan = [row | {"any_of": False, "asked": "on_word", "condition": {}}]
        rows = Request.objects.filter(service=service).exclude(state="draft")
        rows.filter(last_event_at__gt=timezone.now() - REOPEN).update(plan=plan)
        rows.filter(closed_at__isnull=True).update(plan=plan)


def to_roles(apps, schema_editor):
    """The first role of a plan is kept; the rest of it cannot be said by a role."""
    steps = apps.get_model("servicedesk", "ServiceStep").objects
    for step in steps.filter(who="role").order_by("-order"):
        step.service.approval_role = step.role
        step.service.save(update_fields=["approval_role"])
    steps.all().delete()


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0011_catalogue_and_plans")]
    operations = [migrations.RunPython(to_plans, to_roles)]
