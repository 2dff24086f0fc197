"""The invented demo district: everything follows from one seed number and one date."""
