"""What the scanner says of a file, beside its name in any list; in every template."""

from django import template
from django.utils.safestring import SafeString

from apps.core.templatetags.portal import state_badge
from apps.journal.models import Attachment

register = template.Library()


@register.simple_tag
def file_badge(file: Attachment) -> SafeString | str:
    """A word while it waits or when it is refused; nothing for a file like any other. The list fetches `blob` along."""
    return "" if file.blob.is_open else state_badge(file.blob.get_scan_state_display(), file.blob.scan_colour)
