"""The benchmark's peer: Geneformer V1-10M's architecture in transformers' own BERT classes, as a user of Hugging Face runs it.

    OMP_NUM_THREADS=2 python3 bert_transformers.py embed|classify|pretrain BATCH LENGTH REPEATS VARIANT

VARIANT is a list of words joined by `-`: the attention (`eager` or `sdpa`), then optionally `bf16` (autocast) and `compile`
(torch.compile). Prints one line of JSON with the seconds of each step after the first two, and the peak memory of the process.
"""
import contextlib
import json
import os
import resource
import sys
import time

import torch
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification, BertModel

from product_rate import products_per_second

VOCABULARY = 25426


def configuration(attention, labels=2):
    return BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=256,
        num_hidden_layers=6,
        num_attention_heads=4,
        intermediate_size=512,
        hidden_act="relu",
        hidden_dropout_prob=0.02,
        attention_probs_dropout_prob=0.02,
        max_position_embeddings=2048,
        num_labels=labels,
        attn_implementation=attention,
    )


def make(work, attention):
    config = configuration(attention)
    if work == "embed":
        return BertModel(config, add_pooling_layer=False).eval()
    return (BertForSequenceClassification if work == "classify" else BertForMaskedLM)(config).train()


def main(work, batch, length, repeats, variant):
    attention, *words = variant.split("-")
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    torch.manual_seed(0)
    model = make(work, attention)
    call = torch.compile(model) if "compile" in words else model
    precision = torch.autocast("cpu", torch.bfloat16) if "bf16" in words else contextlib.nullcontext()
    inputs = {
        "input_ids": torch.randint(2, VOCABULARY, (batch, length)),
        "attention_mask": torch.ones(batch, length, dtype=torch.long),
    }
    if work == "classify":
        inputs["labels"] = torch.arange(batch) % 2
    if work == "pretrain":
        inputs["labels"] = torch.where(torch.rand(batch, length) < 0.15, torch.randint(0, VOCABULARY, (batch, length)), -100)
    optimizer = None if work == "embed" else torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

    def step():
        if optimizer is None:
            with torch.inference_mode(), precision:
                call(**inputs)
            return
        optimizer.zero_grad()
        with precision:
            loss = call(**inputs).loss
        loss.backward()
        optimizer.step()

    seconds = []
    for _ in range(repeats + 2):
        started = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds[2:], "peakRssMb": peak, "productsPerSecond": products_per_second()}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5])
