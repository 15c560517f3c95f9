"""The graph as a linked-data site of plain files."""
