"""Tests mirror dashboard/."""
