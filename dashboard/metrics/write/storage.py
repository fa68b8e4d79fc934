"""How PostgreSQL keeps slices: as they are, since it compresses them in vain, and unpacks them whole to cut a part."""

from typing import Any

from django.db import connections

from dashboard.metrics.models import Slice

IS_EXTERNAL = "SELECT attstorage = 'e' FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'values'"


def keep_slices_as_they_are(using: str, **_: Any) -> None:
    """After migrations, tell PostgreSQL; does nothing where it knows already, or on other databases."""
    connection = connections[using]
    table = connection.ops.quote_name(Slice._meta.db_table)
    if connection.vendor != "postgresql" or Slice._meta.db_table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(IS_EXTERNAL, [Slice._meta.db_table])
        if cursor.fetchone() != (True,):
            cursor.execute(f'ALTER TABLE {table} ALTER COLUMN "values" SET STORAGE EXTERNAL')
