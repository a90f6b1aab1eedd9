"""Recordings: consent, capture, sealing, retention, playback."""
