"""Every address asks for sign-in, except those named here with their reason."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

PUBLIC = {
    "healthz": "load balancers have no account; says words and numbers only",
    "metrics": "asks for a token or the own machine instead",
    "account_login": "sign-in itself",
    "account_logout": "sends on to the sign-in page who is not signed in",
    "account_signup": "closed; says so",
    "account_inactive": "tells a disabled person",
    "account_reset_password": "forgotten password; the same answer for all",
    "account_reset_password_done": "forgotten password",
    "account_reset_password_from_key": "the link from the mail",
    "account_reset_password_from_key_done": "forgotten password",
    "account_confirm_email": "the link from the mail",
    "account_email_verification_sent": "after the link was asked for",
    "mfa_authenticate": "second step of sign-in; works within a begun sign-in only",
    "mfa_login_webauthn": "sign-in with a passkey",
    "delivery:push_worker": "browsers fetch the script by themselves; there is nothing of anybody in it",
    "delivery:sms_status": "the gateway of text messages calls; its signature is checked",
    "openid_connect_login": "campus sign-in",
    "openid_connect_callback": "campus sign-in",
    "socialaccount_login_cancelled": "campus sign-in",
    "socialaccount_login_error": "campus sign-in",
    "socialaccount_signup": "campus sign-in, works within a begun one only",
    "people:accept_invitation": "the one-time link by which an imported person sets the first password",
    "servicedesk:check": "anyone who holds a certificate may check it; rate-limited",
    "servicedesk:rate_by_link": "rates the one request of the link that was mailed; rate-limited",
    "servicedesk:rating": "the link in the mail that says done; shows number and service, GET changes nothing",
    "servicedesk:status": "who holds the link sees number, service, state and dates of one request; rate-limited",
    "set_language": "the sign-in page has the language choice",
    "set_theme": "the sign-in page has the choice of light and dark",
}
UUID = "8d5a6b3c-8b0e-4f0e-9d0e-3f5b6f1f2a10"
SAMPLES = {
    "IntConverter": 1,
    "SlugConverter": "sample",
    "UUIDConverter": UUID,
    "PathConverter": "sample/path",
    "StringConverter": "sample",
}
REGEX_SAMPLES = {"uidb36": "1", "key": "abc-def", "app_label": "auth"}


def names(resolver: URLResolver, prefix: tuple[str, ...] = ()) -> Iterator[str]:
    """Each name below `resolver`, with its namespaces."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, (*prefix, entry.namespace) if entry.namespace else prefix)
        elif entry.name:
            yield ":".join((*prefix, entry.name))


def address(name: str) -> str:
    """The path of `name` with a sample value for every parameter."""
    resolver = get_resolver()
    *namespaces, last = name.split(":")
    for namespace in namespaces:
        _, resolver = resolver.namespace_dict[namespace]
    _, _, _, converters = resolver.reverse_dict.getlist(last)[0]
    parameters = resolver.reverse_dict.getlist(last)[0][0][0][1]
    values = {key: sample(key, converters) for key in parameters}
    named = {key: value for key, value in values.items() if not key.startswith("_")}
    return reverse(name, kwargs=named) if named else reverse(name, args=list(values.values()))


def sample(key: str, converters: dict[str, object]) -> object:
    if key in converters:
        converter = converters[key]
        return getattr(converter, "sample", None) or SAMPLES.get(type(converter).__name__, "sample")
    return REGEX_SAMPLES.get(key, "1")


API = "api:"  # asks for a token, never for a session: tests/security/test_api_matrix.py tries every operation
PRIVATE = sorted(name for name in set(names(get_resolver())) - set(PUBLIC) if not name.startswith(API))


@pytest.mark.django_db
@pytest.mark.parametrize("name", PRIVATE)
def test_stranger_is_sent_to_sign_in(name: str, client: Client) -> None:
    path = address(name)

    for answer in (client.get(path), client.post(path)):
        if answer.status_code == 405:  # the other verb is the one that counts
            continue
        assert answer.status_code == 302, f"{path} answers {answer.status_code}"
        assert answer["Location"].startswith((reverse(settings.LOGIN_URL), "/admin/login/")), answer["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PRIVATE)
def test_private_address_answers_some_verb(name: str, client: Client) -> None:
    path = address(name)

    assert {client.get(path).status_code, client.post(path).status_code} != {405}


def test_every_address_has_a_name() -> None:
    def unnamed(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
        for entry in resolver.url_patterns:
            where = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from unnamed(entry, where)
            elif not entry.name:
                yield where

    # What libraries leave without a name redirects to addresses that have one.
    redirects = ("admin/", "accounts/social/")
    assert [path for path in unnamed(get_resolver()) if not path.startswith(redirects)] == []
