"""Golden values for packages/model, from plain PyTorch.

Writes a small random BERT in the Hugging Face checkpoint layout, and what PyTorch computes with it: hidden states, masked-gene
logits, class logits, losses, gradients and a few AdamW updates, on a batch with padding. The model is model_torch.py's (no
`transformers`), and runs in float64, so that the differences measured by the tests are ours alone.

    python3 tools/parity/model-golden.py packages/model/fixtures

needs Python 3 with PyTorch and NumPy (Debian: python3-torch). Committed output: `checkpoint/` (config.json, model.safetensors), `pytorch/` (the same weights as pytorch_model.bin),
`golden.safetensors` (arrays, float32) and `golden.json` (batch, labels, losses, hyper-parameters).
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from model_torch import (
    BertForMaskedLM,
    BertForSequenceClassification,
    BertForTokenClassification,
    mean_over,
    pad,
    write_safetensors,
)

CONFIG = {
    "architectures": ["BertForMaskedLM"],
    "attention_probs_dropout_prob": 0.0,
    "hidden_act": "relu",
    "hidden_dropout_prob": 0.0,
    "hidden_size": 24,
    "id2label": {"0": "a", "1": "b", "2": "c", "3": "d"},
    "initializer_range": 0.02,
    "intermediate_size": 40,
    "label2id": {"a": 0, "b": 1, "c": 2, "d": 3},
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 20,
    "model_type": "bert",
    "num_attention_heads": 3,
    "num_hidden_layers": 3,
    "pad_token_id": 0,
    "position_embedding_type": "absolute",
    "type_vocab_size": 2,
    "vocab_size": 37,
}
CLASSES = 4
MASK, FIRST_GENE = 1, 2
MASKED = [(0, 3), (0, 9), (1, 0), (2, 4)]
LENGTHS = [16, 11, 5, 1]
STEPS = 4
ADAMW = {"lr": 2e-3, "weight_decay": 0.05, "max_norm": 0.5}


def shapes(config):
    h, i, v = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    found = {
        "bert.embeddings.word_embeddings.weight": (v, h),
        "bert.embeddings.position_embeddings.weight": (config["max_position_embeddings"], h),
        "bert.embeddings.token_type_embeddings.weight": (config["type_vocab_size"], h),
        "bert.embeddings.LayerNorm.weight": (h,),
        "bert.embeddings.LayerNorm.bias": (h,),
    }
    for layer in range(config["num_hidden_layers"]):
        at = f"bert.encoder.layer.{layer}."
        for name, out, inn in [
            ("attention.self.query", h, h),
            ("attention.self.key", h, h),
            ("attention.self.value", h, h),
            ("attention.output.dense", h, h),
            ("intermediate.dense", i, h),
            ("output.dense", h, i),
        ]:
            found[f"{at}{name}.weight"] = (out, inn)
            found[f"{at}{name}.bias"] = (out,)
        for name in ["attention.output.LayerNorm", "output.LayerNorm"]:
            found[f"{at}{name}.weight"] = (h,)
            found[f"{at}{name}.bias"] = (h,)
    found["cls.predictions.bias"] = (v,)
    found["cls.predictions.transform.dense.weight"] = (h, h)
    found["cls.predictions.transform.dense.bias"] = (h,)
    found["cls.predictions.transform.LayerNorm.weight"] = (h,)
    found["cls.predictions.transform.LayerNorm.bias"] = (h,)
    found["bert.pooler.dense.weight"] = (h, h)
    found["bert.pooler.dense.bias"] = (h,)
    found["classifier.weight"] = (CLASSES, h)
    found["classifier.bias"] = (CLASSES,)
    return found


def random_weights(config):
    generator = np.random.default_rng(7)
    weights = {}
    for name, shape in shapes(config).items():
        values = generator.normal(0, 0.3, shape)
        if "LayerNorm.weight" in name:
            values += 1
        if name == "bert.embeddings.word_embeddings.weight":
            values[config["pad_token_id"]] = 0
        # Rounded to float32: both sides start from the same numbers.
        weights[name] = values.astype(np.float32)
    return weights


def model_of(kind, weights):
    """A model of that class, in float64; tensors of other heads are passed over."""
    model = kind(CONFIG).double().eval()
    names = set(model.state_dict())
    model.load_state_dict({name: torch.tensor(w, dtype=torch.float64) for name, w in weights.items() if name in names})
    return model


def gradients(model, loss):
    loss.backward()
    return {name: p.grad for name, p in model.named_parameters() if p.grad is not None}


def train(weights, ids, keep, labels):
    """AdamW with clipping and a linear schedule, as the Trainer does it: no decay on biases and LayerNorm."""
    model = model_of(BertForSequenceClassification, weights)
    named = dict(model.named_parameters())
    plain = [p for name, p in named.items() if name.endswith("bias") or "LayerNorm" in name]
    decayed = [p for name, p in named.items() if not (name.endswith("bias") or "LayerNorm" in name)]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": ADAMW["weight_decay"]}, {"params": plain, "weight_decay": 0.0}],
        lr=ADAMW["lr"],
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, (STEPS - step) / STEPS))
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(model.logits(model.bert(ids, keep)[-1][:, 0]), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(named.values()), ADAMW["max_norm"])
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, named


def gene_means(state, tokens, keep):
    """Of each gene, ascending: the mean of its hidden state over the cells it occurs in, and how many those are."""
    found, which = torch.unique(tokens[keep], return_inverse=True)
    counts = torch.bincount(which)
    sums = torch.zeros(len(found), state.shape[-1], dtype=state.dtype).index_add_(0, which, state[keep])
    return sums / counts[:, None], found, counts


def fill(lm, cells, masked, top):
    """The likeliest genes at masked positions, with their probabilities among all tokens; specials are not named."""
    tokens, keep = pad([[MASK if (row, at) in masked else id for at, id in enumerate(cell)] for row, cell in enumerate(cells)])
    states = lm.bert(tokens, keep)
    filled = []
    for row, at in masked:
        shares = lm.logits(states[-1][row, at]).softmax(-1).detach()
        best = shares[FIRST_GENE:].topk(top)
        named = {"tokens": (best.indices + FIRST_GENE).tolist(), "probabilities": best.values.tolist()}
        filled.append({"cell": row, "position": at, **named})
    return filled


def write_torch(folder, weights):
    """The same model as upstream's first checkpoints have it: a pickled state dict with the buffer and the tied decoder in it."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: torch.tensor(array) for name, array in weights.items() if not name.startswith(("classifier", "bert.pooler"))}
    state["bert.embeddings.position_ids"] = torch.arange(CONFIG["max_position_embeddings"])[None]
    state["cls.predictions.decoder.weight"] = state["bert.embeddings.word_embeddings.weight"]
    state["cls.predictions.decoder.bias"] = state["cls.predictions.bias"]
    torch.save(state, folder / "pytorch_model.bin")
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")


