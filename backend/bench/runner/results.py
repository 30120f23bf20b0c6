"""Collects measurements, judges them against their limits, and prints or records them."""

from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

BEGIN = "<!-- results:begin -->"
END = "<!-- results:end -->"


@dataclass
class Spread:
    """Values of one thing measured several times. Their spread is the machine's noise."""

    values: list[float]
    unit: str

    @property
    def middle(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        unit = f" {self.unit}" if self.unit else ""
        if len(self.values) == 1:
            return f"{number(self.middle)}{unit}"
        return f"{number(self.middle)}{unit} ({number(low)}–{number(high)})"


@dataclass
class Row:
    """One line of the table. `passed` None means that the line has no limit and only informs."""

    bench: str
    what: str
    server: Spread | None = None
    limit: Spread | None = None
    ratio: Spread | None = None
    required: str = ""
    passed: bool | None = None
    error: str = ""

    def cells(self) -> list[str]:
        verdict = "error" if self.error else {None: "", True: "ok", False: "FAILED"}[self.passed]
        values = [self.server, self.limit, self.ratio]
        shown = [str(value) if value else "" for value in values]
        return [self.bench, self.what, *shown, self.required, verdict]


HEADINGS = ["bench", "what", "server", "bare limit", "ratio", "required", "result"]


@dataclass
class Results:
    machine: list[str]
    quick: bool
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def failed(self) -> bool:
        return any(row.passed is False or row.error for row in self.rows)

    def table(self) -> str:
        """For the terminal: padded columns."""
        lines = [HEADINGS] + [row.cells() for row in self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
        text = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
            for line in lines
        ]
        text.insert(1, "  ".join("-" * width for width in widths))
        text += self._remarks()
        return "\n".join(text)

    def markdown(self, when: datetime) -> str:
        kind = " (quick run)" if self.quick else ""
        title = f"### {when.strftime('%Y-%m-%d %H:%M')} UTC{kind}"
        lines = [title, "", *[f"- {fact}" for fact in self.machine], ""]
        lines.append("| " + " | ".join(HEADINGS) + " |")
        lines.append("|" + "---|" * len(HEADINGS))
        lines += ["| " + " | ".join(row.cells()) + " |" for row in self.rows]
        lines += ["", *[f"- {remark}" for remark in self._remarks()]]
        return "\n".join(lines).rstrip() + "\n"

    def _remarks(self) -> list[str]:
        return [f"{row.bench}: {row.error}" for row in self.rows if row.error] + self.notes

    def record(self, document: Path) -> None:
        """Replaces the results section of the document by this run."""
        text = document.read_text()
        if text.count(BEGIN) != 1 or text.count(END) != 1:
            raise ValueError(f"{document} needs one {BEGIN} and one {END}")
        head, rest = text.split(BEGIN)
        tail = rest.split(END)[1]
        section = self.markdown(datetime.now(timezone.utc))
        document.write_text(f"{head}{BEGIN}\n\n{section}\n{END}{tail}")


def number(value: float) -> str:
    """Three significant digits, thousands with separators."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value else "0"
