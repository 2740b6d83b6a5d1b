"""Doors: every view declares the permission it needs, or says why it is public. No declaration, no build."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.confirming import NotConfirmed, ask, require_recent, send_kept_form
from lianxin.kernel.authz import permission as declared
from lianxin.kernel.errors import NotPermitted
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.texts import check_query

Extra = ParamSpec("Extra")
View = Callable[Concatenate[Request, Extra], HttpResponseBase]
Plain = Callable[..., HttpResponseBase]
SAFE = {"GET", "HEAD", "OPTIONS"}


def screen(name: str, *, rate: str = "", recent: bool = False) -> Callable[[View[Extra]], Plain]:
    """Open a view to actors who hold the permission somewhere; the view's reads and acts decide where.

    `rate` names the rate of settings.RATES it counts against; none is that of any page.

    Strangers are sent to sign in. Signed-in people without the permission get 403. `recent`: what is sent to the
    screen is taken only from somebody who signed in or confirmed who they are a short while ago (accounts.confirming);
    a view where that depends on the form calls `require_recent` itself.
    """

    def wrap(view: View[Extra]) -> Plain:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            known = cast("Request", request)
            if not known.actor.is_signed_in:
                return redirect_to_login(request.get_full_path())
            wanted = declared(name)
            if not wanted.own and not known.actor.may_somewhere(name):
                raise NotPermitted(
                    _("This page needs the permission “%(permission)s”. Ask the higher organisation's clerk.")
                    % {"permission": wanted.label}
                )
            check_query(known)
            send_kept_form(known)
            try:
                if recent and known.method not in SAFE:
                    require_recent(known)
                return view(known, *args, **kwargs)
            except NotConfirmed:
                return ask(known)

        door.permission = name  # type: ignore[attr-defined]
        door.rate = rate  # type: ignore[attr-defined]
        return door

    return wrap


def public(why: str, *, rate: str = "", before_account: bool = False) -> Callable[[View[Extra]], Plain]:
    """Open a view to everybody, and say why that is right; `rate` as for `screen`.

    `before_account`: it is answered before account and roles are read, with nobody as the actor; for what a whole hall
    opens within a minute.
    """

    def wrap(view: View[Extra]) -> Plain:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check_query(request)
            return view(cast("Request", request), *args, **kwargs)

        door.public = why  # type: ignore[attr-defined]
        door.before_account = before_account  # type: ignore[attr-defined]
        door.rate = rate  # type: ignore[attr-defined]
        return door

    return wrap
