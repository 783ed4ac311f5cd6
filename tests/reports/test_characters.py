import pytest

from reports.characters import printable
from reports.papers import alphabet


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Bòrd Com-pàirteachais, Łódź, “quoted” – 5 × 4 • £3 −2", "Bòrd Com-pàirteachais, Łódź, “quoted” – 5 × 4 • £3 −2"),
        ("from 16→14", "from 16 to 14"),
        ("16 → 14", "16 to 14"),
        ("x ≤ 5 and y ≥ 6", "x at most 5 and y at least 6"),
        ("▲ 3", "up 3"),
        ("✓ done", "yes done"),
        ("Well done 😀", "Well done [grinning face]"),
        ("👍🏽", "[thumbs up sign]"),
        ("👩\u200d👧", "[woman][girl]"),
        ("\uf0b7 a bullet from Word", "• a bullet from Word"),
        ("e\u0301t\u0300a", "ét\u0300a"),
        ("ẹ and ﬁne", "e and fine"),
        ("a\u3000b\u202fc", "a b c"),
        ("a\u200bb\x07c", "abc"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\ue000", "[character u+e000]"),
        ("6″ by 5′", "6” by 5’"),
    ],
)  # fmt: skip
def test_what_the_typeface_lacks_is_written_in_words(typed, printed):
    assert printable(typed, alphabet()) == printed


def test_markup_stays_markup_and_nothing_becomes_markup():
    assert printable('<p title="≤">1 &lt; 2</p>', alphabet()) == '<p title="at most">1 &lt; 2</p>'
    assert printable("＜script＞＆＂＇", alphabet()) == (
        "[fullwidth less-than sign]script[fullwidth greater-than sign][fullwidth ampersand]"
        "[fullwidth quotation mark][fullwidth apostrophe]"
    )


def test_everything_that_comes_out_can_be_printed():
    every = "".join(chr(code) for code in range(0x20, 0x30000) if not 0xD800 <= code < 0xE000)

    left = set(printable(every, alphabet())) - alphabet()

    assert left == set()
