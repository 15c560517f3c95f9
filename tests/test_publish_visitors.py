"""Fifteen questions of visitors, each answered from the first page in at most two steps, without JavaScript."""

from __future__ import annotations

import re

import pytest
from browsing import DESKTOP, tab

pytestmark = pytest.mark.browser

#: Who asks what; the links to follow from the first page; what the last page must say, as a pattern.
QUESTIONS = (
    # A civil servant.
    ("Who in Malaysia now?", ["#responsible a[href='people.html#malaysia']"], "#malaysia", r"Kuala Lumpur[\s\S]*Chief"),
    ("Who stands for Timor-Leste?", ["#responsible a[href='people.html#timor-leste']"], "#timor-leste", r"Timor-Leste"),
    (
        "Whom do I write to about Hanoi?",
        ["header a[href='doc/city.html']", "main a[href$='city/hanoi.html']"],
        "#officers",
        r"2026",
    ),
    (
        "How did Phnom Penh's officer change?",
        ["header a[href='doc/city.html']", "main a[href$='city/phnom-penh.html']"],
        "#officers",
        r"Seng Vannak[\s\S]*8 July 2018",
    ),
    (
        "Which posts changed hands since 2018?",
        ["#changed a"],
        "main",
        r"From 8 July 2018 to 31 January 2026[\s\S]*\d+ of the \d+ posts",
    ),
    # A journalist.
    (
        "What did Australia fund?",
        ["header a[href='doc/funding.html']"],
        "main",
        r"Australia[\s\S]*A\$30 million|A\$30 million[\s\S]*Australia",
    ),
    ("What was agreed, and between whom?", ["#agreed a[href='doc/agreement.html']"], "main", r"Yokohama"),
    (
        "Which cities does Indonesia have in it?",
        ["header a[href='doc/city.html']"],
        "main",
        r"Makassar[\s\S]*Indonesia",
    ),
    ("When did they first meet?", ["header a[href='doc/event.html']"], "main", r"8 July 2018"),
    (
        "What does Phnom Penh do?",
        ["header a[href='doc/city.html']", "main a[href$='city/phnom-penh.html']"],
        "#projects",
        r"2025",
    ),
    ("Who says so, and how old is it?", ["header a[href='doc/source.html']"], "main", r"31 January 2026"),
    # An integrator.
    (
        "Where is the data, and how large?",
        ["header a[href='dataset.html']"],
        "main",
        r"dumps/ascn\.nq[\s\S]*[0-9a-f]{64}",
    ),
    ("What does a term mean?", ["header a[href='ontology.html']"], "main", r"Classes[\s\S]*member city"),
    ("How do I cite it, under which licence?", ["footer a[href='about.html']"], "main", r"@misc[\s\S]*CC BY"),
    ("What is new?", ["footer a[href='news.html']"], "main", r"release"),
)


@pytest.mark.parametrize("asked", QUESTIONS, ids=[one[0] for one in QUESTIONS])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_visitor_finds_the_answer_in_two_steps(browser, origin, asked, script):
    """Following the links from the first page, the visitor reads the answer, with JavaScript and without."""
    _, steps, place, answer = asked
    assert len(steps) <= 2
    with tab(browser, viewport=DESKTOP, java_script_enabled=script) as page:
        page.goto(f"{origin}/ascn/index.html")
        for step in steps:
            page.locator(step).first.click()
        text = page.locator(place).first.inner_text()
        assert re.search(answer, text), text[:600]
