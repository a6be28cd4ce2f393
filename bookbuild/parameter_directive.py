"""`{book-parameters}`: how to run a chapter with other choices, from its schema."""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from bookbuild.errors import UsageError
from bookbuild.parameter_text import commands, parameter_table, read_command
from bookbuild.parameters import SUFFIX, read_schema

BETWEEN = (
    "A name or a value that is not allowed is refused before anything is executed. The notebook, "
    "its numbers (results.json) and what they were made from (provenance.json) are left in a "
    "folder of runs/. The same by papermill alone, which leaves the notebook:"
)


class ParametersDirective(SphinxDirective):
    """Show the command in the directive, the same for papermill, and the table of parameters.

    The command is checked by the schema: a page cannot show one that would be refused.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return commands and table."""
        docname = self.env.docname
        root, chapter = Path(self.env.srcdir), Path(docname).name
        self.env.note_dependency(f"{docname}{SUFFIX}")
        try:
            schema = read_schema(root, docname)
            values = read_command(schema, chapter, " ".join(self.content))
        except UsageError as error:
            raise self.error(f"{self.name}: {error}") from error
        own, plain = (
            nodes.literal_block(line, line, language="bash") for line in commands(docname, values)
        )
        text = nodes.paragraph(BETWEEN, BETWEEN)
        return [own, text, plain, nodes.raw("", parameter_table(schema), format="html")]
