"""A paper that turns out to be classified leaves the portal."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.documents import forms, rules, services
from apps.documents.views.acting import fetch, perform


@require_POST
def remove_classified(request: HttpRequest, pk: int) -> HttpResponse:
    """The director's act; what still stands elsewhere is said."""
    document = fetch(request, pk)
    form = forms.PlaceForm(request.POST, auto_id="classified_%s")

    def work() -> None:
        done = services.remove_classified(document=document, actor=request.user, **form.cleaned_data)
        if done.elsewhere:
            words = ngettext(
                "The same file, or a notice of it, still stands in %(count)d other place. Remove it there too.",
                "The same files, or notices of them, still stand in %(count)d other places. Remove them there too.",
                done.elsewhere,
            )
            messages.warning(request, words % {"count": done.elsewhere})

    return perform(
        request,
        document,
        allowed=rules.can_remove_classified(request.user, document),
        work=work,
        done=_("What the portal held of it is removed; that the paper is there stays."),
        form=form,
        name="remove_classified",
    )
