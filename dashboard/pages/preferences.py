"""Page: what one user prefers: time zone and colour scheme.

POST with only `theme` (the header's switch) changes just that.
"""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dashboard.access.models import Preference
from dashboard.access.read import preference_of
from dashboard.access.roles import role_of
from dashboard.core.zones import time_zones


class PreferenceForm(forms.ModelForm):
    """Time zone by its name in the zone database; theme."""

    class Meta:
        model = Preference
        fields = ("time_zone", "theme")
        help_texts = {"time_zone": "A place, for example Europe/Berlin. Times everywhere show in this zone."}
        widgets = {"time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"})}

    def clean_time_zone(self) -> str:
        """Refuse what the zone database doesn't know."""
        name = str(self.cleaned_data["time_zone"]).strip()
        if name not in time_zones():
            raise forms.ValidationError(f"There is no time zone “{name}”. Try a name like Europe/Berlin, or UTC.")
        return name


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and store the preferences of whoever is signed in."""
    preference = preference_of(request.user)
    if request.method == "POST" and set(request.POST) - {"csrfmiddlewaretoken"} == {"theme"}:
        return _switch_theme(request, preference)
    form = PreferenceForm(request.POST or None, instance=preference)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Preferences saved.")
        return redirect("preferences")
    zones = [name for name in time_zones() if "/" in name or name == "UTC"]
    context = {"form": form, "zones": zones, "now": timezone.now(), "role": role_of(request.user)}
    return render(request, "preferences/page.html", context)


def _switch_theme(request: HttpRequest, preference: Preference) -> HttpResponse:
    """Store the theme alone; 204, or 400 for a theme that doesn't exist."""
    theme = request.POST["theme"]
    if theme not in Preference.Theme.values:
        return HttpResponse("Unknown theme.", status=400, content_type="text/plain")
    preference.theme = theme
    preference.save()
    return HttpResponse(status=204)
