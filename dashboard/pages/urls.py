"""Addresses of the pages."""

from django.urls import URLPattern, path

from dashboard.pages.preferences import preferences
from dashboard.pages.sign_in import password, sign_in, sign_out
from dashboard.pages.status import healthz, metrics, readyz

urlpatterns: list[URLPattern] = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("password/", password, name="password"),
    path("preferences/", preferences, name="preferences"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
