#!/bin/sh
# Checks an NVIDIA GPU in under five minutes: that it computes what the CPU does, images/s in fp32 and fp16, and
# training steps/s. Prints a table. Needs libtorch 2.7.1 for CUDA 12.8; PYTORCH_LIBRARY_PATH names its lib/.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ -z "${PYTORCH_LIBRARY_PATH:-}" ]; then
  echo "gpu-check: set PYTORCH_LIBRARY_PATH to the lib/ of libtorch 2.7.1 for CUDA 12.8 (operations/README.md)." >&2
  exit 2
fi
export PYTORCH_VERSION="${PYTORCH_VERSION:-2.7.1}" PYTORCH_FLAVOR="${PYTORCH_FLAVOR:-cu128}"
"$root/sketchstream" bench > /dev/null # Builds what is not built, which does not count.
exec timeout 300 "$root/sketchstream" bench gpu-check "$@"
