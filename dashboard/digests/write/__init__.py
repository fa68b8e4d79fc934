"""Digests stored: editions and letters made, claimed and settled; who gets them."""
