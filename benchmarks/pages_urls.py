"""The portal's addresses and one bare page beside them: the frame and a table of fifty rows, for comparison."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from apps.people.models import Person
from office_portal.urls import handler403, handler404, handler500  # noqa: F401

BARE = """{% extends "base.html" %}{% block title %}bare{% endblock %}{% block heading %}bare{% endblock %}
{% block content %}<div class="card"><table class="table card-table"><tbody>
{% for person in rows %}<tr><td>{{ person.number }}</td><td>{{ person.name }}</td><td>{{ person.language }}</td>
<td>{% moment_tag person.created_at %}</td></tr>{% endfor %}</tbody></table></div>{% endblock %}"""


def bare(request: HttpRequest) -> HttpResponse:
    rows: QuerySet = Person.objects.order_by("pk")[:50]
    template = engines["django"].from_string(BARE)
    return HttpResponse(template.render({"rows": rows}, request))


urlpatterns = [path("bare", bare, name="bare"), path("", include("office_portal.urls"))]
