"""Joint branches: what a legal group is, and what may be done with a plan by hand."""
