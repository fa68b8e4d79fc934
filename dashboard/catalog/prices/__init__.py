"""What AWS charges, as data."""
