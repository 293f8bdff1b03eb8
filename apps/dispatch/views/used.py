"""A reserved number that stands on a paper written outside the portal: which paper, to whom, when."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.dispatch import forms, rules
from apps.dispatch.views.ledger import address, check_may_see, today
from apps.documents import services as documents
from apps.documents.enums import Direction, NumberUse
from apps.documents.models import DocumentNumber


@require_http_methods(["GET", "POST"])
def use_line(request: HttpRequest, line_pk: int) -> HttpResponse:
    """Sent twice it is said once: the entry that is there stays."""
    check_may_see(request)
    rows = DocumentNumber.objects.filter(series__direction=Direction.OUTGOING).select_related("issued", "series")
    line = get_object_or_404(rows, pk=line_pk)
    if not rules.can_register(request.user):
        raise PermissionDenied
    page = redirect(address(line))
    if line.use == NumberUse.USED:
        return page
    form = forms.UsedForm(request.POST or None, today=today(), initial={"title": line.reserved_for})
    if form.is_valid():
        try:
            documents.note_used_on_paper(line=line, actor=request.user, **form.cleaned_data)
        except documents.UnableToNumber as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The ledger says which paper bears the number."))
            return page
    status = 422 if form.is_bound else 200
    return render(
        request, "dispatch/used.html", {"line": line, "form": form, "ledger_url": address(line)}, status=status
    )
