"""The forms in which a validation report is written."""
