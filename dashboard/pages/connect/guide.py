"""The guide: reach the account, allow reading, test, choose regions and start."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dashboard.access.roles import ADMIN, require_role
from dashboard.inventory.models import Account
from dashboard.pages.connect import trial
from dashboard.pages.connect.draft import Draft, Trial, forget, load, store
from dashboard.pages.connect.forms import ReachForm, RegionsForm

STEPS = {
    "reach": ("Reach the account", "Where credentials come from"),
    "allow": ("Allow reading", "A policy to copy; nothing that writes"),
    "test": ("Test", "Each permission, and the regions"),
    "start": ("Start", "What it costs, before it begins"),
}


@never_cache
@require_http_methods(["GET", "POST"])
@require_role(ADMIN)
def connect(request: HttpRequest) -> HttpResponse:
    """Show the step in the address, or store what was entered in it."""
    draft = load(request)
    if request.method == "POST":
        return _act(request, draft, request.POST.get("do", ""))
    step = request.GET.get("step", "")
    return _show(request, draft, step if step in _open_steps(draft) else _open_steps(draft)[-1])


def _act(request: HttpRequest, draft: Draft, wanted: str) -> HttpResponse:
    """Do what a form of the guide asks for."""
    if wanted == "reach":
        return _reach(request, draft)
    if wanted == "test":
        return _test(request, draft)
    if wanted == "start":
        return _start(request, draft)
    forget(request)
    return redirect("connect")


def _open_steps(draft: Draft) -> list[str]:
    """The steps that make sense with what is known so far."""
    tried = draft.trial is not None
    passed = tried and draft.trial.error is None  # type: ignore[union-attr]
    return ["reach", *(["allow", "test"] if draft.method else []), *(["start"] if passed else [])]


def _show(request: HttpRequest, draft: Draft, step: str, form: Any = None) -> HttpResponse:
    """Render one step; `form` carries what was refused."""
    context = {"step": step, "steps": _progress(draft, step), "draft": draft, "is_first": not Account.objects.exists()}
    return render(
        request,
        "connect/page.html",
        context | _CONTEXTS[step](draft, form),
    )


def _progress(draft: Draft, step: str) -> list[dict[str, str]]:
    """The list of steps with their states."""
    order, reached = list(STEPS), _open_steps(draft)
    failed = draft.trial is not None and draft.trial.error is not None
    return [
        {"title": title, "detail": detail, "state": _state(name, step, order, reached, failed=failed)}
        for name, (title, detail) in STEPS.items()
    ]


def _state(name: str, step: str, order: list[str], reached: list[str], *, failed: bool) -> str:
    if name == step:
        return "current"
    if name == "test" and failed:
        return "failed"
    return "done" if order.index(name) < order.index(reached[-1]) else "todo"


def _reach_context(draft: Draft, form: ReachForm | None) -> dict[str, Any]:
    known = {"name": draft.name, "profile": draft.profile, "role_arn": draft.role_arn}
    return {"form": form or ReachForm(initial=known | ({"method": draft.method} if draft.method else {}))}


def _allow_context(draft: Draft, form: None) -> dict[str, Any]:
    trust = trial.trust_policy(draft) if draft.method == Account.Method.ROLE else ""
    return {"policy": trial.policy(), "trust": trust}


def _test_context(draft: Draft, form: None) -> dict[str, Any]:
    return {"trial": draft.trial}


def _start_context(draft: Draft, form: RegionsForm | None) -> dict[str, Any]:
    tried = draft.trial or Trial()
    chosen = trial.likely_regions(tried)
    return {
        "form": form or RegionsForm(tried, initial={"regions": chosen}),
        "trial": tried,
        "estimate": trial.estimate(tried, chosen),
    }


_CONTEXTS: dict[str, Callable[[Draft, Any], dict[str, Any]]] = {
    "reach": _reach_context,
    "allow": _allow_context,
    "test": _test_context,
    "start": _start_context,
}


def _reach(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = ReachForm(request.POST)
    if not form.is_valid():
        return _show(request, draft, "reach", form)
    own_account = trial.own_account() if form.cleaned_data["method"] == Account.Method.ROLE else ""
    store(request, draft.reached_by(form.cleaned_data, trial.new_external_id(), own_account))
    return redirect("/connect/?step=allow")


def _test(request: HttpRequest, draft: Draft) -> HttpResponse:
    if draft.method:
        store(request, draft.tried(trial.run(draft)))
    return redirect("/connect/?step=test")


def _start(request: HttpRequest, draft: Draft) -> HttpResponse:
    if draft.trial is None or draft.trial.error:
        return redirect("connect")
    form = RegionsForm(draft.trial, request.POST)
    if not form.is_valid():
        return _show(request, draft, "start", form)
    try:
        with transaction.atomic():
            account = trial.begin(draft, **form.cleaned_data, now=timezone.now())
    except IntegrityError:
        messages.error(request, "Somebody connected this account, or one of this name, meanwhile. Test again.")
        return redirect("/connect/?step=test")
    forget(request)
    return redirect("connect_progress", account.pk)
