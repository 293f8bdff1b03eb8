"""The administration site: areas can be edited here, ledgers only read. Services have their own page in the portal."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.people.admin import AdministratorOnly
from apps.servicedesk.models import Area, Certificate, ClockEntry


@admin.register(Area)
class AreaAdmin(AdministratorOnly):
    list_display = ("code", "__str__", "icon", "order")
    ordering = ("order",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


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
