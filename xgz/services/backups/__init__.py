"""Backups: made online, sealed, tried every night, restored into an empty place (BK-1…)."""
