"""The benchmark's peer: Geneformer V1-10M's architecture in plain PyTorch eager, written as Hugging Face's BERT computes it.

    OMP_NUM_THREADS=2 python3 bert_torch.py embed|classify|pretrain BATCH LENGTH REPEATS

Prints one line of JSON with the seconds of each step after the first and the process's peak memory. Masked-gene training computes
logits at all positions and ignores the unmasked ones in the loss, as BertForMaskedLM does.
"""
import json
import math
import os
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from product_rate import products_per_second

VOCABULARY, POSITIONS, WIDTH, HEADS, INNER, LAYERS, DROPOUT = 25426, 2048, 256, 4, 512, 6, 0.02


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x, mask):
        batch, length, _ = x.shape
        split = lambda y: y.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)
        scores = split(self.query(x)) @ split(self.key(x)).transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + mask
        context = self.dropout(scores.softmax(-1)) @ split(self.value(x))
        x = self.norm1(self.dropout(self.out(context.transpose(1, 2).reshape(batch, length, WIDTH))) + x)
        return self.norm2(self.dropout(self.down(F.relu(self.up(x)))) + x)


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.positions, self.types = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(POSITIONS, WIDTH), nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.classifier = nn.Linear(WIDTH, 2)
        self.transform, self.transform_norm = nn.Linear(WIDTH, WIDTH), nn.LayerNorm(WIDTH, eps=1e-12)
        self.vocabulary_bias = nn.Parameter(torch.zeros(VOCABULARY))

    def encode(self, ids, mask):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1])) + self.types.weight[0]
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def vocabulary_logits(self, hidden):
        return F.linear(self.transform_norm(F.relu(self.transform(hidden))), self.tokens.weight, self.vocabulary_bias)


def main(work, batch, length, repeats):
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    torch.manual_seed(0)
    model = Bert()
    ids = torch.randint(2, VOCABULARY, (batch, length))
    mask = torch.zeros(batch, 1, 1, length)
    classes = torch.arange(batch) % 2
    tokens = torch.randint(0, VOCABULARY, (batch, length))
    tokens[torch.rand(batch, length) > 0.15] = -100
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)

    def step():
        if work == "embed":
            with torch.no_grad():
                model.encode(ids, mask)
            return
        optimizer.zero_grad()
        hidden = model.encode(ids, mask)
        if work == "classify":
            loss = F.cross_entropy(model.classifier(hidden[:, 0]), classes)
        else:
            loss = F.cross_entropy(model.vocabulary_logits(hidden).view(-1, VOCABULARY), tokens.view(-1))
        loss.backward()
        optimizer.step()

    model.train(work != "embed")
    seconds = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds[1:], "peakRssMb": peak, "productsPerSecond": products_per_second()}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
