"""Fresh passwords and keys for docker-compose.yml: `python3 dashboard/management/compose_secrets.py [folder]`.

Needs nothing but Python. The folder is closed to others (0700); the files in it are readable (0644), because the
containers read them as users that the host does not know. What is there already is never overwritten.
"""

import base64
import secrets
import sys
from pathlib import Path


def write_secrets(folder: Path) -> list[str]:
    """Write what is missing; give the names of the files that were written."""
    folder.mkdir(mode=0o700, exist_ok=True)
    written: list[str] = []

    def keep(name: str, text: str) -> str:
        path = folder / name
        if not path.exists():
            path.write_text(text)
            path.chmod(0o644)
            written.append(name)
        return path.read_text()

    keep("secret_key", secrets.token_urlsafe(50))
    keep("encryption_keys", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    postgres = keep("postgres_password", secrets.token_hex(24))
    redis = keep("redis_password", secrets.token_hex(24))
    keep("database_url", f"postgres://stackdeck:{postgres}@postgres:5432/stackdeck")
    keep("redis_url", f"redis://:{redis}@redis:6379/0")
    return written


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "secrets")
    names = write_secrets(target)
    print(f"Wrote {', '.join(names)} in {target}." if names else f"Everything is in {target} already.")  # noqa: T201
