"""Officina's program: HTTP API, domain, persistence and wiring (see ARCHITECTURE.md)."""
