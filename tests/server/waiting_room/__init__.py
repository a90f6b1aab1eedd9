"""Tests of server/waiting_room."""
