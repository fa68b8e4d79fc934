"""One file per AWS service; each defines SERVICE."""
