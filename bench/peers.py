"""The peers of bench/speed.ts: one task per call, JSON on standard output. Times are milliseconds per run.

    python peers.py products|omp|lasso|kcenter|metrics|features DIRECTORY [ARGUMENT ...]
"""

import json
import sys
import time

import numpy as np


def load(path, *shape):
    return np.fromfile(path, np.float32).reshape(shape)


def clock(run, runs=5):
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        result = run()
        times.append(1000 * (time.perf_counter() - started))
    return times, result


def problem(folder, signals, atoms, dims):
    return load(f"{folder}/signals.f32", signals, dims), load(f"{folder}/atoms.f32", atoms, dims)


def products(folder, signals, atoms, dims):
    x, d = problem(folder, signals, atoms, dims)
    return {"numpy": clock(lambda: x @ d.T, 15)[0]}


def omp(folder, signals, atoms, dims, k):
    from sklearn.linear_model import orthogonal_mp_gram

    times = {}
    for kind in (np.float32, np.float64):
        x, d = (m.astype(kind) for m in problem(folder, signals, atoms, dims))
        gram, cross = d @ d.T, d @ x.T
        times[np.dtype(kind).name], codes = clock(lambda: orthogonal_mp_gram(gram, cross, n_nonzero_coefs=k), 3)
    codes.T.astype(np.float32).tofile(f"{folder}/codes.f32")
    return times


def lasso(folder, signals, atoms, dims, alpha):
    import warnings

    from sklearn.decomposition import sparse_encode

    warnings.simplefilter("ignore")
    times = {}
    for kind in (np.float32, np.float64):
        x, d = (m.astype(kind) for m in problem(folder, signals, atoms, dims))
        gram, cov = d @ d.T, d @ x.T

        def run():
            return sparse_encode(x, d, gram=gram, cov=cov, algorithm="lasso_cd", alpha=alpha, check_input=False)

        times[np.dtype(kind).name], codes = clock(run, 3)
    codes.astype(np.float32).tofile(f"{folder}/codes.f32")
    return times


def kcenter(folder, rows, dims, centres, start):
    """`PatchCore's greedy search as its authors compute it, distances by |x|^2 - 2 x y + |y|^2; and by differences, for few centres."""
    x = load(f"{folder}/bank.f32", rows, dims)
    squares = np.einsum("ij,ij->i", x, x)

    def by_products():
        least, chosen = np.full(rows, np.inf, np.float32), [start]
        for _ in range(centres - 1):
            c = chosen[-1]
            np.minimum(least, np.maximum(squares - 2 * (x @ x[c]) + squares[c], 0), out=least)
            chosen.append(int(least.argmax()))
        return chosen

    def by_differences(few=20):
        least, chosen = np.full(rows, np.inf, np.float32), [start]
        for _ in range(few):
            np.minimum(least, np.linalg.norm(x - x[chosen[-1]], axis=1), out=least)
            chosen.append(int(least.argmax()))
        return few

    times, chosen = clock(by_products, 1)
    slow, few = clock(by_differences, 1)
    return {"products": times, "differences": [slow[0] * centres / few], "chosen": chosen}


def metrics(folder, pixels):
    from sklearn.metrics import average_precision_score, roc_auc_score

    scores = np.fromfile(f"{folder}/scores.f32", np.float32)
    labels = np.fromfile(f"{folder}/labels.u8", np.uint8)
    assert len(scores) == pixels
    times, values = clock(lambda: (roc_auc_score(labels, scores), average_precision_score(labels, scores)), 1)
    return {"auroc and average precision": times, "values": values}


def features(folder, images, size):
    import torch
    import torchvision
    from safetensors.torch import save_file

    torch.manual_seed(0)
    network = torchvision.models.resnet50(weights=None).eval()
    save_file(network.state_dict(), f"{folder}/resnet50.safetensors")
    batches = torch.from_numpy(load(f"{folder}/images.f32", images, 3, size, size)).split(8)

    def forward(x):
        x = network.maxpool(network.relu(network.bn1(network.conv1(x))))
        levels = []
        for stage in (network.layer1, network.layer2, network.layer3):
            x = stage(x)
            levels.append(x)
        return levels

    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    deviation = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    with torch.inference_mode():
        times, last = clock(lambda: [forward((b - mean) / deviation) for b in batches][-1], 3)
        for level, maps in enumerate(last, 1):
            maps.permute(0, 2, 3, 1).contiguous().numpy().tofile(f"{folder}/level{level}.f32")
    return {"torch": times, "threads": torch.get_num_threads()}


if __name__ == "__main__":
    task, folder, *rest = sys.argv[1:]
    numbers = [float(value) if "." in value else int(value) for value in rest]
    print(json.dumps(globals()[task](folder, *numbers)))
