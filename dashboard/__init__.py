"""Stackdeck: tells whether anything is wrong, why, and what it costs right now."""
