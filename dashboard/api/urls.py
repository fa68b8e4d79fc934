"""The API and its parts. Who is not signed in gets 401 as JSON; the documentation is for those who are."""

from typing import Any

import orjson
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.renderers import BaseRenderer
from ninja.security import django_auth

from dashboard.api.figures import router as figures
from dashboard.api.inventory import router as inventory
from dashboard.api.map import router as service_map
from dashboard.api.points import router as points

DESCRIPTION = """What Stackdeck knows, as JSON, read-only, within what you may see.

Sign in with the browser first: the API answers whoever holds a session of the dashboard, and nobody else.
Times in answers of points are whole seconds since 1970; a value that is not there is `null`, never 0."""
DOCUMENTATION = ("openapi-json", "openapi-view")


class FastRenderer(BaseRenderer):
    """JSON by orjson."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Write the answer."""
        return orjson.dumps(data)


class Api(NinjaAPI):
    """An API that answers for itself when nobody is signed in, instead of leading programs to a sign-in form."""

    def _get_urls(self) -> list[URLPattern | URLResolver]:
        patterns: list[URLPattern | URLResolver] = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern) and pattern.name not in DOCUMENTATION:
                pattern.callback.login_required = False  # type: ignore[attr-defined] # read by LoginRequiredMiddleware
        return patterns


api = Api(
    title="Stackdeck",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=django_auth,
    renderer=FastRenderer(),
)
api.add_router("", inventory)
api.add_router("", points)
api.add_router("", service_map)
api.add_router("/figures", figures)
