"""What the tests of the audit share: arguments in short, and figures printed as papers print."""

from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from hypothesis import strategies as st

from evidence.audit.numbers import Number, Numbers

CONVENTIONS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN)


def args(*items, unit="", **named):
    """Return arguments: pairs (or longer, as of Number) for repeated ones, names for the others."""
    pairs = [Number(*map(str, item)) for item in items]
    return Numbers((*pairs, *(Number(k, str(v), unit=unit) for k, v in named.items())))


def printed(value, decimals, rounding=ROUND_HALF_EVEN):
    """Return an exact value as printed with so many decimals."""
    value = Fraction(value)
    with localcontext() as context:
        context.prec = 60
        whole, rest = divmod(value.numerator * 10**decimals, value.denominator)
        # A remainder only has to be told from a half.
        tail = Fraction(rest, value.denominator)
        digit = Decimal("0.5") if tail == Fraction(1, 2) else Decimal(float(tail))
        return str((Decimal(whole) + digit).quantize(Decimal(1), rounding).scaleb(-decimals))


def unit_of(decimals):
    return Fraction(1, 10**decimals)


conventions = st.sampled_from(CONVENTIONS)
decimals = st.integers(0, 3)
#: True values, some of them on the very half that conventions differ about.
values = st.fractions(0, 200, max_denominator=400)
