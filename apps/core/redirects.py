"""Where a person goes after a button on a list: back to the list, if it was ours."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def back_or(request: HttpRequest, default: str) -> HttpResponseRedirect:
    """Redirect to the form's `next` when it is an address of this portal, else to `default`."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if wanted.startswith("/") and ours else default)
