"""How figures are written for people, and how what people type is read (pure, decimals).

Rounding is half up and for display only. No value is "No value", never zero, and
nothing that is not a number is ever read as one.
"""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from priorities.wording import quoted, tidied

NO_VALUE = "No value"
MOST_DIGITS = 15

YES = Decimal(1)
NO = Decimal(0)
YES_OR_NO = {YES: "Yes", NO: "No"}

# Wide enough that display never raises on a figure the database could hold.
_DISPLAY = Context(prec=60, rounding=ROUND_HALF_UP)


class NumberError(ValueError):
    """What was typed is not a number; the message says so and what to do.

    `alone` says the same where nobody can say why there is no figure: `where_none` is left out and `otherwise` said.
    """

    def __init__(self, what: str, where_none: str = "", otherwise: str = "") -> None:
        super().__init__(f"{what} {where_none}".rstrip())
        self.alone = f"{what} {otherwise}".rstrip() if where_none else what


class Unit(enum.StrEnum):
    """What a measure's values are counted in."""

    PERCENT = "percent"
    NUMBER = "number"
    RATE = "rate"
    MONEY = "money"
    SCORE = "score"
    DAYS = "days"
    INDEX = "index"
    YES_NO = "yes_no"
    POINTS = "points"

    @property
    def label(self) -> str:
        return _UNIT_LABELS[self]

    @property
    def sign(self) -> str:
        """The sign its figures are written with; "" for those without one."""
        return {Unit.PERCENT: "%", Unit.MONEY: "£"}.get(self, "")

    @property
    def change_word(self) -> str:
        """What differences are counted in: percentage points for percentages, "" for plain numbers."""
        return _CHANGE_WORDS.get(self, "")

    @property
    def is_amount(self) -> bool:
        """Whether it counts how many or how much, so that a part has less of it than the whole."""
        return self in (Unit.NUMBER, Unit.MONEY)

    @property
    def usual_decimals(self) -> int:
        """How many decimals are usual when a measure does not say."""
        return _USUAL_DECIMALS.get(self, 0)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form or model field."""
        return [(unit.value, unit.label) for unit in cls]


_UNIT_LABELS = {
    Unit.PERCENT: "Percentage",
    Unit.NUMBER: "Number",
    Unit.RATE: "Rate",
    Unit.MONEY: "Money (£)",
    Unit.SCORE: "Score",
    Unit.DAYS: "Days",
    Unit.INDEX: "Index",
    Unit.YES_NO: "Yes or no",
    Unit.POINTS: "Percentage points",
}

_CHANGE_WORDS = {
    Unit.PERCENT: "percentage points",
    Unit.POINTS: "percentage points",
    Unit.DAYS: "days",
    Unit.MONEY: "£",
}

_USUAL_DECIMALS = {Unit.PERCENT: 1, Unit.POINTS: 1, Unit.RATE: 1, Unit.INDEX: 1, Unit.SCORE: 2}


# Writing


def unit_in_words(unit: Unit | str, counted: str = "") -> str:
    """What figures are in: "% of children", "people", "£", "rate per 100,000 people", "score out of 10".

    `counted` is what a measure says it counts, which may be nothing.
    """
    unit = Unit(unit)
    if unit is Unit.YES_NO:
        return unit.label.lower()
    if unit is Unit.NUMBER:
        return counted or unit.label.lower()
    name = unit.sign or unit.label.lower()
    if not counted:
        return name
    goes_on = unit is Unit.MONEY or counted.startswith(("per ", "out of "))
    return f"{name} {counted}" if goes_on else f"{name} of {counted}"


def format_value(value: Decimal | None, *, unit: Unit | str, decimals: int) -> str:
    """A value as pages print it: "20.3%", "1,234", "£1,200,000", "34 days", "Yes"; "No value" for None."""
    if value is None:
        return NO_VALUE
    unit = Unit(unit)
    if unit is Unit.YES_NO and value in YES_OR_NO:
        return YES_OR_NO[value]
    # Pence are written with two figures or none.
    digits = format_digits(abs(value), 2 if unit is Unit.MONEY and decimals == 1 else decimals)
    sign = "−" if value < 0 and digits.strip("0.,") else ""
    match unit:
        case Unit.PERCENT:
            return f"{sign}{digits}%"
        case Unit.MONEY:
            return f"{sign}£{digits}"
        case Unit.DAYS | Unit.POINTS:
            return f"{sign}{digits} {unit.change_word.removesuffix('' if digits != '1' else 's')}"
        case _:
            return f"{sign}{digits}"


def format_digits(value: Decimal, decimals: int) -> str:
    """The bare digits of a value, rounded half up, thousands set off by commas."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a figure")
    rounded = value.quantize(Decimal(1).scaleb(-decimals), context=_DISPLAY)
    # A small negative figure rounds to zero, not to "-0".
    return f"{rounded or abs(rounded):,f}"


