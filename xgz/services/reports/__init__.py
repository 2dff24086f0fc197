"""Long lists made into files in the background, for one person, for a day."""
