"""What `make bench` runs: every speed claim, beside an alternative, in one run."""