def decimals_in(value: Decimal) -> int:
    """How many decimals a value has, ending noughts not counted."""
    exponent = value.normalize(_DISPLAY).as_tuple().exponent
    return max(0, -int(exponent))


def decimals_to_tell_apart(value: Decimal, other: Decimal, decimals: int) -> int:
    """`decimals`, or as many more as it takes for two different values not to look the same."""
    if value == other:
        return decimals
    while format_digits(value, decimals) == format_digits(other, decimals):
        decimals += 1
    return decimals


def format_against(value: Decimal | None, target: Decimal | None, *, unit: Unit | str, decimals: int) -> str:
    """A value beside its target: 91.96 against 92.0 is "91.96%", not a "92.0%" that misses 92.0%."""
    if value is not None and target is not None:
        decimals = decimals_to_tell_apart(value, target, decimals)
    return format_value(value, unit=unit, decimals=decimals)


# Reading

_ENTER_A_NUMBER = "Enter a number, like 20.3."
_NOT_AVAILABLE = "If there is no figure, leave this empty and say why."
_NOT_SHOWN = "If the figure may not be shown, leave this empty and say why."

# What publishers and spreadsheets print where there is no figure, in small letters.
_SYMBOL = re.compile(
    r"""
    \*+ | -+ | –|—| \.+ | … | : | [cxzu]          # symbols of statistical tables
    | [(\[]\ ?[a-z]\ ?[)\]]                       # the same in brackets
    | n/a | na | n\.a\.? | n/k | nk | tbc | none | null | not\ available | not\ known | suppressed
    | \#(n/a|div/0!|value!|ref!|name\?|num!)      # a spreadsheet's own errors
    """,
    re.VERBOSE,
)

_TIMES = {
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "million": 1_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
}

_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<pound>£ ?)?(?P<inner_sign>[-+]?)"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)?(?P<fraction>\.[0-9]+)?"
    r" ?(?P<tail>%|per ?cent|k|m|bn|thousand|million|billion|days?|pps?|(?:percentage )?points?)?"
)

_MARK = re.compile(r"(?<=\S) ?[(\[] ?([pre]) ?[)\]]$")


def parse_value(text: str) -> Decimal:
    """Read a figure as people type it: `1,234`, `20.3%`, `£1.2m`, `12 (p)`, with a stray apostrophe or space.

    A provisional, revised or estimated mark is passed over here and read by `mark_in`. Raises NumberError,
    never guesses: symbols for a missing figure are not zero, and a comma is never taken for a decimal point.
    """
    words = _MARK.sub("", _plain(text))
    if not words:
        raise NumberError(_ENTER_A_NUMBER, _NOT_AVAILABLE)
    found = _NUMBER.fullmatch(words)
    if found is None or not (found["digits"] or found["fraction"]) or (found["sign"] and found["inner_sign"]):
        raise _what_is_wrong(words, text)
    if found["pound"] and found["tail"] and found["tail"] not in _TIMES:
        raise NumberError(_not_a_number(text))
    if found["tail"] in ("k", "m", "bn") and not found["pound"]:
        raise NumberError(
            f"{quoted(text)} may be short for a larger number. Write the number in full, like 1,200,000."
        )
    digits = re.sub(r"[, ]", "", found["digits"] or "0") + (found["fraction"] or "")
    if len(digits.replace(".", "")) > MOST_DIGITS:
        raise NumberError(_too_long(text))
    value = Decimal(digits) * _TIMES.get(found["tail"] or "", 1)
    if value >= 10**MOST_DIGITS:
        raise NumberError(_too_long(text))
    return -value if "-" in (found["sign"], found["inner_sign"]) else value


def parse_figure(text: str, unit: Unit | str) -> Decimal:
    """Read a figure of a measure counted in `unit`: as `parse_value`, and "yes" or "no" where these are its figures.

    A sign that says something else than the unit (£ for a percentage) is refused. Raises NumberError.
    """
    unit = Unit(unit)
    if unit is Unit.YES_NO:
        return _yes_or_no(text)
    figure = parse_value(text)
    if (sign := sign_in(text)) and sign not in _FITTING_SIGNS.get(unit, ()):
        raise NumberError(
            f"{quoted(text)} is {_SIGNS_IN_WORDS[sign]}, and this measure is not. Check the figure."
        )
    return figure


