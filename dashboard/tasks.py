"""Door: every Celery task, each a few lines."""
