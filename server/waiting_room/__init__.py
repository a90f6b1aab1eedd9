"""The waiting room: queues, the visits standing in them, who is next, and how long it will be."""
