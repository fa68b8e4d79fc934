"""Telling people: messages, routes, channels, and the outbox of deliveries."""
