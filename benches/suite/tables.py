"""Tables, printed as Markdown: it reads well on a terminal, too, and goes into docs/benchmarks.md as it is."""
import dataclasses


@dataclasses.dataclass
class Table:
    """A table; cells are texts, and a column is set to the right if its heading ends with a colon."""

    title: str
    columns: list
    rows: list = dataclasses.field(default_factory=list)

    def add(self, *cells):
        self.rows.append([str(cell) for cell in cells])

    def __str__(self):
        heads = [column.removesuffix(":") for column in self.columns]
        right = [column.endswith(":") for column in self.columns]
        widths = [max(map(len, column)) for column in zip(heads, ["---"] * len(heads), *self.rows)]

        def line(cells):
            padded = (cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(cells, widths, right))
            return "| " + " | ".join(padded) + " |"

        rule = [("-" * (w - 1) + ":") if r else "-" * w for w, r in zip(widths, right)]
        return "\n".join([self.title, "", line(heads), line(rule), *map(line, self.rows), ""])
