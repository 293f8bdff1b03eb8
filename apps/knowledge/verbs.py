"""The words of an article's history."""

from django.utils.translation import pgettext_lazy

VERBS = {
    "published": pgettext_lazy("article", "published it"),
    "retired": pgettext_lazy("article", "took it off the shelf"),
    "checked": pgettext_lazy("article", "checked it: it is still right"),
    "review_told": pgettext_lazy("article", "asked its owner to look at it again"),
}
