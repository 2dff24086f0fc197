"""The keys of the installation: canaries, rotation, retirement, escrow (KY-1…)."""
