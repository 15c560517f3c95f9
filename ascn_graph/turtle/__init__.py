"""Turtle read with the place of every term."""
