"""What the fan-out benchmark is made of: a crowd of clients, and the servers it is let loose on."""
