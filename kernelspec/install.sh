#!/usr/bin/env bash
# From a checkout to an open notebook: packages, build, kernel, Jupyter, first notebook.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source kernelspec/packages.sh

usage() {
  cat <<'END'
Usage: bash kernelspec/install.sh [options]

Installs the packages Offramp needs (with apt-get, as root or through sudo), builds it, makes its
kernel known to Jupyter, and runs the first notebook. Running it again changes only what differs.

  --prefix FOLDER  put the kernel under FOLDER/share/jupyter (default: this user's Jupyter folder,
                   or the active virtual environment)
  --no-jupyter     stop once the kernel is installed: neither look for Jupyter nor run a notebook
  --no-packages    do not look at system packages
  --help           print this
END
}

destination=(--user) jupyter=yes system_packages=yes arguments=("$@")
[[ -n ${VIRTUAL_ENV:-} ]] && destination=(--sys-prefix)
while (($#)); do
  case $1 in
    --prefix) [[ -n ${2:-} ]] || fail "--prefix needs a folder."; destination=(--prefix "$2"); shift ;;
    --prefix=*) destination=(--prefix "${1#--prefix=}") ;;
    --no-jupyter) jupyter=no ;;
    --no-packages) system_packages=no ;;
    --help | -h) usage; exit ;;
    *) usage >&2; fail "There is no option $1." ;;
  esac
  shift
done

step() { if [[ -t 1 ]]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }

# Runs a long command: its own progress on a terminal, otherwise silent unless it fails.
quietly() {
  local log=$1
  shift
  if [[ -t 1 ]]; then "$@"; return; fi
  "$@" >"$log" 2>&1 || { tail -n 40 "$log" >&2; return 1; }
}

step "System packages"
if [[ $system_packages == yes ]]; then install_packages; else say "Skipped."; fi

# Under sudo only the packages are root's business: the rest belongs to the user who called.
if ((EUID == 0)) && [[ -n ${SUDO_USER:-} && $SUDO_USER != root ]]; then
  exec sudo --user "$SUDO_USER" --login bash "$PWD/kernelspec/install.sh" --no-packages \
    "${arguments[@]}"
fi

step "Swift"
find_toolchain

step "Build (some minutes the first time)"
mkdir -p .build
quietly .build/install.log swift build -c release --product offramp ||
  fail "The build failed; what the compiler said is above."
offramp=.build/release/offramp
"$offramp" --version

step "Kernel"
"$offramp" install "${destination[@]}"
[[ $jupyter == yes ]] || { say "Skipped Jupyter, as asked."; exit; }

step "Jupyter"
# A Jupyter on the PATH serves if it has JupyterLab and can execute notebooks.
lab=
if command -v jupyter-lab >/dev/null && command -v jupyter-nbconvert >/dev/null &&
  jupyter-lab --version >/dev/null 2>&1; then
  bin=$(dirname "$(command -v jupyter-lab)") lab="jupyter lab"
else
  environment=${XDG_DATA_HOME:-$HOME/.local/share}/offramp/venv
  bin=$environment/bin lab="$bin/jupyter lab"
  if ! "$bin/jupyter-lab" --version >/dev/null 2>&1; then
    say "Making a virtual environment with JupyterLab in $environment"
    python3 -m venv --clear "$environment" || fail "python3 could not make $environment."
    "$bin/python" -m pip install --quiet jupyterlab jupyterlab_widgets ||
      fail "pip could not install JupyterLab into $environment; its message is above."
  fi
fi
say "JupyterLab $("$bin/jupyter-lab" --version) in $bin"
# papermill writes parameters in the notebook's language, and learns Swift from a package of ours.
if "$bin/python" -c "import papermill" 2>/dev/null || [[ -n ${environment:-} ]]; then
  "$bin/python" -c "import importlib.metadata as m; m.version('papermill-offramp')" 2>/dev/null ||
    "$bin/python" -m pip install --quiet --no-deps ./kernelspec/papermill ||
    say "papermill cannot write Swift yet: \`$bin/python -m pip install $PWD/kernelspec/papermill\`."
fi

step "First notebook"
notebook=notebooks/01-first-exit.ipynb
kernel=$("$offramp" install "${destination[@]}" --print-folder)
data=$(dirname "$(dirname "$kernel")")
# What was executed: the notebook and all that the kernel runs from.
fingerprint=$(cat "$notebook" "$kernel"/bin/offramp "$kernel"/modules/*.swiftmodule | sha256sum)
if [[ $(cat .build/first-notebook 2>/dev/null) == "$fingerprint" ]]; then
  say "$notebook has run with this build."
else
  say "Running $notebook in a fresh kernel (some minutes)"
  # A copy is run, and its outputs thrown away: the checkout stays as it is.
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  cp "$notebook" "$copy/"
  JUPYTER_PATH=$data${JUPYTER_PATH:+:$JUPYTER_PATH} quietly .build/notebook.log \
    "$bin/jupyter-nbconvert" --log-level=WARN --to notebook --execute --inplace \
    --ExecutePreprocessor.kernel_name=offramp --ExecutePreprocessor.timeout=-1 \
    "$copy/$(basename "$notebook")" ||
    fail "$notebook did not run to its end; \`$offramp doctor\` says what is wrong."
  say "It ran to its end."
  printf '%s\n' "$fingerprint" >.build/first-notebook
fi

# A prefix of one's own is not where Jupyter looks by itself.
[[ ${destination[0]} == --prefix ]] && lab="JUPYTER_PATH=$data $lab"
step "Ready"
say "Open it:  $lab$( ((EUID == 0)) && printf ' --allow-root' ) $PWD/$notebook"
