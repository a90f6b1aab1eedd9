"""Signalling over Socket.IO: see PROTOCOL.md."""
