"""Packed values out of the database without a detour."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet


def fetch(rows: QuerySet[Any, Any]) -> list[Any]:
    """The rows of a values_list.

    From PostgreSQL they are fetched in its binary format: Django asks for text, which doubles packed values on the way.
    """
    if connection.vendor != "postgresql":
        return list(rows)
    from psycopg import Cursor  # noqa: PLC0415 - only where it is the driver

    sql, parameters = rows.query.sql_with_params()
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(sql, parameters, binary=True).fetchall()
