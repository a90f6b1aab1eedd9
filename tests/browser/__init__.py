"""Tests through real browsers, against the demo as a user starts it."""
