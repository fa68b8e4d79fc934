"""Accounts, stacks, resources, deploys, links known from configuration."""
