"""The API and its parts."""

from ninja import NinjaAPI

api = NinjaAPI(title="Stackdeck", version="1", urls_namespace="api")
