#!/usr/bin/env bash
# No two types of one name in one namespace, whatever files they are in: the linker would take one for the other without a word.
set -euo pipefail
cd "$(dirname "$0")/.."

python3 - lib/*/*.h lib/*/*.cpp cli/*.h cli/*.cpp <<'EOT'
import re, sys

places = {}
for path in sys.argv[1:]:
    scopes = []
    for line in open(path, encoding="utf-8"):
        if opened := re.match(r"namespace ?([\w:]*) ?\{", line):
            scopes.append(opened[1])
        elif line.startswith("}  // namespace"):
            scopes.pop()
        elif defined := re.match(r"(?:template <.*> )?(?:class|struct|enum class|enum) (\w+(?:::\w+)*)[^;]*[{:]", line):
            if "" not in scopes:  # an unnamed namespace is the file's own
                places.setdefault("::".join(scopes + [defined[1]]), set()).add(path)
twice = {name: sorted(paths) for name, paths in places.items() if len(paths) > 1}
for name, paths in sorted(twice.items()):
    print(f"{paths[0]}: {name} is defined in {', '.join(paths[1:])}, too")
assert len(places) > 100, "the pattern finds no types any more"
sys.exit(bool(twice))
EOT
