"""What the library refuses, as sentences of the product: its patterns are the keys of their translations."""

from printers import PrintersError, RefusedContentError, Word
from warehouse.domain.words import Text, listed, phrase, sentence


def refused(error: PrintersError) -> Text:
    """Say what is refused, without the field."""
    if not error.values:
        return phrase(error.pattern)
    values = {name: _word(value) if isinstance(value, Word) else value for name, value in error.values.items()}
    return sentence(error.pattern, **values)


def refused_by_field(error: PrintersError) -> Text:
    """Say what is refused, with the name of the field where there is one."""
    return listed([error.field, refused(error)], ": ") if isinstance(error, RefusedContentError) else refused(error)


def _word(value: Word) -> Text:
    """Say a word of the library; by itself "count" is what people do at a bin."""
    return sentence("count||pieces") if value == "count" else phrase(value)
