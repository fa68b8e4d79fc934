"""Admin of the inventory: accounts, stacks, tag rules and custom metrics are edited, what was found is looked at."""

from dashboard.admin.inventory import accounts, custom_metrics, found, stacks, tag_rules

__all__ = ["accounts", "custom_metrics", "found", "stacks", "tag_rules"]
