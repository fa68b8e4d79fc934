"""What the simulated accounts are billed: usage by AWS's rules, at list prices, as Cost Explorer shows it."""
