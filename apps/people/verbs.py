"""The words of the history of people, units and groups."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VERBS = {
    "edited": _("edited"),
    "mail_changed": _("changed the mail address"),
    "mail_added": _("added a mail address"),
    "mail_verified": _("proved a mail address"),
    "contact_added": _("added a number or a name"),
    "contact_removed": _("removed an address"),
    "post_added": _("gave a post"),
    "post_ended": _("ended a post"),
    "deactivated": _("deactivated the person"),
    "activated": _("activated the person"),
    "invited": _("sent an invitation"),
    "invitation_used": _("set the first password"),
    "sessions_ended": _("ended the sessions"),
    "deputy_set": _("named a deputy"),
    "deputy_revoked": _("took a deputy back"),
    "copy_asked": _("asked for a copy of the data"),
    "copy_taken": _("took a copy of the data"),
    "imported": _("brought in by a roster"),
    "updated_by_import": _("changed by a roster"),
    "mark_address_dead": pgettext_lazy("history", "marked an address that does not work"),
    "import_undone": _("roster undone"),
    "moved": _("moved the unit"),
    "created": _("created"),
    "members_added": _("added members"),
    "member_removed": _("removed a member"),
}
