"""One's own page: language, addresses, deputies."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.people import services
from apps.people.enums import ContactKind
from apps.people.forms import ContactForm, MailForm, ProfileForm
from apps.people.models import ContactPoint, Deputy


@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    person = request.user
    context = {
        "form": ProfileForm(initial={"language": person.language, "shortcuts": person.shortcuts}),
        "mail_form": MailForm(),
        "contacts": person.contacts.exclude(kind=ContactKind.PUSH).order_by("kind", "-is_primary", "pk"),
        "posts": person.current_posts,
        "deputies": Deputy.objects.in_force(now()).filter(principal=person).select_related("deputy"),
    }
    return render(request, "people/profile.html", context)


@require_POST
def edit_profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST)
    if form.is_valid():
        services.edit_profile(person=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
    return redirect("people:profile")


@require_POST
def add_mail(request: HttpRequest) -> HttpResponse:
    form = MailForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("people:profile")
    try:
        contact = services.add_mail(person=request.user, address=form.cleaned_data["address"], actor=request.user)
        messages.success(request, _("A link was sent to %(address)s. Open it there.") % {"address": contact.value})
    except services.UnableToAddMail as error:
        messages.error(request, str(error))
    return redirect("people:profile")


@require_POST
def add_phone(request: HttpRequest) -> HttpResponse:
    """One's own telephone; names in chat services come from the office."""
    form = ContactForm({"kind": ContactKind.PHONE, "value": request.POST.get("value", "")})
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("people:profile")
    try:
        services.add_contact(person=request.user, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
    except services.UnableToAddContact as error:
        messages.error(request, str(error))
    return redirect("people:profile")


@require_POST
def send_proof(request: HttpRequest, contact_pk: int) -> HttpResponse:
    contact = get_object_or_404(_mails(request).filter(verified_at__isnull=True), pk=contact_pk)
    services.send_proof(contact=contact)
    messages.success(request, _("A link was sent to %(address)s. Open it there.") % {"address": contact.value})
    return redirect("people:profile")


@require_http_methods(["GET", "POST"])
def verify_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The link from the mail: GET shows a button (mail scanners open links too), POST proves the address."""
    if request.method == "POST":
        try:
            contact = services.verify_mail(token=token, person=request.user)
            messages.success(request, _("%(address)s is proved.") % {"address": contact.value})
            return redirect("people:profile")
        except services.UnableToVerifyMail as error:
            messages.error(request, str(error))
    proof = services.find_proof(token=token, person=request.user, at=now())
    return render(request, "people/verify_mail.html", {"proof": proof}, status=200 if proof else 404)


@require_POST
def make_main(request: HttpRequest, contact_pk: int) -> HttpResponse:
    """Only a proved address may become the one for sign-in."""
    contact = get_object_or_404(_mails(request).filter(verified_at__isnull=False), pk=contact_pk)
    try:
        services.set_mail(person=request.user, address=contact.value, actor=request.user)
    except services.UnableToSetMail as error:
        messages.error(request, str(error))
    return redirect("people:profile")


@require_POST
def remove_contact(request: HttpRequest, contact_pk: int) -> HttpResponse:
    own = ContactPoint.objects.filter(person=request.user, kind__in=(ContactKind.MAIL, ContactKind.PHONE))
    contact = get_object_or_404(own, pk=contact_pk)
    try:
        services.remove_contact(contact=contact, actor=request.user)
    except services.UnableToRemoveContact as error:
        messages.error(request, str(error))
    return redirect("people:profile")


def _mails(request: HttpRequest) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(person=request.user, kind=ContactKind.MAIL)
