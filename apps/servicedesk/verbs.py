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
    "object": pgettext_lazy("history", "says: I did not ask for this"),
    "settle_objection": pgettext_lazy("history", "settled the objection"),
    "share": pgettext_lazy("history", "made a link that shows where it stands"),
    "unshare": pgettext_lazy("history", "ended the link that shows where it stands"),
    "filed_despite": pgettext_lazy("history", "filed it all the same, though it was asked whether it is not the same"),
    "issue": _("issued a certificate"),
    "reissue": _("issued the certificate anew"),
    "articles_set": pgettext_lazy("history", "set the articles of the service"),
    "duplicates_set": pgettext_lazy("history", "set when the service asks whether it is the same"),
    "revoke": _("revoked the certificate"),
}
