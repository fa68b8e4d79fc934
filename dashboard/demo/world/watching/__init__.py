"""The CloudWatch alarms of the simulated shop: what they watch, and how they stand at a time."""
