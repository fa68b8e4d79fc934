"""Addresses of the pages."""

from django.urls import URLPattern, path

from dashboard.pages.collectors import collectors, pause_target, poll, resume_target
from dashboard.pages.connect import connect, connect_progress
from dashboard.pages.gallery import gallery
from dashboard.pages.overview import overview
from dashboard.pages.preferences import preferences
from dashboard.pages.resource import resource
from dashboard.pages.search import search
from dashboard.pages.sign_in import password, sign_in, sign_out
from dashboard.pages.stack import stack
from dashboard.pages.status import healthz, metrics, readyz

urlpatterns: list[URLPattern] = [
    path("", overview, name="overview"),
    path("stacks/<int:pk>/", stack, name="stack"),
    path("resources/<int:pk>/", resource, name="resource"),
    path("collectors/", collectors, name="collectors"),
    path("collectors/<int:pk>/poll/", poll, name="poll_now"),
    path("collectors/<int:pk>/pause/", pause_target, name="pause_target"),
    path("collectors/<int:pk>/resume/", resume_target, name="resume_target"),
    path("search/", search, name="search"),
    path("gallery/", gallery, name="gallery"),
    path("connect/", connect, name="connect"),
    path("connect/<int:account_id>/", connect_progress, name="connect_progress"),
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("password/", password, name="password"),
    path("preferences/", preferences, name="preferences"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
