"""Telephone numbers and names in chat services that the office keeps for a person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.people import rules, services
from apps.people.enums import ContactKind
from apps.people.forms import ContactForm
from apps.people.models import ContactPoint
from apps.people.views.people import need, visible_person


@require_POST
def add_contact(request: HttpRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    need(rules.can_edit_contacts(request.user))
    form = ContactForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("people:detail", pk=pk)
    try:
        services.add_contact(person=person, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
    except services.UnableToAddContact as error:
        messages.error(request, str(error))
    return redirect("people:detail", pk=pk)


@require_POST
def drop_contact(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Mail addresses are not removed here: sign-in hangs on them. Browsers are the person's own to remove."""
    person = visible_person(request, pk)
    need(rules.can_edit_contacts(request.user))
    kept = ContactPoint.objects.filter(person=person).exclude(kind__in=(ContactKind.MAIL, ContactKind.PUSH))
    services.remove_contact(contact=get_object_or_404(kept, pk=contact_pk), actor=request.user)
    return redirect("people:detail", pk=pk)
