"""Writes the AdamW oracle of packages/engine: PyTorch's own optimiser with gradient clipping on fixed gradients.

    /usr/bin/python3 tools/parity/engine-adamw.py packages/engine/fixtures

Gradients are sines, so that the test can make them again without a random generator.
"""
import json
import pathlib
import sys

import torch

SHAPES = {"weight": [3, 4], "bias": [5]}
STEPS = [(0.1, None), (0.05, None), (0.02, 0.5), (0.01, 0.5)]


def values(count, seed):
    return torch.sin(torch.arange(count, dtype=torch.float64) * 1.7 + seed).to(torch.float32)


def main(out_dir):
    parameters = {}
    for index, (name, shape) in enumerate(SHAPES.items()):
        count = torch.Size(shape).numel()
        parameters[name] = torch.nn.Parameter(values(count, 100 + index).reshape(shape))
    groups = [
        {"params": [parameters["weight"]], "weight_decay": 0.1},
        {"params": [parameters["bias"]], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.1, betas=(0.9, 0.999), eps=1e-8)
    steps = []
    for step, (learning_rate, max_norm) in enumerate(STEPS):
        for index, parameter in enumerate(parameters.values()):
            parameter.grad = values(parameter.numel(), 10 * step + index).reshape(parameter.shape)
        norm = torch.nn.utils.clip_grad_norm_(parameters.values(), max_norm if max_norm else float("inf"))
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.step()
        steps.append(
            {
                "learningRate": learning_rate,
                "maxGradNorm": max_norm,
                "norm": float(norm),
                "values": {name: parameter.detach().flatten().tolist() for name, parameter in parameters.items()},
            }
        )
    path = pathlib.Path(out_dir) / "adamw.json"
    path.write_text(json.dumps({"torch": torch.__version__, "shapes": SHAPES, "steps": steps}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
