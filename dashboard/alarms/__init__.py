"""CloudWatch alarms that accounts have of their own: read only, joined to resources, the dead ones found."""
