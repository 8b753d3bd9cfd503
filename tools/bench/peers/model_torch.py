"""Embedding and fine-tuning of Geneformer V1-10M's architecture on given cells, in plain PyTorch eager: the peer of bench:model.

    OMP_NUM_THREADS=2 python3 model_torch.py embed|finetune CELLS.json SETTINGS

Cells go through in batches of like length, each padded to its longest cell. Prints one line of JSON with the seconds of one pass over all cells,
after a warm-up on a few, and the process's peak memory.
"""
import json
import os
import random
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from bert_torch import WIDTH, Bert


class Classifier(Bert):
    def __init__(self, classes, frozen):
        super().__init__()
        self.pooler, self.classifier = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, classes)
        for layer in self.layers[:frozen]:
            for parameter in layer.parameters():
                parameter.requires_grad = False

    def forward(self, ids, mask):
        return self.classifier(self.dropout(torch.tanh(self.pooler(self.encode(ids, mask)[:, 0]))))


def padded(cells):
    longest = max(map(len, cells))
    ids = torch.zeros(len(cells), longest, dtype=torch.long)
    mask = torch.zeros(len(cells), 1, 1, longest)
    for row, cell in enumerate(cells):
        ids[row, : len(cell)] = torch.tensor(cell)
        mask[row, :, :, len(cell) :] = -1e9
    return ids, mask


def embed(model, cells, batch_tokens):
    order = sorted(range(len(cells)), key=lambda i: -len(cells[i]))
    vectors = torch.empty(len(cells), WIDTH)
    start = 0
    with torch.no_grad():
        while start < len(order):
            rows = order[start : start + max(1, batch_tokens // len(cells[order[start]]))]
            ids, mask = padded([cells[i] for i in rows])
            share = (mask[:, 0, 0] == 0).float()
            share /= share.sum(1, keepdim=True)
            vectors[rows] = (model.encode(ids, mask) * share[:, :, None]).sum(1)
            start += len(rows)
    return vectors


def finetune(model, optimizer, cells, labels, size, norm):
    order = sorted(range(len(cells)), key=lambda i: len(cells[i]))
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    random.shuffle(batches)
    parameters = [p for p in model.parameters() if p.requires_grad]
    for rows in batches:
        optimizer.zero_grad()
        ids, mask = padded([cells[i] for i in rows])
        F.cross_entropy(model(ids, mask), torch.tensor([labels[i] for i in rows])).backward()
        torch.nn.utils.clip_grad_norm_(parameters, norm)
        optimizer.step()


def main(work, file, settings):
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    torch.manual_seed(0)
    data = json.loads(open(file).read())
    cells, labels = data["cells"], data["labels"]
    if work == "embed":
        model = Bert().eval()

        def run(count):
            embed(model, cells[:count], settings["peerBatchTokens"])

    else:
        model = Classifier(max(labels) + 1, settings["freezeLayers"]).train()
        # Only what takes part: Bert carries the other heads of the engine's benchmark too.
        named = [(n, p) for n, p in model.named_parameters() if p.requires_grad and not n.startswith(("transform", "vocabulary"))]
        plain = [p for n, p in named if n.endswith("bias") or "norm" in n]
        decayed = [p for n, p in named if not (n.endswith("bias") or "norm" in n)]
        groups = [{"params": decayed, "weight_decay": settings["weightDecay"]}, {"params": plain, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=settings["learningRate"])

        def run(count):
            finetune(model, optimizer, cells[:count], labels[:count], settings["batchCells"], settings["maxGradNorm"])

    run(12)
    started = time.perf_counter()
    run(len(cells))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "peakRssMb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
