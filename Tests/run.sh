#!/usr/bin/env bash
# Installs what the tests need and runs all of them: format, build, Swift tests, then the kernel
# as Jupyter's own clients see it. The last lines are pytest's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source kernelspec/packages.sh

step() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

# What failed, once more, where the eye falls: hundreds of lines of passed tests stand above it.
failed_tests() {
  printf '\n== What failed\n'
  grep -aA 8 'recorded an issue\|Fatal error\|Crashed' .build/tests.log | tail -n 120 || true
  grep -a 'Test run with' .build/tests.log || tail -n 20 .build/tests.log
  exit 1
}

step "System packages"
# Ubuntu's chromium is a snap: there the tests with a browser are skipped, and say so.
[[ $(. /etc/os-release && echo "$ID") == debian ]] && packages+=(chromium)
install_packages
find_toolchain

step "Python"
python=.build/venv/bin/python
requirements=Tests/conformance/requirements.txt
# What the environment is made of: the packages and our own for papermill.
made_of=$(cat "$requirements" kernelspec/papermill/*.{toml,py})
if [[ $made_of != "$(cat .build/venv/made-of 2>/dev/null)" ]]; then
  rm -rf .build/venv
  python3 -m venv .build/venv
  "$python" -m pip install --quiet --requirement "$requirements" ./kernelspec/papermill
  printf '%s\n' "$made_of" >.build/venv/made-of
fi

step "Format"
swift format lint --strict --recursive Sources Tests Package.swift
say "Every file is as swift format would have it."

step "Build"
mkdir -p .build
swift build -c release --product offramp >.build/build.log 2>&1 ||
  { tail -n 60 .build/build.log; fail "The build failed."; }
tail -n 1 .build/build.log

step "Swift tests"
# Without @testable imports the tests share the build's objects: nothing is compiled twice.
swift build -c release --build-tests >.build/build.log 2>&1 ||
  { tail -n 60 .build/build.log; fail "The tests do not build."; }
OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=5000 \
  swift test -c release --disable-testable-imports --skip-build --no-parallel 2>&1 |
  tee .build/tests.log || failed_tests

step "The kernel, seen by Jupyter"
"$python" -m pytest Tests/conformance "$@"
