"""Times show in the time zone of whoever is looking."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dashboard.access.read import preference_of


class TimeZoneMiddleware:
    """Activate the user's time zone for one request; UTC for everybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the user's zone."""
        try:
            zone = ZoneInfo(preference_of(request.user).time_zone)
        except (ZoneInfoNotFoundError, ValueError):  # stored by an older zone database
            zone = ZoneInfo("UTC")
        with timezone.override(zone):
            return self.get_response(request)
