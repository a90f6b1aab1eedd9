"""Tests of server/consultations."""
