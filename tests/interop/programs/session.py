"""Runs a script statement by statement, and tells as JSON what each gave: `session.py SCRIPT`.

A statement that is an expression gives its value's repr, any may give an error, and warnings.
Comments on a statement say what is not the same in both libraries, on purpose:
`# other text` that of the error (its class is the same, or a subclass), `# differs: RULE` anything.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import types
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("TZINFO_TOPIC", "clock:ZONE")

MARK = re.compile(r"#\s*(differs: .+|other text)$", re.MULTILINE)


def told(value: Any) -> str:
    """The value's text, without what varies from run to run."""
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", str(value))
    text = re.sub(r"\boid \d+", "oid", text)
    return re.sub(r"/\S*/(?=session-)", "", text)


def execute(statement: ast.stmt, source: str, module: types.ModuleType) -> dict[str, Any]:
    """Run one statement; tell what came of it."""
    outcome: dict[str, Any] = {"line": statement.lineno, "source": source.strip()}
    name, namespace = module.__name__, vars(module)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            if isinstance(statement, ast.Expr):
                code = compile(ast.Expression(statement.value), name, "eval", dont_inherit=True)
                outcome["value"] = told(repr(eval(code, namespace)))  # noqa: S307
            else:
                code = compile(ast.Module([statement], []), name, "exec", dont_inherit=True)
                exec(code, namespace)  # noqa: S102
        except Exception as error:
            outcome["error"] = f"{type(error).__module__}.{type(error).__name__}: {told(error)}"
            outcome["kinds"] = [cls.__name__ for cls in type(error).__mro__]
    outcome["warnings"] = [
        f"{w.category.__name__}: {told(w.message)}" for w in caught if w.filename == name
    ]
    return outcome


def main(path: Path) -> None:
    """Run the script in a module called `session_` and its name."""
    name = f"session_{path.stem}"
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    module = types.ModuleType(name)
    sys.modules[name] = module
    outcomes = []
    for statement in ast.parse(text).body:
        source = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
        mark = MARK.search(source)
        outcome = execute(statement, source, module)
        outcomes.append({**outcome, "mark": mark.group(1) if mark else ""})
    json.dump(outcomes, answers)
    answers.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
