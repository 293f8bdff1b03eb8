"""The administration site: areas and ledgers, to be read only. The catalogue has its own pages in the portal."""

from django.contrib import admin

from apps.people.admin import AdministratorOnly
from apps.servicedesk.models import Area, Certificate, ClockEntry


@admin.register(Area)
class AreaAdmin(AdministratorOnly):
    list_display = ("code", "__str__", "icon", "order")
    ordering = ("order",)


@admin.register(Certificate)
class CertificateAdmin(AdministratorOnly):
    list_display = ("number", "person", "language", "issued_at", "expires_at", "revoked_at")
    search_fields = ("number",)
    exclude = ("token_hash",)
    ordering = ("-issued_at",)


@admin.register(ClockEntry)
class ClockEntryAdmin(AdministratorOnly):
    list_display = ("request", "kind", "at", "new_due_at", "reason")
    list_select_related = ("request",)
    search_fields = ("request__number",)
    ordering = ("-at",)
