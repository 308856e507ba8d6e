# The peers' Python environment, .deps/bench; sourced by the benchmarks, in the repository's root.
# shellcheck shell=bash
packages=(tensorflow-cpu 'keras>=3' scikit-learn pandas filelock typing-extensions sympy networkx jinja2 fsspec)
[ "$(uname -m)" = x86_64 ] || packages[0]=tensorflow

# PyTorch is the one that mdl is built with, so that the two differ by nothing but the program.
torch=$(echo .deps/lib/python3*/site-packages)
[ -d "$torch/torch" ] || packages+=("torch==$(sed -n 's/^torch=//p' scripts/setup)")
if [ "${packages[*]}" != "$(cat .deps/bench/stamp 2>/dev/null || true)" ]; then
  echo "installing ${packages[*]}" >&2
  python=.deps/bin/python
  [ -x "$python" ] || python=python3
  rm -rf .deps/bench
  "$python" -m venv .deps/bench
  .deps/bench/bin/python -m pip --disable-pip-version-check install --quiet "${packages[@]}" >&2
  [ ! -d "$torch/torch" ] || echo "$PWD/$torch" >"$(echo .deps/bench/lib/python3*/site-packages)/torch.pth"
  echo "${packages[*]}" >.deps/bench/stamp
fi
