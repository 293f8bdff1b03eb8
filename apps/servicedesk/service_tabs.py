"""The pages on which an administrator keeps one service: one page a topic, each with its own form and address."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Tab:
    """A page of one service; `url_name` takes the service's code."""

    url_name: str
    label: str | Promise
    icon: str


TABS = (
    Tab("servicedesk:edit_service", _("Basics"), "layout-grid"),
    Tab("servicedesk:targets", _("Targets and escalation"), "timer"),
    Tab("servicedesk:retention_rule", _("Retention"), "archive"),
    Tab("servicedesk:plan", _("Approval steps"), "signature"),
    Tab("servicedesk:preview_service", _("As the requester sees it"), "eye"),
    Tab("servicedesk:assignment", _("Assignment"), "user-check"),
    Tab("servicedesk:service_papers", _("Papers"), "file-badge"),
    Tab("servicedesk:service_articles", _("Articles"), "book-open"),
    Tab("servicedesk:service_duplicates", _("Twice the same"), "copy"),
    Tab("servicedesk:service_tasks", _("Tasks"), "list-todo"),
)
