"""What happens in the simulated accounts: a pure, seeded function of time, built as causes and effects."""
