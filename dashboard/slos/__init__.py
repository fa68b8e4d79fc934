"""Service level objectives: what was promised, what of the error budget is left, and how fast it burns."""
