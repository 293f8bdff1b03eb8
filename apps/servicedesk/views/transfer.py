"""A service as a file: download it, try another one, bring it in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.questionnaires.services import UnableToPublish
from apps.servicedesk.forms.transfer import ImportForm
from apps.servicedesk.services import transfer
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.services.templates import UnableToSaveTemplate
from apps.servicedesk.services.transfer_reading import UnableToImport, read_text
from apps.servicedesk.views.manage import require_manager
from apps.servicedesk.views.plans import fetch_service


@require_GET
def export_service(request: HttpRequest, code: str) -> HttpResponse:
    service = fetch_service(request, code)
    answer = HttpResponse(transfer.export_text(service), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="service-{service.code}.json"'
    return answer


@require_http_methods(["GET", "POST"])
def import_service(request: HttpRequest) -> HttpResponse:
    """First what the file would make or change, then, on the same page, the word to do so.

    The content comes along between the two, and is read and checked again; when what would be done is another by then,
    that is shown instead.
    """
    require_manager(request.user)
    form = ImportForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "servicedesk/import.html", {"form": form}, status=422 if form.is_bound else 200)
    text, context = form.cleaned_data["text"], {"form": form}
    try:
        incoming = read_text(text)
        effect = transfer.effect_of(incoming)
        if request.POST.get("mark") != effect.mark:
            context |= {"effect": effect, "text": text, "changed": bool(request.POST.get("mark"))}
            return render(request, "servicedesk/import.html", context)
        service = transfer.import_service(incoming=incoming, actor=request.user)
    except UnableToImport as error:
        return render(request, "servicedesk/import.html", context | {"mistakes": error.mistakes}, status=422)
    except (ServiceChanged, UnableToPublish, UnableToSaveTemplate) as error:
        return render(request, "servicedesk/import.html", context | {"mistakes": [str(error)]}, status=409)
    messages.success(request, _("“%(name)s” is brought in.") % {"name": service})
    return redirect("servicedesk:edit_service", service.code)
