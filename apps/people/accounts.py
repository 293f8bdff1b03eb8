"""How sign-in behaves here: nobody signs up alone, every mail goes through the outbox (the mail backend)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.people.models import Person

WRONG = _("This number or address and this password do not belong together. Look at the capital letters and try again.")


class AccountAdapter(DefaultAccountAdapter):
    # One sentence for a number and an address, known or not: it must not tell who has an account.
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": _("Too many tries from this network. Please wait a minute and try again."),
    }

    def is_safe_url(self, url: str) -> bool:
        """An address that cannot even be read is not safe; patched Pythons raise where older ones guess."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come from the roster, never from a form."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Links in mails are built from the one configured origin, never from what a request claims."""
        return settings.PORTAL_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Mails about an account speak its person's language, whatever the browser that asked speaks."""
        person = context.get("user")
        with translation.override(person.language if person else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, object] | None = None, email: str | None = None
    ) -> None:
        """To the address the office has now: allauth keeps a copy of addresses that may be old."""
        if user.email:
            super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, user.email)


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right. It changes every 30 seconds: enter the one shown now."),
    }


class SignInForm(LoginForm):
    """Sign-in by number (學號, 工號) or mail address."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Student or staff number, or mail address")
        login.widget.attrs.update(placeholder="", autocomplete="username", autocapitalize="none", spellcheck="false")
        self.fields["password"].widget.attrs["placeholder"] = ""
        self.fields["password"].help_text = ""  # the page has its own link, beside the button

    def clean_login(self) -> str:
        """An address stands for its person's number, however its letters are written."""
        login = super().clean_login()
        number = Person.objects.filter(email__iexact=login).values_list("number", flat=True).first()
        return number or login


class ResetPasswordForm(AllauthResetPasswordForm):
    """Asks for the address. The answer is the same for every address; only active people get a mail."""

    def clean_email(self) -> str:
        address = self.cleaned_data["email"].strip()
        self.users = list(Person.objects.active().filter(email__iexact=address))
        return address


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Campus sign-in (OpenID Connect): the campus says a number, the office knows the person, or nobody enters."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect the campus account to the person with its number. Strangers get a page that says whom to ask."""
        if sociallogin.is_existing:
            return
        number = campus_number(sociallogin)
        person = Person.objects.active().filter(number__iexact=number).first() if number else None
        if person is None:
            page = render(request, "socialaccount/unknown_person.html", {"number": number}, status=403)
            raise ImmediateHttpResponse(page)
        sociallogin.connect(request, person)


def campus_number(sociallogin: SocialLogin) -> str:
    """The number in the claim that OIDC_NUMBER_CLAIM names; "" when the campus did not send it."""
    data = sociallogin.account.extra_data
    claims = {**(data.get("id_token") or {}), **(data.get("userinfo") or {})} or data
    claim = sociallogin.provider.app.settings.get("number_claim", "preferred_username")
    return str(claims.get(claim) or "").strip()


def tried_name(request: HttpRequest, credentials: Mapping[str, object] | None = None) -> str:
    """Whose account somebody tries to enter, for counting failures: one count for a person's number and address."""
    given = credentials or {}
    name = str(given.get("username") or given.get("email") or request.POST.get("login", "")).strip()
    if not name:
        return ""
    known = Person.objects.filter(Q(number__iexact=name) | Q(email__iexact=name)).values_list("number", flat=True)
    return (known.first() or name).upper()


def is_campus_ticket(request: HttpRequest, credentials: Mapping[str, object] | None = None) -> bool:
    """CAS tickets are not guessed by name: failures of others behind one campus address must not stop them."""
    return "ticket" in (credentials or {})
