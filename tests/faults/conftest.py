"""The databases of the process tests."""

from tests.processes.conftest import database_url

__all__ = ["database_url"]
