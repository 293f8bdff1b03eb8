"""Articles: the list and the search, one to read, write it, its history, what readers say."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from js_asset import Media

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.core.text import localized
from apps.journal.forms import read_token
from apps.journal.models import Entry
from apps.journal.services import settle_form, take_form
from apps.knowledge.forms import REVIEW_AFTER, ArticleForm, CheckForm, FeedbackForm
from apps.knowledge.models import Article, ArticleVersion
from apps.knowledge.rules import can_write
from apps.knowledge.services import articles as services
from apps.knowledge.services.articles import ArticleClash, UnableToSaveArticle
from apps.knowledge.services.feedback import Helpful, helpful_of, say_whether_it_helped
from apps.notices.forms import LANGUAGES
from apps.people.enums import Language

WORDS_SHOWN = 20
VERSIONS_SHOWN = 50
ENTRIES_SHOWN = 60


@require_GET
def articles(request: HttpRequest) -> HttpResponse:
    """What this person may read, newest first; while one types, only the rows are sent."""
    text = request.GET.get("q", "")[:100]
    rows = Article.objects.visible_to(request.user).holding(text).select_related("owner")
    page = keyset_page(rows, by="changed_at", cursor=request.GET.get("cursor", ""))
    context = {"text": text, "page": page, "can_write": can_write(request.user), "today": today()}
    template = "knowledge/list.html#rows" if request.htmx else "knowledge/list.html"
    return render(request, template, context)


@require_GET
def article(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk)
    newest = found.versions.get(number=found.latest)
    writes = can_write(request.user)
    context = {
        "article": found,
        "body": localized(newest.body),
        "language": language_of(newest),
        "is_stale": found.is_stale(today()),
        "can_write": writes,
        "helpful": helpful_of([pk]).get(pk, Helpful()) if writes else None,
        "said": said_words(found) if writes else [],
        "own": found.feedback.filter(person=request.user).first(),
        "form": FeedbackForm(),
        "check_form": CheckForm(initial={"next_review": today() + REVIEW_AFTER}) if writes else None,
    }
    return render(request, "knowledge/detail.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new article is a draft until somebody publishes it."""
    services.require_writer(request.user)
    form = ArticleForm(request.POST or None, user=request.user, today=today())
    if not form.is_valid():
        return form_page(request, form, None)
    token = read_token(request)
    with transaction.atomic():
        first, url = take_form(token=token, person=request.user)
        if first:
            made = services.create_article(values=form.values(), actor=request.user)
            url = made.get_absolute_url()
            settle_form(token=token, result_url=url)
    return redirect(url or "knowledge:list")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another version; what somebody else saved meanwhile is shown, and what was typed stays in the form."""
    found = fetch(request, pk)
    services.require_writer(request.user)
    form = ArticleForm(request.POST or None, user=request.user, today=today(), article=found)
    if not form.is_valid():
        return form_page(request, form, found, version=request.POST.get("version", found.version))
    try:
        services.change_article(
            article=found, version=number(request.POST.get("version", "")), values=form.values(), actor=request.user
        )
    except ArticleClash as clash:
        return form_page(request, form, clash.current, version=clash.current.version, clash=str(clash))
    messages.success(request, _("Saved. The version before stays in the history."))
    return redirect(found)


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions and what was done, for who writes; `?version=3` shows one of them."""
    found = fetch(request, pk)
    services.require_writer(request.user)
    versions = found.versions.select_related("made_by").order_by("-number")
    shown = get_object_or_404(versions, number=number(request.GET.get("version", "")) or found.latest)
    context = {
        "article": found,
        "version": shown,
        "words": words_of(shown),
        "versions": versions[:VERSIONS_SHOWN],
        "entries": Entry.objects.about(found).order_by("-at", "-pk")[:ENTRIES_SHOWN],
    }
    return render(request, "knowledge/history.html", context)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, services.publish_article, _("Published: who may read it finds it now."))


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, pk, services.retire_article, _("Off the shelf: readers do not find it any more."))


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Still right; the next review is on the day in the form."""
    form = CheckForm(request.POST)
    if not form.is_valid():
        return refuse(request, pk, _("Say by when somebody looks at it again."))

    def work(**given: object) -> Article:
        return services.check_article(next_review=form.cleaned_data["next_review"], **given)

    return act(request, pk, work, _("Thank you: it counts as checked today."))


@require_POST
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Once a person; said again, it takes the place of what was said before."""
    found, form = fetch(request, pk), FeedbackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say yes or no, and use at most 300 characters."))
        return redirect(found)
    say_whether_it_helped(article=found, person=request.user, **form.cleaned_data)
    messages.success(request, _("Thank you. You can change your answer at any time."))
    return redirect(found)


def act(request: HttpRequest, pk: int, work: Callable[..., Article], done: str) -> HttpResponse:
    """One move of who writes; 403 for a reader, 404 for whom it does not exist."""
    found = fetch(request, pk)
    try:
        work(article=found, actor=request.user)
    except UnableToSaveArticle as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(found)


def refuse(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    found = fetch(request, pk)
    if not can_write(request.user):
        raise PermissionDenied
    messages.error(request, words)
    return redirect(found)


def fetch(request: HttpRequest, pk: int) -> Article:
    rows = Article.objects.visible_to(request.user).select_related("owner", "unit")
    return get_object_or_404(rows, pk=pk)


def form_page(request: HttpRequest, form: ArticleForm, found: Article | None, **extra: object) -> HttpResponse:
    words = [
        (Language(code).label, code, form[f"title_{key}"], form[f"body_{key}"], is_open(form, key))
        for key, code in LANGUAGES.items()
    ]
    context = {
        "form": form,
        "article": found,
        "version": found.version if found else "",
        "words": words,
        "media": Media.from_media(form.media, nonce=str(request.csp_nonce)),
        **extra,
    }
    return render(request, "knowledge/form.html", context, status=422 if form.is_bound else 200)


def is_open(form: ArticleForm, key: str) -> bool:
    """Languages that have words are unfolded; of an empty form the first one."""
    return bool(form[f"title_{key}"].value() or form[f"body_{key}"].value()) or key == next(iter(LANGUAGES))


def words_of(version: ArticleVersion) -> list[tuple[str, str, str, str]]:
    """(name of the language, code, title, text) of those that have words."""
    return [
        (Language(code).label, code, version.title[code], version.body[code])
        for code in Language.values
        if code in version.languages
    ]


def language_of(version: ArticleVersion) -> str:
    """In which language `localized` shows the text, for the page's `lang`."""
    wanted = (get_language() or "").lower()
    return wanted if wanted in version.languages else next(iter(version.languages), wanted)


def said_words(found: Article) -> list[object]:
    """The newest words of readers, without their names. Left out of `only`, the article is asked for by each row."""
    return list(found.feedback.exclude(word="").order_by("-at").only("article", "helped", "word", "at")[:WORDS_SHOWN])


def today() -> date:
    return office_time().day(now())


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
