#!/usr/bin/env bash
# The completions for zsh and fish are scripts of these shells, where they are installed; fish completes with it.
. "$ROOT/tests/cli/lib.sh"

"$MDL" completion zsh >_mdl
"$MDL" completion fish >mdl.fish
head -n 1 _mdl >first
expect_text first <<'EOT'
#compdef mdl
EOT
grep -qxF "        '--format=[onnx (default), or pytorch]:FORMAT:(onnx pytorch)' \\" _mdl
grep -qxF "complete -c mdl -n '__fish_seen_subcommand_from export' -l format -x -a 'onnx pytorch' -d 'onnx (default), or pytorch'" mdl.fish

if command -v zsh >/dev/null; then
  zsh -n _mdl
  cat >complete.zsh <<'EOT'
autoload -Uz compinit && compinit -u -d compdump
source ./_mdl
[[ $_comps[mdl] == _mdl ]]
EOT
  zsh -f complete.zsh
fi
if command -v fish >/dev/null; then
  export HOME=$PWD
  fish -n mdl.fish
  fish -c 'source mdl.fish; complete -C "mdl insp"; complete -C "mdl export --format p"; complete -C "mdl completion f"' | cut -f 1 >offered
  expect_text offered <<'EOT'
inspect
pytorch
fish
EOT
fi
