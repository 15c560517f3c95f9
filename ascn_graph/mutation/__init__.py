"""Mutation testing of shapes: whether every constraint catches something."""
