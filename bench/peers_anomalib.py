"""anomalib's PatchCore or PaDiM on images in MVTec AD's layout, with the network of data/backbones; prints JSON.

    python peers_anomalib.py patchcore|padim CATEGORY_FOLDER WEIGHTS SHARE [BANK]

With BANK, a memory bank of spanlab's, PatchCore scores with those exemplars instead of fitting, and leaves zeros beyond the border out, as they do.
"""

import json
import sys
import tempfile
import time
import warnings
from pathlib import Path

import torch
from anomalib.data import Folder, PredictDataset
from anomalib.engine import Engine
from anomalib.models import Padim, Patchcore
from anomalib.pre_processing import PreProcessor
from safetensors.torch import load_file
from torchvision.transforms.v2 import Normalize

warnings.simplefilter("ignore")
NETWORK, LAYERS, CHANNELS = "tf_efficientnet_lite0", ["blocks.2", "blocks.4"], 40 + 112
# Repetitions of the five stages, and the names of a block's convolutions and norms in timm.
REPEATS = [1, 2, 2, 3, 3]
FIRST = {"depthwise": ("conv_dw", "bn1"), "project": ("conv_pw", "bn2")}
LATER = {"expand": ("conv_pw", "bn1"), "depthwise": ("conv_dw", "bn2"), "project": ("conv_pwl", "bn3")}


def timm_state(model, weights):
    """timm's tensors of our convolutions, whose norms are folded into them: what is left of a norm only adds the bias."""
    state = {}

    def put(ours, conv, norm):
        bias = weights[f"{ours}.bias"].float()
        state[f"{conv}.weight"] = weights[f"{ours}.weight"].float()
        epsilon = model.get_submodule(norm).eps
        state[f"{norm}.weight"], state[f"{norm}.bias"] = torch.ones_like(bias), bias
        state[f"{norm}.running_mean"], state[f"{norm}.running_var"] = torch.zeros_like(bias), torch.full_like(bias, 1 - epsilon)

    put("stem", "conv_stem", "bn1")
    block = 0
    for stage, count in enumerate(REPEATS):
        for repeat in range(count):
            for ours, (conv, norm) in (FIRST if stage == 0 else LATER).items():
                put(f"block{block}.{ours}", f"blocks.{stage}.{repeat}.{conv}", f"blocks.{stage}.{repeat}.{norm}")
            block += 1
    return state


def create(name, share, weights):
    normalize = Normalize(mean=[127 / 255] * 3, std=[128 / 255] * 3)
    options = {"backbone": NETWORK, "layers": LAYERS, "pre_trained": False, "post_processor": False, "evaluator": False, "visualizer": False}
    options["pre_processor"] = PreProcessor(transform=normalize)
    if name == "patchcore":
        model = Patchcore(coreset_sampling_ratio=share, **options)
    else:
        model = Padim(n_features=CHANNELS, **options)
    network = model.model.feature_extractor.feature_extractor
    missing, unexpected = network.load_state_dict(timm_state(network, load_file(weights)), strict=False)
    # Later stages are not read; norms count batches that they do not use.
    used = [key for key in missing if not key.startswith(("blocks.5", "blocks.6")) and not key.endswith("num_batches_tracked")]
    if used or unexpected:
        raise SystemExit(f"the weights lack {used} and have {unexpected}")
    return model


def main(name, root, weights, share, bank=None):
    model = create(name, float(share), weights)
    root = Path(root)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(default_root_dir=folder, logger=False, accelerator="cpu", enable_progress_bar=False, limit_val_batches=0)
        started = time.perf_counter()
        if bank:
            [exemplars] = [tensor for key, tensor in load_file(bank).items() if key.endswith("exemplars")]
            model.model.memory_bank = exemplars.float()
            # anomalib counts zeros beyond the border into the mean of a neighbourhood, spanlab only what is there.
            model.model.feature_pooler = torch.nn.AvgPool2d(3, 1, 1, count_include_pad=False)
        else:
            data = Folder(name="images", root=root, normal_dir="train/good", num_workers=2, val_split_mode="none", test_split_mode="none")
            engine.fit(model=model, datamodule=data)
        fitted = time.perf_counter()
        batches = engine.predict(model=model, dataset=PredictDataset(path=root / "test"), return_predictions=True)
        ended = time.perf_counter()
    scores = {
        str(Path(path).relative_to(root)): float(score)
        for batch in batches
        for path, score in zip(batch.image_path, batch.pred_score, strict=True)
    }
    print(json.dumps({"fit": fitted - started, "test": ended - fitted, "scores": scores}))


if __name__ == "__main__":
    main(*sys.argv[1:])
