"""Where the doors hang: pages, API, admin."""

from django.urls import include, path

from dashboard.admin.site import site
from dashboard.api.urls import api

urlpatterns = [
    path("admin/", site.urls),
    path("api/v1/", api.urls),
    path("", include("dashboard.pages.urls")),
]
