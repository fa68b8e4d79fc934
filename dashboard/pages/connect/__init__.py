"""Page: connect an AWS account, step by step, and watch the first collection."""

from dashboard.pages.connect.guide import connect
from dashboard.pages.connect.progress import connect_progress

__all__ = ["connect", "connect_progress"]
