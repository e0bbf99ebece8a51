"""Parameters of a notebook in Swift, for papermill.

`papermill in.ipynb out.ipynb -p epochs 20 -p rates '[0.1, 0.01]'` writes a cell of `let`s after the
cell that is tagged `parameters`. A parameter takes the type that cell gives it, so `-p rate 1` is a
`Double` where the default is `0.1`; without such a cell the type follows from the value.
"""

import math
import re

from papermill.engines import NBClientEngine as Engine
from papermill.models import Parameter
from papermill.translators import papermill_translators

KEYWORDS = set(
    "as associatedtype break case catch class continue default defer deinit do else enum extension "
    "fallthrough false fileprivate for func guard if import in init inout internal is let nil "
    "operator precedencegroup private protocol public repeat rethrows return self static struct "
    "subscript super switch throw throws true try typealias var where while".split())

# `let rate: Double = 0.1  // of the optimiser`
DECLARATION = re.compile(
    r"^\s*(?:let|var)\s+`?(?P<name>\w+)`?\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*(?P<value>.*?)"
    r"(?:\s*//\s*(?P<help>.*))?$")

LITERALS = [
    ("Bool", r"true|false"), ("Int", r"-?\d[\d_]*"), ("String", r'".*"'),
    ("Double", r"-?\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?"),
]


class SwiftTranslator:
    """Writes Python's values as Swift, and reads the cell of defaults."""

    def __init__(self):
        self.declared = {}  # the types in the cell of defaults that was read last

    def codify(self, parameters, comment="Parameters"):
        """The cell that papermill puts into the notebook."""
        declared, self.declared = self.declared, {}
        lines = [declaration(name, value, declared.get(name)) for name, value in parameters.items()]
        return "\n".join([f"// {comment}", *lines]) + "\n"

    def inspect(self, parameters_cell):
        """The parameters that the cell of defaults declares, with their types."""
        found = []
        for line in parameters_cell["source"].splitlines():
            match = DECLARATION.match(line)
            if match:
                kind = match["type"] or literal_type(match["value"])
                found.append(Parameter(
                    name=match["name"], inferred_type_name=kind or "None", default=match["value"],
                    help=match["help"] or ""))
        self.declared = {p.name: p.inferred_type_name for p in found
                         if p.inferred_type_name != "None"}
        return found


def declaration(name, value, declared=None):
    """`let name: Type = value`; the type is left out where the literal says it."""
    own = swift_type(value)
    # What the default's type cannot hold changes the type, as a new declaration may.
    kind = declared if declared and fits(value, declared) else own
    is_plain = kind == own and own in ("Bool", "Int", "Double", "String")
    quoted = f"`{name}`" if name in KEYWORDS else name
    return f"let {quoted}{'' if is_plain else f': {kind}'} = {literal(value)}"


def fits(value, kind):
    """Whether a value can be written where a Swift type is declared."""
    if kind.endswith("?"):
        return value is None or fits(value, kind[:-1])
    if value is None:
        return False
    if isinstance(value, bool):
        return kind in ("Bool", "Any")
    if isinstance(value, int):
        return re.fullmatch(r"U?Int(8|16|32|64)?|Double|Float(16)?|Any", kind) is not None
    if isinstance(value, float):
        return kind in ("Double", "Float", "Float16", "Any")
    if isinstance(value, dict):
        match = re.fullmatch(r"\[String: ?(.+)\]", kind)
        return kind == "Any" or bool(match) and all(fits(v, match[1]) for v in value.values())
    if isinstance(value, (list, tuple)):
        match = re.fullmatch(r"\[([^:]+)\]", kind)
        return kind == "Any" or bool(match) and all(fits(item, match[1]) for item in value)
    return kind in ("String", "Any")


def literal_type(text):
    """The type of a Swift literal, where it is a simple one."""
    for kind, pattern in LITERALS:
        if re.fullmatch(pattern, text.strip()):
            return kind
    return None


def swift_type(value):
    """The Swift type that holds a value of JSON or YAML."""
    if value is None:
        return "Any?"
    if isinstance(value, bool):
        return "Bool"
    if isinstance(value, int):
        return "Int" if -2**63 <= value < 2**63 else "Double"
    if isinstance(value, float):
        return "Double"
    if isinstance(value, dict):
        return f"[String: {common_type(value.values())}]"
    if isinstance(value, (list, tuple)):
        return f"[{common_type(value)}]"
    return "String"


def common_type(values):
    kinds = {swift_type(value) for value in values if value is not None}
    if kinds == {"Int", "Double"}:
        kinds = {"Double"}
    kind = kinds.pop() if len(kinds) == 1 else "Any"
    if any(value is None for value in values) and not kind.endswith("?"):
        kind += "?"
    return kind


def literal(value):
    """A value as a Swift literal."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if -2**63 <= value < 2**63 else f"{value}.0"
    if isinstance(value, float):
        if math.isfinite(value):
            return repr(value)
        return "Double.nan" if math.isnan(value) else f"{'-' * (value < 0)}Double.infinity"
    if isinstance(value, dict):
        entries = [f"{text_literal(str(key))}: {element(item, value.values())}"
                   for key, item in value.items()]
        return f"[{', '.join(entries) or ':'}]"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(element(item, value) for item in value)}]"
    return text_literal(str(value))


def element(item, all_items):
    """An element's literal; among values of different types a collection must say its own."""
    text = literal(item)
    is_mixed = common_type(all_items).rstrip("?") == "Any"
    return f"{text} as {swift_type(item)}" if is_mixed and isinstance(item, (dict, list)) else text


def text_literal(text):
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
    return '"' + "".join(
        escapes.get(c) or (f"\\u{{{ord(c):x}}}" if not c.isprintable() else c) for c in text) + '"'


papermill_translators.register("swift", SwiftTranslator())
