"""mlkg."""
