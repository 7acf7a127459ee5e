"""training: who learns what where, who finished, and who then found work."""
