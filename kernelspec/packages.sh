# The system packages that Offramp is built from and runs with, and the search for a Swift toolchain.
# Sourced by kernelspec/install.sh and Tests/run.sh; names hold on Debian 12 and Ubuntu 24.04.

packages=(
  # What Offramp links.
  libdnnl-dev libzmq3-dev libsodium-dev libsqlite3-dev liblapacke-dev zlib1g-dev pkg-config
  binutils g++ git curl ca-certificates                           # what building Swift takes
  libncurses6 libsqlite3-0 libxml2 tzdata zlib1g                  # what the toolchain itself loads
  python3-venv                                                    # where Jupyter lives
)

say() { printf '%s\n' "$*"; }
fail() { printf 'offramp: %s\n' "$*" >&2; exit 1; }

# Prints the packages that are not installed yet.
missing_packages() {
  local package
  for package in "${packages[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      printf '%s ' "$package"
  done
}

# Installs what is missing, having said what; leaves a complete system alone.
install_packages() {
  command -v apt-get >/dev/null || fail "This script installs packages with apt-get, and there is" \
    "none here: install the equivalents of ${packages[*]}, then run it again with --no-packages."
  local missing as_root=()
  missing=$(missing_packages)
  [[ -n $missing ]] || { say "All system packages are installed."; return; }
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "These packages are needed: $missing- run this as root," \
      "or install sudo."
    as_root=(sudo)
  fi
  say "Installing with apt-get: $missing"
  local log quietly=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  log=$(mktemp)
  # shellcheck disable=SC2086 # one word per package
  { "${as_root[@]}" "${quietly[@]}" update &&
    "${as_root[@]}" "${quietly[@]}" install --yes --no-install-recommends $missing; } >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; rm -f "$log"; fail "apt-get could not install the packages."; }
  rm -f "$log"
}

# Puts a Swift toolchain of version 6.1 or newer on the PATH, or says where to get one.
find_toolchain() {
  local folder version
  for folder in "${OFFRAMP_TOOLCHAIN:-}/bin" "$HOME/.local/share/swiftly/bin" /opt/swift/usr/bin \
    /usr/share/swift/usr/bin /usr/local/swift/usr/bin; do
    command -v swift >/dev/null && break
    [[ -x $folder/swift ]] && PATH=$folder:$PATH
  done
  local advice="get one from https://www.swift.org/install/linux and put its usr/bin on the PATH."
  command -v swift >/dev/null || fail "There is no Swift toolchain (6.1 or newer): $advice"
  version=$(swift --version 2>&1 | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
  [[ -n $version ]] || fail "$(command -v swift) does not run: $(swift --version 2>&1 | head -n 1)"
  [[ $(printf '6.1\n%s\n' "$version" | sort -V | head -n 1) == 6.1 ]] ||
    fail "Swift $version is too old (6.1 or newer is needed): $advice"
  say "Swift $version in $(dirname "$(command -v swift)")"
}
