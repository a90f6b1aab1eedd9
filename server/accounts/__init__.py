"""Tenants, pharmacies, staff, patients, and the links that bring patients in."""
