"""A text column that is encrypted at rest."""
