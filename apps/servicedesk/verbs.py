"""The words of a request's history."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VERBS = {
    "submit": _("filed the request"),
    "take": _("took it on"),
    "assign": _("assigned it"),
    "return": _("returned it for correction"),
    "correct": _("corrected it"),
    "ask": _("asked a question"),
    "answer": _("answered"),
    "resume": _("went on with it"),
    "ask_approval": _("asked for approval"),
    "lay_before": pgettext_lazy("history", "laid it before those who decide first"),
    "approve_step": pgettext_lazy("history", "approved; others still have to"),
    "clear": pgettext_lazy("history", "approved; the office can start"),
    "send_back_first": _("sent it back"),
    "recall_approval": pgettext_lazy("history", "took it back from approval"),
    "approve": _("approved"),
    "send_back": _("sent it back"),
    "decline": _("did not approve"),
    "complete": _("completed it"),
    "refuse": _("refused it"),
    "withdraw": _("withdrew it"),
    "reopen": _("opened it again"),
    "rate": _("rated it"),
    "urge": _("urged"),
    "overdue_told": pgettext_lazy("history", "reminded the handler: it is past its due time"),
    "office": pgettext_lazy("history", "filled in the office's part"),
    "set_due": _("set a new due time"),
    "filed_for": _("filed it for somebody"),
    "issue": _("issued a certificate"),
    "reordered": pgettext_lazy("history", "changed its place"),
    "plan_changed": pgettext_lazy("history", "changed the approval steps"),
    "reissue": _("issued the certificate anew"),
    "revoke": _("revoked the certificate"),
}
