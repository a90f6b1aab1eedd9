"""The audit log: events, the outbox they enter by, the sequencer that numbers and hashes them."""
