"""For a page of an app above: the links of a document, as far as its reader may know of the others."""

from django import template

from apps.documents.models import Document, Link
from apps.people.models import Person

register = template.Library()


@register.simple_tag
def known_links(document: Document, user: Person) -> list[Link]:
    """What it is to others; those of which this person may not even know are left out."""
    known = Document.objects.known_to(user)
    rows = Link.objects.filter(source=document, target__in=known).select_related("target")
    return list(rows.order_by("made_at", "pk"))