# Spreadsheets make TRUE and FALSE of ticks and formulas.
_YES_OR_NO_TYPED = {
    **dict.fromkeys(("yes", "y", "1", "true"), YES),
    **dict.fromkeys(("no", "n", "0", "false"), NO),
}


def _yes_or_no(text: str) -> Decimal:
    words = _plain(text)
    if words in _YES_OR_NO_TYPED:
        return _YES_OR_NO_TYPED[words]
    if not words or _SYMBOL.fullmatch(words):
        raise NumberError("Answer Yes or No.", _NO_ANSWER)
    raise NumberError(f"{quoted(text)} is neither yes nor no. Answer Yes or No.", _NO_ANSWER)


_NO_ANSWER = "If neither is known, leave this empty and say why."


def mark_in(text: str) -> str:
    """The mark typed after a figure: "p" provisional, "r" revised, "e" estimated, "" for none."""
    found = _MARK.search(_plain(text))
    return found[1] if found else ""


def sign_in(text: str) -> str:
    """The sign typed with a figure that says what it counts: "£", "%", "days", "points", "percentage points" or ""."""
    words = _MARK.sub("", _plain(text))
    if "£" in words:
        return "£"
    found = _SIGN.search(words)
    return next((sign for sign, ends in _SIGNS.items() if found and found[0] in ends), "")


_SIGNS = {
    "%": ("%", "percent", "per cent"),
    "days": ("day", "days"),
    "percentage points": ("pp", "pps", "percentage point", "percentage points"),
    "points": ("point", "points"),
}

_SIGN = re.compile(r"(%|per ?cent|days?|pps?|(percentage )?points?)$")

_FITTING_SIGNS = {
    Unit.PERCENT: ("%",),
    Unit.MONEY: ("£",),
    Unit.DAYS: ("days",),
    Unit.POINTS: ("percentage points", "%", "points"),
    Unit.SCORE: ("points",),
    Unit.INDEX: ("points",),
}

_SIGNS_IN_WORDS = {
    "£": "money",
    "%": "a percentage",
    "days": "a number of days",
    "percentage points": "a number of percentage points",
    "points": "a number of points",
}


def symbol_in(text: str) -> str:
    """The symbol that stands in place of a figure, in the shorthand of official statistics; "" for none.

    "c" confidential ("*", "<5", "suppressed"), "x" not available ("..", ":", "not known") and "z" not applicable
    ("not applicable"). What may mean either ("-", "n/a") has none: its publisher must say which. A symbol is never
    zero.
    """
    words = re.sub(r"^[(\[] ?| ?[)\]]$", "", _plain(text))
    if re.fullmatch(r"(<|≤|less than|fewer than|under) ?[0-9]{1,2}", words):
        return "c"
    return next((symbol for symbol, typed in _SYMBOLS.items() if re.fullmatch(typed, words)), "")


_SYMBOLS = {
    "c": r"\*+|c|suppressed|confidential",
    "x": r"\.\.+|…|:|x|n/k|nk|not available|not known",
    "z": r"z|not applicable",
}


def _plain(text: str) -> str:
    """Small letters, plain spaces, no apostrophe (spreadsheets put one before text), every minus "-"."""
    words = tidied(text.replace("\ufeff", "").replace("\u200b", "")).lower()
    words = re.sub(r"^['‘’] ?", "", words)
    return re.sub(r"^(£?) ?[−‒–](?=[0-9£.])", r"\1-", words)


def _what_is_wrong(words: str, text: str) -> NumberError:
    """Plain words for a text that could not be read."""
    if _SYMBOL.fullmatch(words):
        return NumberError(f"{quoted(text)} is not a number.", _NOT_AVAILABLE, _ENTER_A_NUMBER)
    if re.match(r"(<|>|≤|≥|~|less than|more than|under|over|about|fewer than)", words):
        return NumberError(f"{quoted(text)} is not one number.", _NOT_SHOWN, _ENTER_A_NUMBER)
    if words in ("nil", "zero", "o"):
        return NumberError(f"{quoted(text)} is not a number. If the figure is zero, enter 0.", _NOT_AVAILABLE)
    if "," in words and re.search("[0-9]", words) and re.fullmatch(r"[-+£]*[0-9., ]+%?", words):
        return NumberError(
            f"{quoted(text)} has a comma in an odd place. "
            "Use commas only between thousands and a point for decimals, like 1,234.5."
        )
    if re.fullmatch(r"[-+£]*[0-9o.,]*%?", words) and "o" in words and re.search("[0-9]", words):
        return NumberError(f"{quoted(text)} has the letter O in it. Use the figure 0.")
    return NumberError(_not_a_number(text))


def _too_long(text: str) -> str:
    return f"{quoted(text)} is too long. Enter a number of at most {MOST_DIGITS} digits."


