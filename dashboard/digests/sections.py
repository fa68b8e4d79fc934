"""What a digest can be made of, in the order in which it is offered."""

SECTIONS = {
    "alerts": "Alerts",
    "slos": "SLOs and error budgets",
    "movers": "Latency and errors",
    "deploys": "Deploys",
    "spend": "Spend",
    "collectors": "Collectors",
}
"""Key and label."""
EVERY = tuple(SECTIONS)
