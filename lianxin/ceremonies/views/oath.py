"""The order for renewing the oath, for the hall and for print, with the official text."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.ceremonies.actions.oath import load_oath
from lianxin.ceremonies.forms import OathForm
from lianxin.ceremonies.permissions import LOAD, OATH
from lianxin.ceremonies.queries.oath import oath
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


def order() -> list[str]:
    """The order of the ceremony. Source: usual practice; only the oath itself is fixed (constitution, article 6)."""
    return [
        _("All stand and face the Party flag; the host opens the ceremony."),
        _("The leader steps before the flag and turns to it. All raise the right fist."),
        _("The leader reads the oath sentence by sentence; all repeat each sentence."),
        _("After the last sentence the leader says “oath taker”; each says their own name."),
        _("All lower the fist; the host closes the ceremony."),
    ]


@screen(OATH)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Order and text; `?show=hall` for the projector."""
    template = "ceremonies/oath_hall.html" if request.GET.get("show") == "hall" else "ceremonies/oath.html"
    context = {"oath": oath(), "order": order(), "may_load": request.actor.may_somewhere(LOAD)}
    return render(request, template, context)


@screen(LOAD)
@require_http_methods(["GET", "POST"])
def load(request: Request) -> HttpResponseBase:
    """Load the official text."""
    form = OathForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        made = attempt(form, lambda: load_oath(request.actor, text=given["text"], source=given["source"], at=now()))
        if made is not None:
            messages.success(request, _("The text is loaded. Compare it once more with the official file."))
            return redirect("ceremonies:oath")
    return render(request, "ceremonies/oath_load.html", {"form": form}, status=422 if form.is_bound else 200)