def _not_a_number(text: str) -> str:
    return f"{quoted(text)} is not a number. {_ENTER_A_NUMBER}"


# Doubting


def doubts(
    value: Decimal,
    *,
    last: Decimal | None,
    unit: Unit | str,
    is_bounded: bool,
    earlier: Sequence[Decimal] = (),
) -> list[str]:
    """Questions a careful colleague would ask about a figure before it is kept; none when it looks right.

    `last` is the measure's last value, and `earlier` are its values so far, oldest first, that one among them.
    `is_bounded` says that the measure cannot pass 100% (growth can). Each may be answered yes: these are questions,
    not errors. A yes or no raises none.
    """
    unit = Unit(unit)
    if unit is Unit.YES_NO:
        return []
    shown = _shown(value, unit)
    questions = []
    if unit is Unit.PERCENT and is_bounded and value > 100:
        questions.append(f"{shown} is over 100%. Is this right?")
    if value < 0 and unit is not Unit.POINTS and (is_bounded or last is None or last >= 0):
        questions.append(f"{shown} is below zero. Is this right?")
    if unit is Unit.NUMBER and value != value.to_integral_value():
        questions.append(f"{shown} is not a whole number, and this measure is a count. Is this right?")
    if jump := _doubt_about_jump(value, last, unit):
        questions.append(jump)
    if _is_running_on(value, earlier):
        questions.append(
            f"{shown} is the same as the three figures before it. Is this a new figure, and not a copy?"
        )
    return questions


def _is_running_on(value: Decimal, earlier: Sequence[Decimal]) -> bool:
    """Whether a figure is the fourth running of one size. Nothing, period after period, is no wonder."""
    before = earlier[-3:]
    return value != 0 and len(before) == 3 and all(figure == value for figure in before)


@dataclass(frozen=True)
class RatioFault:
    """What is wrong with a numerator or its denominator (`field`); a question when it may be answered yes."""

    field: str
    message: str
    is_question: bool = False


def ratio_faults(
    numerator: Decimal | None, denominator: Decimal | None, *, is_share: bool
) -> list[RatioFault]:
    """What is wrong with a numerator over its denominator; nothing when it is right, or when neither is given.

    `is_share` says that the numerator is a part of the denominator, so that the figure cannot pass 100%.
    """
    if numerator is None or denominator is None:
        return _half_of_a_ratio(numerator, denominator)
    faults = []
    if numerator < 0:
        shown = f"{_shown(numerator, Unit.NUMBER)} is below zero."
        faults.append(
            RatioFault("numerator", f"{shown} A part of something cannot be.")
            if is_share
            else RatioFault("numerator", f"{shown} Is this right?", is_question=True)
        )
    if denominator < 0:
        shown = f"{_shown(denominator, Unit.NUMBER)} is below zero."
        faults.append(RatioFault("denominator", f"{shown} What a figure is worked out over cannot be."))
    elif denominator == 0:
        faults.append(RatioFault("denominator", f"Nothing can be divided by zero. {_NOT_AVAILABLE}"))
    elif is_share and numerator > denominator:
        part, whole = _shown(numerator, Unit.NUMBER), _shown(denominator, Unit.NUMBER)
        faults.append(
            RatioFault("numerator", f"{part} is more than {whole}, the number it is part of. Check both.")
        )
    return faults


def _half_of_a_ratio(numerator: Decimal | None, denominator: Decimal | None) -> list[RatioFault]:
    if numerator is None and denominator is None:
        return []
    missing = "numerator" if numerator is None else "denominator"
    return [RatioFault(missing, "Give both numbers that the figure is worked out from, or neither.")]


def _doubt_about_jump(value: Decimal, last: Decimal | None, unit: Unit) -> str:
    """The question a figure far from the last one raises, or ""."""
    shown = _shown(value, unit)
    is_small = last is None or abs(value) * 10 <= abs(last)
    if unit is Unit.PERCENT and 0 < value < 1 and is_small:
        return f"Is this really {shown}, or did you mean {_shown(value * 100, unit)}?"
    if not last:
        return ""
    if value == 0:
        return f"The last figure was {_shown(last, unit)}. Is this one really zero?"
    if abs(value) >= abs(last) * 10:
        return f"{shown} is ten times the last figure, {_shown(last, unit)}, or more. Is this right?"
    if is_small:
        return f"{shown} is a tenth of the last figure, {_shown(last, unit)}, or less. Is this right?"
    return ""


def _shown(value: Decimal, unit: Unit) -> str:
    """A value with just the decimals it has."""
    return format_value(value, unit=unit, decimals=decimals_in(value))
