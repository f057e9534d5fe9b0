#!/usr/bin/env python3
"""Runs the code blocks of a README as they stand there, one after the other, in the folder where it is called.

    tests/readme.py README ROOT URL

What is in ```sh is run in ROOT, the repository; what is in ```python is one program, block after block, which talks to the
gateway at URL instead of http://127.0.0.1:8080. Ends with "N passed, N failed", one for each block.
"""

import re
import subprocess
import sys
import traceback


def blocks(text):
    """Of each block: its language, its first line's number, and what it says."""
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield found.group(1), text.count("\n", 0, found.start()) + 2, found.group(2)


def main():
    readme, root, url = sys.argv[1:]
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    names = {"__name__": "__main__"}
    passed = failed = 0
    for language, line, code in blocks(text):
        try:
            if language == "python":
                # The empty lines before it make the numbers of its lines those of the README.
                code = "\n" * (line - 1) + code.replace("http://127.0.0.1:8080", url)
                exec(compile(code, readme, "exec"), names)
            elif language == "sh":
                subprocess.run(["sh", "-e"], input=code, cwd=root, check=True, encoding="utf-8")
            else:
                raise ValueError(f"{readme}, line {line}: what is ```{language}?")
            passed += 1
        except Exception:
            failed += 1
            print(f"{readme}, the block in line {line}:", file=sys.stderr)
            traceback.print_exc()
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