def main(out):
    torch.set_num_threads(1)
    generator = np.random.default_rng(11)
    weights = random_weights(CONFIG)
    cells = [generator.permutation(np.arange(2, CONFIG["vocab_size"]))[:n].tolist() for n in LENGTHS]
    tokens, keep = pad(cells)
    # Two masked positions a row, the second unused (label −1) in the rows too short for it.
    positions = np.array([[3, 9], [0, 7], [4, 0], [0, 0]])
    gene_labels = np.array([[5, 11], [2, 36], [20, -1], [8, -1]])
    labels = torch.tensor([2, 0, 3, 1])
    class_weights = torch.tensor([1.0, 0.5, 2.0, 1.5], dtype=torch.float64)

    lm = model_of(BertForMaskedLM, weights)
    states = lm.bert(tokens, keep)
    rows = torch.arange(len(LENGTHS))[:, None]
    logits = lm.logits(states[-1][rows, torch.tensor(positions)]).reshape(-1, CONFIG["vocab_size"])
    used = torch.tensor(gene_labels.reshape(-1))
    lm_loss = F.cross_entropy(logits[used >= 0], used[used >= 0])
    lm_gradients = gradients(lm, lm_loss)

    classifier = model_of(BertForSequenceClassification, weights)
    first = classifier.logits(classifier.bert(tokens, keep)[-1][:, 0])
    first_loss = F.cross_entropy(first, labels, weight=class_weights)
    first_gradients = gradients(classifier, first_loss)

    classifier = model_of(BertForSequenceClassification, weights)
    mean = mean_over(classifier.bert(tokens, keep)[-1], keep)
    mean_logits = classifier.logits(mean)
    mean_loss = F.cross_entropy(mean_logits, labels)
    mean_gradients = gradients(classifier, mean_loss)

    # The same head read as four values a cell.
    regression = model_of(BertForSequenceClassification, weights)
    values = regression.logits(regression.bert(tokens, keep)[-1][:, 0])
    targets = torch.tensor(generator.normal(0, 1, (len(LENGTHS), CLASSES)).astype(np.float32))
    values_loss = F.mse_loss(values, targets.double())
    values_gradients = gradients(regression, values_loss)

    # Some tokens have a class; the others −100, as upstream's collator writes it.
    token_labels = np.full(tokens.shape, -100)
    for row, n in enumerate(LENGTHS):
        labelled = generator.permutation(n)[: max(1, n // 3)]
        token_labels[row, labelled] = generator.integers(0, CLASSES, len(labelled))
    token_labels = torch.tensor(token_labels)
    genes = model_of(BertForTokenClassification, weights)
    token_logits = genes.logits(genes.bert(tokens, keep)[-1])
    token_loss = F.cross_entropy(token_logits.view(-1, CLASSES), token_labels.view(-1), weight=class_weights)
    token_gradients = gradients(genes, token_loss)

    genes_of = {layer: gene_means(states[layer], tokens, keep) for layer in (0, 2, 3)}
    losses, trained = train(weights, tokens, keep, labels)

    arrays = {f"hidden.{i}": state.detach().numpy() for i, state in enumerate(states)}
    arrays |= {"masked_lm.logits": logits, "cls.logits": first, "mean.logits": mean_logits, "mean.embedding": mean}
    arrays |= {f"masked_lm.grad.{name}": g for name, g in lm_gradients.items()}
    arrays |= {f"cls.grad.{name}": g for name, g in first_gradients.items()}
    arrays |= {f"mean.grad.{name}": g for name, g in mean_gradients.items() if name.startswith(("bert.pooler", "bert.encoder.layer.0"))}
    arrays |= {"values.logits": values, "token.logits": token_logits[keep]}
    arrays |= {f"values.grad.{name}": g for name, g in values_gradients.items() if name.startswith(("bert.pooler", "classifier"))}
    arrays |= {f"token.grad.{name}": g for name, g in token_gradients.items()}
    arrays |= {f"gene.{layer}": means for layer, (means, _, _) in genes_of.items()}
    arrays |= {f"mean.{layer}": mean_over(states[layer], keep) for layer in (0, 1, 2)}
    arrays |= {f"trained.{name}": t for name, t in trained.items()}
    arrays = {name: a.detach().numpy() if isinstance(a, torch.Tensor) else a for name, a in arrays.items()}

    checkpoint = out / "checkpoint"
    checkpoint.mkdir(parents=True, exist_ok=True)
    (checkpoint / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    write_safetensors(checkpoint / "model.safetensors", weights)
    write_safetensors(out / "golden.safetensors", arrays)
    write_torch(out / "pytorch", weights)
    golden = {
        "cells": cells,
        "positions": positions.tolist(),
        "geneLabels": gene_labels.tolist(),
        "labels": labels.tolist(),
        "classWeights": class_weights.tolist(),
        "maskedLmLoss": lm_loss.item(),
        "clsLoss": first_loss.item(),
        "meanLoss": mean_loss.item(),
        "targets": targets.tolist(),
        "valuesLoss": values_loss.item(),
        "tokenLabels": [token_labels[row, :n].tolist() for row, n in enumerate(LENGTHS)],
        "tokenLoss": token_loss.item(),
        "genes": {"tokens": genes_of[0][1].tolist(), "occurrences": genes_of[0][2].tolist()},
        "filled": fill(lm, cells, MASKED, 6),
        "adamw": {**ADAMW, "steps": STEPS, "losses": losses},
    }
    (out / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
