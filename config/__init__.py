"""Wiring: settings, urls, Celery. Names the app; the app never imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
