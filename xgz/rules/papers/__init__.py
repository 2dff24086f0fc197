"""Official papers of a case: which there are, who makes them when, what they carry (PA-1)."""
