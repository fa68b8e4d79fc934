"""What is wrong, and why: golden signals of resources and stacks, judged."""
