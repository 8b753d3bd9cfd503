"""Golden values of in silico perturbation for packages/perturb, from plain PyTorch.

    python3 tools/parity/perturb-golden.py packages/perturb/fixtures

Writes `checkpoint/`, a random cell classifier with `<cls>` and `<eos>`, and `golden.json`: cells, perturbations of them, and the
perturbed tokens, the shift of the cell vector (both poolings, two layers), of the vectors of the remaining genes, of the class
probabilities and of the cosine to a state. The definitions are written out here with Python lists; no code is shared.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from model_torch import BertForSequenceClassification, write_safetensors

VOCABULARY, LENGTH, SPECIAL = 40, 14, (0, 1, 2, 3)


def checkpoint(folder):
    config = {
        "architectures": ["BertForSequenceClassification"],
        "attention_probs_dropout_prob": 0.0,
        "geneformer_ts": {
            "format": 1,
            "pooling": "mean",
            "vocabulary": {
                "version": "test", "digest": "test", "size": VOCABULARY, "padId": 0, "maskId": 1, "clsId": 2, "eosId": 3,
            },
        },
        "hidden_act": "relu",
        "hidden_dropout_prob": 0.0,
        "hidden_size": 16,
        "id2label": {"0": "a", "1": "b", "2": "c"},
        "initializer_range": 0.02,
        "intermediate_size": 24,
        "label2id": {"a": 0, "b": 1, "c": 2},
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": LENGTH,
        "model_type": "bert",
        "num_attention_heads": 2,
        "num_hidden_layers": 2,
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
        "problem_type": "single_label_classification",
        "type_vocab_size": 2,
        "vocab_size": VOCABULARY,
    }
    torch.manual_seed(19)
    model = BertForSequenceClassification(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "LayerNorm.weight" not in name:
                parameter.normal_(0, 0.4)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    write_safetensors(folder / "model.safetensors", {name: t.numpy() for name, t in model.state_dict().items()})
    return model


def perturbed(genes, targets, kind, quartiles):
    """The new list of genes; None if nothing happens."""
    present = [gene for gene in genes if gene in targets]
    rest = [gene for gene in genes if gene not in targets]
    if kind == "overexpress":
        return (list(targets) + rest)[: LENGTH - 2]
    if not present:
        return None
    if kind == "delete":
        return rest
    step = quartiles if kind == "inhibit" else -quartiles
    n, wanted = len(genes), []
    for gene in present:
        rank = genes.index(gene)
        quartile = rank * 4 // n + step
        wanted.append((0 if quartile < 0 else n - 1 if quartile > 3 else (2 * quartile + 1) * n // 8, rank, gene))
    new, at = rest, -1
    for target, _, gene in sorted(wanted):
        at = min(max(target, at + 1), len(new))
        new = new[:at] + [gene] + new[at:]
    return new


def outputs(model, genes):
    ids = torch.tensor([[2, *genes, 3]])
    states = model.bert(ids, torch.ones_like(ids, dtype=torch.bool))
    pooled = {
        f"{layer}/{pooling}": (states[layer][0, 1:-1].mean(0) if pooling == "mean" else states[layer][0, 0]).double()
        for layer in (1, 2)
        for pooling in ("mean", "cls")
    }
    logits = model.logits(states[2][:, 1:-1].mean(1))
    by_gene = {gene: states[2][0, 1 + rank].double() for rank, gene in enumerate(genes)}
    return pooled, by_gene, logits.softmax(-1)[0].double()


def cosine(a, b):
    return float(a @ b / (a.norm() * b.norm()))


@torch.no_grad()
def main(folder):
    model = checkpoint(folder / "checkpoint")
    random = np.random.default_rng(3)
    cells = [random.permutation(np.arange(4, VOCABULARY))[:n].tolist() for n in (12, 9, 2)]
    state = random.normal(size=16)
    cases = []
    for cell, genes in enumerate(cells):
        absent = next(gene for gene in range(4, VOCABULARY) if gene not in genes)
        for targets in ([genes[0]], [genes[-1]], [genes[len(genes) // 2], genes[0], absent], [absent]):
            for kind, quartiles in (("delete", 1), ("overexpress", 1), ("inhibit", 1), ("inhibit", 2), ("activate", 1)):
                case = {"cell": cell, "targets": targets, "kind": kind, "quartiles": quartiles}
                new = perturbed(genes, targets, kind, quartiles)
                case["tokens"] = None if new is None else [2, *new, 3]
                if new:
                    inserted = [gene for gene in new if gene not in genes]
                    dropped = max(0, len(genes) + len(inserted) - (LENGTH - 2)) if kind == "overexpress" else 0
                    before = outputs(model, genes[: len(genes) - dropped])
                    after = outputs(model, new)
                    case["shift"] = {key: 1 - cosine(after[0][key], before[0][key]) for key in before[0]}
                    goal = torch.tensor(state)
                    case["state"] = cosine(after[0]["2/mean"], goal) - cosine(before[0]["2/mean"], goal)
                    case["genes"] = {
                        gene: 1 - cosine(after[1][gene], before[1][gene])
                        for gene in new
                        if gene not in targets and gene in before[1]
                    }
                    case["probabilities"] = (after[2] - before[2]).tolist()
                cases.append(case)
    facts = {"cells": [[2, *genes, 3] for genes in cells], "state": state.tolist(), "cases": cases}
    (folder / "golden.json").write_text(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
