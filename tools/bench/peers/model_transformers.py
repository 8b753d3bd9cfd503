"""Embedding and fine-tuning of Geneformer V1-10M's architecture on given cells, with transformers' classes: the peer of bench:model.

    OMP_NUM_THREADS=2 python3 model_transformers.py embed|finetune CELLS.json SETTINGS VARIANT

Cells are sorted by length, and each batch is padded to its longest cell, as Geneformer's own embedding and its data collator do. VARIANT is
`sdpa` or `sdpa-bf16` (autocast to bfloat16). Prints one line of JSON with the seconds of one pass over all cells, after a pass over a few of
all lengths, and the peak memory of the process.
"""
import contextlib
import json
import os
import random
import resource
import sys
import time

import torch
from transformers import BertForSequenceClassification, BertModel

from bert_transformers import configuration


def padded(cells):
    longest = max(map(len, cells))
    ids = torch.zeros(len(cells), longest, dtype=torch.long)
    mask = torch.zeros(len(cells), longest, dtype=torch.long)
    for row, cell in enumerate(cells):
        ids[row, : len(cell)] = torch.tensor(cell)
        mask[row, : len(cell)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def embed(model, cells, size, precision):
    order = sorted(range(len(cells)), key=lambda i: -len(cells[i]))
    vectors = torch.empty(len(cells), model.config.hidden_size)
    with torch.inference_mode(), precision:
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            inputs = padded([cells[i] for i in rows])
            share = inputs["attention_mask"].float()
            share /= share.sum(1, keepdim=True)
            vectors[rows] = (model(**inputs).last_hidden_state.float() * share[:, :, None]).sum(1)
    return vectors


def finetune(model, optimizer, cells, labels, size, norm, precision):
    order = sorted(range(len(cells)), key=lambda i: len(cells[i]))
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    random.shuffle(batches)
    parameters = [p for p in model.parameters() if p.requires_grad]
    for rows in batches:
        optimizer.zero_grad()
        with precision:
            loss = model(**padded([cells[i] for i in rows]), labels=torch.tensor([labels[i] for i in rows])).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, norm)
        optimizer.step()


def main(work, file, settings, variant):
    attention, *words = variant.split("-")
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    torch.manual_seed(0)
    precision = torch.autocast("cpu", torch.bfloat16) if "bf16" in words else contextlib.nullcontext()
    data = json.loads(open(file).read())
    cells, labels = data["cells"], data["labels"]
    if work == "embed":
        model = BertModel(configuration(attention), add_pooling_layer=False).eval()

        def run(cells, labels):
            embed(model, cells, settings["peerBatchCells"], precision)

    else:
        model = BertForSequenceClassification(configuration(attention, max(labels) + 1)).train()
        for layer in model.bert.encoder.layer[: settings["freezeLayers"]]:
            layer.requires_grad_(False)
        named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
        plain = [p for n, p in named if n.endswith("bias") or "LayerNorm" in n]
        decayed = [p for n, p in named if not (n.endswith("bias") or "LayerNorm" in n)]
        groups = [{"params": decayed, "weight_decay": settings["weightDecay"]}, {"params": plain, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=settings["learningRate"], fused=True)

        def run(cells, labels):
            finetune(model, optimizer, cells, labels, settings["batchCells"], settings["maxGradNorm"], precision)

    few = range(0, len(cells), max(1, len(cells) // 12))
    run([cells[i] for i in few], [labels[i] for i in few])
    started = time.perf_counter()
    run(cells, labels)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "peakRssMb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4])
