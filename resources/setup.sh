#!/bin/sh
# Makes an environment beside pyproject.toml, installs ganpaint in it, then runs a command of it:
#   sh resources/setup.sh ganpaint
#   GANPAINT_TESTS=1 sh resources/setup.sh python -m pytest -q
# GANPAINT_VENV   where the environment lies (default: .venv beside pyproject.toml)
# GANPAINT_CUDA=1 takes torch with CUDA, for an NVIDIA card (a download of several GB)
# GANPAINT_TORCH_INDEX  address of an index that has CPU builds of torch, where pip knows none
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
venv=${GANPAINT_VENV:-$here/.venv}
say() { printf '%s\n' "$*" >&2; }

# 1. System packages: the Qt libraries, on Debian and its relatives
libs="libgl1 libegl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
libxcb-xkb1 libdbus-1-3 libglib2.0-0 libfontconfig1 libwayland-cursor0"
need=""
if command -v dpkg-query >/dev/null 2>&1; then
  for p in python3-venv $libs ${GANPAINT_TESTS:+xvfb xauth xdotool}; do
    alt=$p
    [ "$p" = libglib2.0-0 ] && alt=libglib2.0-0t64
    dpkg-query -W -f='${db:Status-Status}\n' "$p" "$alt" 2>/dev/null | grep -qx installed \
      || need="$need $p"
  done
fi
if [ -n "$need" ]; then
  if [ "$(id -u)" = 0 ]; then run=""
  elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then run=sudo
  else
    say "These system packages are missing:$need"
    say "As administrator: apt-get install --no-install-recommends$need"
    exit 3
  fi
  say "Installing system packages:$need"
  $run apt-get update -q >&2
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $run apt-get install -y -q --no-install-recommends $need >&2
fi

# 2. A Python that is new enough
py=""
for c in python3.13 python3.12 python3.11 python3.14 python3; do
  if command -v "$c" >/dev/null 2>&1 \
    && "$c" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
  then py=$c; break; fi
done
[ -n "$py" ] || { say "ganpaint needs Python 3.11 or newer with venv."; exit 3; }

# 3. The environment, made anew only when pyproject.toml changed
stamp=$venv/.ready${GANPAINT_TESTS:+-tests}
if [ ! -e "$stamp" ] || [ "$here/pyproject.toml" -nt "$stamp" ]; then
  say "Preparing the environment in $venv (once; a few minutes)"
  [ -x "$venv/bin/python" ] || "$py" -m venv "$venv"
  pip="$venv/bin/python -m pip --disable-pip-version-check -q"
  if ! "$venv/bin/python" -c 'import torch' 2>/dev/null; then
    if [ "$(uname -s)" = Linux ] && [ -z "${GANPAINT_CUDA:-}" ]; then
      if ! $pip install 'torch==2.13.0+cpu' ${GANPAINT_TORCH_INDEX:+--index-url "$GANPAINT_TORCH_INDEX"} \
        2>/dev/null
      then
        say "pip knows no CPU build of torch here, so the larger CUDA build is taken."
        say "To save several GB set GANPAINT_TORCH_INDEX to PyTorch's index of CPU builds."
        $pip install 'torch==2.13.0'
      fi
    else $pip install 'torch==2.13.0'; fi
  fi
  $pip install -e "$here${GANPAINT_TESTS:+[test]}"
  : > "$stamp"
fi
# shellcheck disable=SC2145
[ $# -eq 0 ] || { command=$1; shift; exec "$venv/bin/$command" "$@"; }
