"""The words for people, units and what they do."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitKind(models.TextChoices):
    COLLEGE = "college", _("college")
    DEPARTMENT = "department", _("department")
    OFFICE = "office", _("office")
    PROGRAMME = "programme", _("programme")
    CLASS = "class", pgettext_lazy("person", "class")


class Role(models.TextChoices):
    """What a post lets a person do."""

    STUDENT = "student", _("student")
    STAFF = "staff", _("staff")
    CLERK = "clerk", _("clerk")
    UNIT_SECRETARY = "unit_secretary", _("unit secretary")
    UNIT_HEAD = "unit_head", _("unit head")
    DIRECTOR = "director", _("director")
    LEADER = "leader", _("leader")
    ADMINISTRATOR = "administrator", _("administrator")


OFFICE_ROLES = (Role.CLERK, Role.DIRECTOR, Role.LEADER, Role.ADMINISTRATOR)
HANDLER_ROLES = (Role.CLERK, Role.DIRECTOR)


class ContactKind(models.TextChoices):
    MAIL = "mail", _("mail")
    PHONE = "phone", _("phone")
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    PUSH = "push", _("browser notification")


class GroupKind(models.TextChoices):
    GROUP = "group", _("group")
    TASK_TEAM = "task_team", _("task team")


class DeputyScope(models.TextChoices):
    ALL = "all", _("everything")
    APPROVALS = "approvals", _("approvals")
    REQUESTS = "requests", _("requests")
    NOTICES = "notices", _("notices")
    TASKS = "tasks", _("tasks")
    DOCUMENTS = "documents", _("official documents")


class Language(models.TextChoices):
    HANT = "zh-hant", "繁體中文"
    HANS = "zh-hans", "简体中文"
    EN = "en", "English"
