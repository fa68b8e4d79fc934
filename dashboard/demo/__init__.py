"""The simulated AWS account."""
