"""What the records of the waiting room say about it."""
