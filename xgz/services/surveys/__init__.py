"""Survey rounds: opening, giving out, answering, ending, and the people to look for."""
