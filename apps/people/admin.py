"""The administration site: plain lists for those who may open it. What needs a rule has its own page in the portal."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.people.enums import Role
from apps.people.models import Group, Post, Unit


class AdministratorOnly(admin.ModelAdmin):
    """Seen by administrators with is_staff; nothing is deleted here, and by default nothing changed."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff and request.user.has_role(Role.ADMINISTRATOR)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Unit)
class UnitAdmin(AdministratorOnly):
    list_display = ("code", "__str__", "kind", "parent", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code",)
    list_select_related = ("parent",)
    ordering = ("path",)


@admin.register(Post)
class PostAdmin(AdministratorOnly):
    list_display = ("person", "unit", "role", "title", "valid_from", "valid_to", "is_main")
    list_filter = ("role",)
    search_fields = ("person__number", "person__name")
    list_select_related = ("person", "unit")
    ordering = ("-valid_from",)


@admin.register(Group)
class GroupAdmin(AdministratorOnly):
    list_display = ("code", "__str__", "kind", "owner", "ends_on")
    list_select_related = ("owner",)
    ordering = ("code",)
