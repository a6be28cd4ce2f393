"""Hear the warnings of a build: the glued values that are missing, and all of them for its end."""

import copy
import logging
from typing import cast

from sphinx.application import Sphinx
from sphinx.util.logging import (
    NAMESPACE,
    SphinxWarningLogRecord,
    WarningLogRecordTranslator,
    is_suppressed_warning,
)


class Warned(logging.Handler):
    """Collect warnings as Sphinx shows them, each once.

    Attributes
    ----------
    messages : dict
        The warnings, in order; values say whether the warning is about a glued value.
    """

    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self.app = app
        self.messages: dict[str, bool] = {}

    def listen(self) -> None:
        """Begin to hear; until the process or the next build in it begins."""
        logger = logging.getLogger(NAMESPACE)
        for handler in [h for h in logger.handlers if isinstance(h, Warned)]:
            logger.removeHandler(handler)
        logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning, unless the book suppresses its kind."""
        kind, subtype = getattr(record, "type", ""), getattr(record, "subtype", "")
        if is_suppressed_warning(kind, subtype, self.app.config.suppress_warnings):
            return
        # A copy: translating the location twice would garble what Sphinx prints.
        own = copy.copy(record)
        WarningLogRecordTranslator(self.app).filter(cast(SphinxWarningLogRecord, own))
        glue = str(subtype).startswith("glue") or "glue" in record.getMessage()
        self.messages[own.getMessage()] = glue

    @property
    def of_glue(self) -> list[str]:
        """The warnings about glued values: each is a hole in a sentence."""
        return [message for message, glue in self.messages.items() if glue]
