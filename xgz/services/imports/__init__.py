"""Importing a file: taken in, read in a child, staged, shown, written, undone."""
