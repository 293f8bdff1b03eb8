"""What may be asked, and a person by number."""

from django.http import Http404, HttpRequest
from ninja import Path, Router
from ninja.params import P

from apps.core.text import localized
from apps.interfaces.api.answers import json_schema
from apps.interfaces.api.auth import Bearer
from apps.interfaces.api.schemas import AreaOut, FoundPerson, ServiceList, ServiceOut, ServiceWithForm
from apps.interfaces.api.showing import unit_out
from apps.interfaces.enums import Scope
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.servicedesk.models import Service

router = Router()
Code = P(max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")


def service_fields(service: Service) -> dict[str, object]:
    return {
        "code": service.code,
        "name": str(service),
        "description": localized(service.description),
        "area": AreaOut(code=service.area.code, name=str(service.area)),
        "keywords": service.keywords,
        "product": service.product,
    }


@router.get("/services", auth=Bearer(Scope.SERVICES_READ), response=ServiceList, tags=["services"])
def list_services(request: HttpRequest) -> ServiceList:
    """The services that the owner of the token may ask for."""
    rows = Service.objects.visible_to(request.user).select_related("area").order_by("area__order", "order", "pk")
    return ServiceList(items=[ServiceOut(**service_fields(row)) for row in rows])


@router.get("/services/{code}", auth=Bearer(Scope.SERVICES_READ), response=ServiceWithForm, tags=["services"])
def read_service(request: HttpRequest, code: Path[str, Code]) -> ServiceWithForm:
    """One service with its form as JSON Schema."""
    rows = Service.objects.visible_to(request.user).select_related("area", "form")
    service = rows.filter(code=code).first()
    if service is None:
        raise Http404
    version = service.form.versions.order_by("-number").first()
    return ServiceWithForm(**service_fields(service), form=json_schema(read_fields(version)) if version else None)


@router.get("/people/{number}", auth=Bearer(Scope.PEOPLE_READ), response=FoundPerson, tags=["people"])
def find_person(request: HttpRequest, number: Path[str, P(max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]) -> FoundPerson:
    """Number, name and unit of an active person whom the owner of the token may see. By the whole number only."""
    person = Person.objects.visible_to(request.user).active().filter(number__iexact=number).first()
    if person is None:
        raise Http404
    return FoundPerson(number=person.number, name=person.name, unit=unit_out(person.main_unit))
