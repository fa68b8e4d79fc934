"""CloudWatch series and points: what is collected, stored and read back."""
