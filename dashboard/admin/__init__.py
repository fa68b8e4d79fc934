"""Door: our AdminSite, one module per room."""
