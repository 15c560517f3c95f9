"""SPARQL texts: named queries, bound values, tokens, syntax errors and what a text may not do."""
