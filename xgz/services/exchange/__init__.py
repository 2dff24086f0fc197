"""Comparing lists with another office's copy of the tool: key, request, answer, acceptance (XC)."""
