"""Comparing people of the roster with people of the register: what counts, and how much (LK)."""
