"""What is decided and computed about spend, stored."""
