#!/usr/bin/env bash
# Gives @tensorflow/tfjs-node-gpu its native binding where the published one cannot be downloaded: compiles the package's own
# sources against the TensorFlow library and headers of PyPI's tensorflow-cpu wheel. Linux x64; needs python3 and g++.
#
#   bash bench/native-tensorflow.sh            # afterwards `--engine tensorflow` runs on TensorFlow itself
#   bash bench/native-tensorflow.sh --remove   # back to WebAssembly
set -euo pipefail
cd "$(dirname "$0")/.."

tfjs=4.22.0
tensorflow=2.21.0
package=node_modules/@tensorflow/tfjs-node-gpu

if [ "${1:-}" = --remove ]; then
  rm -rf "$package"
  exit
fi

npm install --no-save --ignore-scripts "@tensorflow/tfjs-node-gpu@$tfjs"

headers="$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")/include/node"
if [ ! -f "$headers/node_api.h" ]; then
  echo "no Node.js headers at $headers: install them with Node.js, or unpack the headers archive of $(node --version) there" >&2
  exit 1
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" "tensorflow-cpu==$tensorflow"

mkdir -p "$package/deps/lib" "$package/lib/napi-v8"
python3 - "$work"/tensorflow_cpu-*.whl "$package/deps" <<'PYTHON'
import sys
import zipfile
from pathlib import Path

wheel, deps = zipfile.ZipFile(sys.argv[1]), Path(sys.argv[2])
for name in wheel.namelist():
    if name.startswith("tensorflow/lib") and ".so." in name:
        target = deps / "lib" / Path(name).name
    elif name.startswith("tensorflow/include/") and name.endswith(".h"):
        target = deps / "include" / name.removeprefix("tensorflow/include/")
    else:
        continue
    target.parent.mkdir(parents=True, exist_ok=True)
    with wheel.open(name) as source, open(target, "wb") as out:
        while block := source.read(1 << 24):
            out.write(block)
PYTHON

# The wheel's libtensorflow_cc has the C API that the package links to as libtensorflow.
ln -sf libtensorflow_cc.so.2 "$package/deps/lib/libtensorflow.so"
ln -sf libtensorflow_framework.so.2 "$package/deps/lib/libtensorflow_framework.so"

g++ -std=c++17 -O2 -fPIC -shared -DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION \
  -I "$headers" -I "$package" -I "$package/deps/include" \
  -o "$package/lib/napi-v8/tfjs_binding.node" "$package"/binding/tfjs_backend.cc "$package"/binding/tfjs_binding.cc \
  -L "$package/deps/lib" -Wl,-rpath,'$ORIGIN/../../deps/lib' -ltensorflow -ltensorflow_framework

TF_CPP_MIN_LOG_LEVEL=2 node -e "
  const tf = require('@tensorflow/tfjs-node-gpu');
  const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[0, 1], [1, 0]]));
  console.log('backend', tf.getBackend(), 'multiplies to', product.dataSync().join());
"
