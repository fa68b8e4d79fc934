"""What pages, mails and rules ask about spend."""
