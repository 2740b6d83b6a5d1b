"""Going where the request says: only inside this installation. No other place reads a target from a request."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def safe_target(request: HttpRequest, given: str | None, *, otherwise: str = "/") -> str:
    """The given address if it is one of this installation, spoken as this request was; else `otherwise`."""
    if given and url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return given
    return otherwise


def redirect_back(request: HttpRequest, *, otherwise: str = "/") -> HttpResponseRedirect:
    """Go where the form's or the address's `next` says, else back where the person was."""
    given = request.POST.get("next") or request.GET.get("next") or request.headers.get("Referer")
    return HttpResponseRedirect(safe_target(request, given, otherwise=otherwise))
