"""Page: sign in, sign out, change the password.

The template sign_in/page.html gets: `form` (username, password), `next`, `wait` (text, when attempts are refused),
`first_run` (no user exists yet: it says to run `manage.py create_first_admin`).
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from math import ceil

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.access.read import anybody_exists, has_signed_in_from
from dashboard.access.write import claim_attempt, return_attempt


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, then lead to where the user wanted to go."""
    if request.user.is_authenticated:
        return redirect(_next_of(request))
    if request.method == "POST":
        return _try(request, timezone.now())
    return _show(request, AuthenticationForm(request))


def _try(request: HttpRequest, now: datetime) -> HttpResponse:
    """One attempt; django-axes turns the answer into a refusal once this address has failed too often."""
    username = request.POST.get("username", "").strip()[:150]
    known = has_signed_in_from(username, address_of(request), now)
    wait = timedelta(0) if known else claim_attempt(username, now)
    form = AuthenticationForm(request, data=request.POST)
    if wait:
        return _refuse(request, wait)
    if not form.is_valid():
        return _show(request, form)
    if not known:
        return_attempt(username)
    login(request, form.get_user())
    return redirect(_next_of(request))


def _show(request: HttpRequest, form: AuthenticationForm) -> HttpResponse:
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "sign_in/page.html", context | {"first_run": not anybody_exists()})


def refuse_locked(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, str]) -> HttpResponse:
    """Answer of django-axes when this address failed too often with this name."""
    attempts = AccessAttempt.objects.filter(username=credentials.get("username"), ip_address=address_of(request))
    last_at = max((one.attempt_time for one in attempts), default=timezone.now())
    return _refuse(request, last_at + settings.AXES_COOLOFF_TIME - timezone.now())


def _refuse(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """429 with the time to wait, in the page and in Retry-After."""
    seconds = max(ceil(wait.total_seconds()), 1)
    text = f"{seconds} seconds" if seconds < 90 else f"{-(-seconds // 60)} minutes"
    context = {"form": AuthenticationForm(request), "next": request.POST.get("next", ""), "wait": text}
    answer = render(request, "sign_in/page.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer["Retry-After"] = str(seconds)
    return answer


def address_of(request: HttpRequest) -> str | None:
    """The client's address: what our one proxy saw when there is one, else the peer of the connection."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() if settings.BEHIND_PROXY else ""
    return next((text for text in (seen, peer) if _is_address(text)), None)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _next_of(request: HttpRequest) -> str:
    """Where to go after signing in: only to our own host."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign_in")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the user end with it."""
    if not isinstance(request.user, User):
        return redirect("sign_in")
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, "Password changed. Other sessions of yours are signed out.")
        return redirect("preferences")
    return render(request, "sign_in/password.html", {"form": form})
