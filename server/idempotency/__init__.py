"""Requests that may be sent again: the same key answers what the first request made."""
