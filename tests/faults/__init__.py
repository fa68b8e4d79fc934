"""What the outbox promises while processes are killed and receivers fail; whole by `make faults`."""
