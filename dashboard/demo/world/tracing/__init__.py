"""What X-Ray records of the world: sampled requests, drawn from the same flow that the metrics come from."""
