"""Golden values of contrastive training and expression levels for packages/model, from plain PyTorch.

Loads the checkpoint of model-golden.py and computes, in float64, the cell vectors of six views (three pairs) with expression levels,
the contrastive loss, the distance to target vectors, and the gradients of their weighted sum.

    python3 tools/parity/model-contrastive.py packages/model/fixtures

needs Python 3 with PyTorch and NumPy. Committed output: `contrastive.json` (views, counts, targets, losses) and
`contrastive.safetensors` (vectors and gradients, float32).
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from model_torch import BertForMaskedLM, pad, read_safetensors, write_safetensors

TEMPERATURE, CONTRASTIVE, DISTILLATION = 0.2, 0.7, 1.3
LENGTHS = [12, 7, 9, 5, 12, 1]
PAIRS = 3


def views():
    random = np.random.default_rng(5)
    cells = [random.choice(np.arange(2, 37), length, replace=False).tolist() for length in LENGTHS]
    # Counts that float32 represents exactly.
    counts = [(random.integers(1, 4000, length) / 4).tolist() for length in LENGTHS]
    return cells, counts


def hidden(bert, ids, keep, levels):
    """The last hidden state with levels: (word + token type 1) × level instead of the word, then as usual."""
    at = bert.embeddings
    words = (at.word_embeddings(ids) + at.token_type_embeddings.weight[1]) * levels[:, :, None]
    positions = at.position_embeddings.weight[: ids.shape[1]] + at.token_type_embeddings.weight[0]
    state = at.LayerNorm(words + positions)
    mask = torch.zeros(keep.shape, dtype=state.dtype).masked_fill(~keep, -1e9)[:, None, None, :]
    for layer in bert.encoder.layer:
        state = layer(state, mask)
    return state


def sides(vectors):
    """Both sides, each centered and of unit length."""
    halves = (vectors[:PAIRS], vectors[PAIRS:])
    return [F.normalize(half - half.mean(0, keepdim=True), dim=1) for half in halves]


def main(folder):
    config = json.loads((folder / "checkpoint" / "config.json").read_text())
    bert = BertForMaskedLM(config).bert.double().eval()
    weights = read_safetensors(folder / "checkpoint" / "model.safetensors")
    state = {name[len("bert.") :]: torch.tensor(values) for name, values in weights.items() if name.startswith("bert.")}
    bert.load_state_dict({name: values for name, values in state.items() if not name.startswith("pooler.")})
    cells, counts = views()
    ids, keep = pad(cells)
    levels = torch.zeros(ids.shape, dtype=torch.float64)
    for row, own in enumerate(counts):
        levels[row, : len(own)] = torch.log1p(torch.tensor(own, dtype=torch.float64))
    share = (levels + 0.1) * keep
    vectors = (hidden(bert, ids, keep, levels) * (share / share.sum(1, keepdim=True))[:, :, None]).sum(1)

    targets = np.random.default_rng(6).normal(size=tuple(vectors.shape)).astype(np.float32)
    first, second = sides(vectors)
    partner = torch.arange(PAIRS)
    scores = first @ second.T / TEMPERATURE
    contrastive = (F.cross_entropy(scores, partner) + F.cross_entropy(scores.T, partner)) / 2
    cosines = (torch.cat([first, second]) * torch.cat(sides(torch.tensor(targets, dtype=torch.float64)))).sum(1)
    distance = 1 - cosines.mean()
    (CONTRASTIVE * contrastive + DISTILLATION * distance).backward()

    facts = {
        "cells": cells,
        "counts": counts,
        "targets": targets.tolist(),
        "weights": {"temperature": TEMPERATURE, "contrastiveWeight": CONTRASTIVE, "distillationWeight": DISTILLATION},
        "contrastive": contrastive.item(),
        "distance": distance.item(),
    }
    (folder / "contrastive.json").write_text(json.dumps(facts) + "\n")
    arrays = {f"grad.bert.{name}": p.grad.numpy() for name, p in bert.named_parameters() if p.grad is not None}
    write_safetensors(folder / "contrastive.safetensors", {"vectors": vectors.detach().numpy(), **arrays})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
