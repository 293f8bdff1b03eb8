"""The words of a batch's history."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "received": _("uploaded the file"),
    "checked": _("checked the rows"),
    "committed": _("brought the rows in"),
    "undone": _("undid the import"),
    "exported": _("took the refused rows out"),
    "import_forgotten": _("let the file and its rows go"),
    "rename_confirmed": _("confirmed a changed name"),
}
