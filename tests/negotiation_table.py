"""The table that the chooser, the server and every web server over the static site are held to."""

from __future__ import annotations

import csv
from pathlib import Path

#: Its rows: 41 values of Accept for each of 4 kinds of resource, with the status and the form that must follow.
ROWS = list(csv.DictReader(Path(__file__).with_name("negotiation.csv").open(encoding="utf-8", newline="")))
#: The media type of each form.
TYPES = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
