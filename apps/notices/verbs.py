"""The words of this app's history."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VERBS = {
    "list_read": _("took numbers from a file"),
    "retired": _("stopped using it"),
    "restored": _("brought it back into use"),
    "scheduled": _("scheduled"),
    "unscheduled": _("took back to the drafts"),
    "asked_approval": pgettext_lazy("history", "put up for approval"),
    "sent_back": pgettext_lazy("history", "sent it back"),
    "publish_refused": _("could not be published"),
    "discarded": _("threw the draft away"),
    "changed_published": _("changed the notice after it was out"),
    "withdrawn": _("took the notice back"),
    "expired": _("ended"),
    "overrode_quiet_hours": _("sent at once, quiet hours or not"),
    "told": _("noted that a person was told"),
    "called": _("phoned and reached nobody"),
    "lines_missing": _("found lines missing and put back what it could"),
    "missing_settled": _("looked into rows that could not be put back"),
    "file_report_asked": _("let a report for the file be made"),
    "file_report_taken": _("took a report for the file"),
    "exported": _("exported the list of people"),
    "made_by_series": _("made it for a series"),
    "date_refused": _("could not make the notice of a date"),
    "date_skipped": _("left a date out"),
    "date_tried_again": _("made the notice of a date after all"),
    "taken_over": _("sends it from now on"),
    "series_ended": _("ended the series"),
    "collecting": _("let the notice collect answers"),
    "not_collecting": _("no longer collects answers with the notice"),
}
