"""Our admin site, inside the dashboard's own shell: for the role admin, grouped by purpose."""

from functools import update_wrapper
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from dashboard.access.roles import ADMIN, demand_role, has_role

GROUPS = {
    "What is observed": ("Account", "Stack", "TagRule", "CustomMetric", "TraceGroup"),
    "What is judged": ("ThresholdRule", "TraceRule", "Slo", "Budget", "UnexpectedRule"),
    "Who is told": ("Channel", "Route", "Schedule", "Address", "Suppression", "Delivery"),
    "People": ("User", "Team"),
    "What was collected": (
        "Resource", "Deploy", "CloudWatchAlarm", "BilledDay", "AwsBudget", "UnexpectedSpend", "Target", "Run",
    ),
    "History": ("LogEntry",),
}  # fmt: skip
"""Headings of the index, and the object names of the models under each, in reading order."""


class Site(admin.AdminSite):
    """The admin of Stackdeck."""

    site_header = site_title = "Stackdeck"
    index_title = "Admin"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Admins alone."""
        return has_role(request.user, ADMIN)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard a view; whoever is signed in without the role is told so, not asked to sign in again."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated:
                demand_role(request.user, ADMIN)
            answer: HttpResponse = inner(request, *args, **kwargs)
            return answer

        return update_wrapper(guarded, inner)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models by purpose instead of by app."""
        found = {entry["object_name"]: entry for app in super().get_app_list(request) for entry in app["models"]}
        groups = [
            {
                "name": title,
                "app_label": app_label or "dashboard",
                "app_url": reverse("admin:index"),
                "has_module_perms": True,
                "models": [
                    found[name] | {"about": self._about(found[name]["model"])} for name in names if name in found
                ],
            }
            for title, names in GROUPS.items()
        ]
        return [group for group in groups if group["models"]]

    def _about(self, model: type[Any]) -> str:
        """What its pages are for: the first sentence of its admin's docstring."""
        return (self._registry[model].__doc__ or "").strip().partition("\n")[0]

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """There is one app: its index is the index."""
        return redirect("admin:index")

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """There is one door: the sign-in page."""
        wanted = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': wanted}, safe='/')}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """End the session; only by POST, as everywhere."""
        if request.method == "POST":
            logout(request)
            return redirect("sign_in")
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The dashboard's own page does it."""
        return redirect("password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """See password_change."""
        return redirect("preferences")


site = Site(name="admin")
