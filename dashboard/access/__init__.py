"""Teams, roles, who may see which stack."""
