"""Rules that keep the house readable, checked on every file that git knows. Prints what breaks them; ends with 1."""

import re
import subprocess
import sys
from collections.abc import Iterator

LINE_LIMIT = 130
FILE_LIMIT = 500
FUNCTION_LIMIT = 70

# How often `try?` may stand in Sources, where a failure concerns nobody. It may shrink, not grow.
SWALLOWED_LIMIT = 20

MARKERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X:|HA" r"CK)(?!\w)")
# Absolute paths of one developer's machine.
MACHINE_PATHS = re.compile(r"(?<![\w.~/$}-])/(work|opt|root|home/\w+|Users/\w+)/")
# Which engine it is concerns Sources/Engines alone: what others must know is a value in its traits.
ENGINE_NAMES = re.compile(r'(?:[!=]=|\bcase)\s*"(?:postgres|mariadb|mysql)"|"(?:postgres|mariadb|mysql)"\s*[!=]=')
FUNCTION = re.compile(r"^(\s*)(?:@\S+\s+|[a-z()]+\s+)*(?:func\s|init[?(<]|deinit\b|subscript[(<])")
TEXT = (".swift", ".md", ".py", ".sh", ".sql", ".c", ".h", ".json", ".yml", ".tf")


def files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], check=True, capture_output=True, text=True)
    return [path for path in listed.stdout.splitlines() if path.endswith(TEXT) or path.startswith((".ci/", "scripts/"))]


def lines_of(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:  # deleted, not yet committed
        return []


def long_functions(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Line number and length of functions over the limit. The code is formatted, so a body ends at its own indentation."""
    for number, line in enumerate(lines):
        match = FUNCTION.match(line)
        if not match:
            continue
        ending = match.group(1) + "}"
        for last in range(number, len(lines)):
            if lines[last].rstrip() == ending or (last == number and line.rstrip().endswith("}")):
                if last - number + 1 > FUNCTION_LIMIT:
                    yield number + 1, last - number + 1
                break
            next_one = FUNCTION.match(lines[last])
            if last > number and next_one and len(next_one.group(1)) <= len(match.group(1)):
                break  # a requirement without a body


def problems_of(path: str, lines: list[str]) -> Iterator[str]:
    prose = path.endswith(".md")
    if not prose and len(lines) > FILE_LIMIT and not path.endswith(".json"):
        yield f"{path}: {len(lines)} lines (at most {FILE_LIMIT}); is it one idea?"
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_LIMIT and not prose:
            yield f"{path}:{number}: {len(line)} columns (at most {LINE_LIMIT})"
        if MARKERS.search(line):
            yield f"{path}:{number}: a left-over marker: do it or open an issue"
        if MACHINE_PATHS.search(line):
            yield f"{path}:{number}: a path of one machine"
    # A URL names a scheme, not an engine of the host.
    elsewhere = not path.startswith(("Sources/Engines/", "Sources/DatabaseURLs/"))
    if path.startswith("Sources/") and path.endswith(".swift") and elsewhere:
        for number, line in enumerate(lines, start=1):
            if ENGINE_NAMES.search(line):
                yield f"{path}:{number}: asks for an engine by name; make it a value in EngineTraits"
    if path.endswith(".swift"):
        for number, length in long_functions(lines):
            yield f"{path}:{number}: a function of {length} lines (at most {FUNCTION_LIMIT})"


def main() -> int:
    problems, swallowed = [], 0
    for path in files():
        lines = lines_of(path)
        problems += problems_of(path, lines)
        if path.startswith("Sources/") and path.endswith(".swift"):
            swallowed += sum(len(re.findall(r"\btry\?", line.split("//")[0])) for line in lines)
    if swallowed > SWALLOWED_LIMIT:
        problems.append(
            f"Sources: {swallowed} uses of `try?` (at most {SWALLOWED_LIMIT}): does each failure really concern nobody?")
    for problem in problems:
        print(f"      {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
