"""Golden values for packages/model, from plain PyTorch.

Writes a small random BERT in the Hugging Face checkpoint layout, and what PyTorch computes with it: hidden states, masked-gene
logits, class logits, losses, gradients and a few AdamW updates, on a batch with padding. The model is written out here in plain
torch (no `transformers`), and runs in float64, so that the differences measured by the tests are ours alone.

    python3 tools/parity/model-golden.py packages/model/fixtures

needs Python 3 with PyTorch and NumPy (Debian: python3-torch). Committed output: `checkpoint/` (config.json, model.safetensors),
`golden.safetensors` (arrays, float32) and `golden.json` (batch, labels, losses, hyper-parameters).
"""

import json
import math
import struct
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

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


def linear(p, name, x):
    return F.linear(x, p[name + ".weight"], p[name + ".bias"])


def norm(p, name, x):
    return F.layer_norm(x, x.shape[-1:], p[name + ".weight"], p[name + ".bias"], CONFIG["layer_norm_eps"])


def hidden_states(p, ids, keep):
    """All L + 1 hidden states [batch, length, hidden]."""
    at = "bert.embeddings."
    position = p[at + "position_embeddings.weight"][: ids.shape[1]]
    x = F.embedding(ids, p[at + "word_embeddings.weight"], padding_idx=CONFIG["pad_token_id"])
    x = norm(p, at + "LayerNorm", x + position + p[at + "token_type_embeddings.weight"][0])
    states = [x]
    batch, length, width = x.shape
    heads = CONFIG["num_attention_heads"]
    additive = torch.zeros(keep.shape, dtype=x.dtype).masked_fill(~keep, -1e9)[:, None, None, :]

    def split(y):
        return y.view(batch, length, heads, width // heads).transpose(1, 2)

    for layer in range(CONFIG["num_hidden_layers"]):
        at = f"bert.encoder.layer.{layer}."
        q, k, v = (split(linear(p, at + "attention.self." + n, x)) for n in ("query", "key", "value"))
        scores = q @ k.transpose(2, 3) / math.sqrt(width // heads) + additive
        context = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = norm(p, at + "attention.output.LayerNorm", linear(p, at + "attention.output.dense", context) + x)
        inner = F.relu(linear(p, at + "intermediate.dense", x))
        x = norm(p, at + "output.LayerNorm", linear(p, at + "output.dense", inner) + x)
        states.append(x)
    return states


def masked_lm_logits(p, hidden):
    x = norm(p, "cls.predictions.transform.LayerNorm", F.relu(linear(p, "cls.predictions.transform.dense", hidden)))
    return x @ p["bert.embeddings.word_embeddings.weight"].T + p["cls.predictions.bias"]


def class_logits(p, vectors):
    return linear(p, "classifier", torch.tanh(linear(p, "bert.pooler.dense", vectors)))


def parameters(weights):
    return {name: torch.tensor(values, dtype=torch.float64, requires_grad=True) for name, values in weights.items()}


def gradients(p, loss):
    for tensor in p.values():
        tensor.grad = None
    loss.backward()
    return {name: t.grad.clone() for name, t in p.items() if t.grad is not None}


def train(weights, ids, keep, labels):
    """AdamW with clipping and a linear schedule, as the Trainer does it: no decay on biases and LayerNorm."""
    p = parameters(weights)
    p = {name: t for name, t in p.items() if not name.startswith("cls.")}
    plain = [t for name, t in p.items() if name.endswith("bias") or "LayerNorm" in name]
    decayed = [t for name, t in p.items() if not (name.endswith("bias") or "LayerNorm" in name)]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": ADAMW["weight_decay"]}, {"params": plain, "weight_decay": 0.0}],
        lr=ADAMW["lr"],
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, (STEPS - step) / STEPS))
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(class_logits(p, hidden_states(p, ids, keep)[-1][:, 0]), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(p.values()), ADAMW["max_norm"])
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, p


def write_safetensors(path, arrays):
    header, offset, body = {}, 0, b""
    for name in sorted(arrays):
        data = np.ascontiguousarray(arrays[name], dtype="<f4")
        header[name] = {"dtype": "F32", "shape": list(data.shape), "data_offsets": [offset, offset + data.nbytes]}
        offset += data.nbytes
        body += data.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def main(out):
    torch.set_num_threads(1)
    generator = np.random.default_rng(11)
    weights = random_weights(CONFIG)
    length = max(LENGTHS)
    ids = np.zeros((len(LENGTHS), length), dtype=np.int64)
    for row, n in enumerate(LENGTHS):
        ids[row, :n] = generator.permutation(np.arange(2, CONFIG["vocab_size"]))[:n]
    keep = torch.tensor(np.arange(length)[None, :] < np.array(LENGTHS)[:, None])
    tokens = torch.tensor(ids)
    # Two masked positions a row, the second unused (label −1) in the rows too short for it.
    positions = np.array([[3, 9], [0, 7], [4, 0], [0, 0]])
    gene_labels = np.array([[5, 11], [2, 36], [20, -1], [8, -1]])
    labels = torch.tensor([2, 0, 3, 1])
    class_weights = torch.tensor([1.0, 0.5, 2.0, 1.5], dtype=torch.float64)

    p = parameters(weights)
    states = hidden_states(p, tokens, keep)
    rows = torch.arange(len(LENGTHS))[:, None]
    logits = masked_lm_logits(p, states[-1][rows, torch.tensor(positions)]).reshape(-1, CONFIG["vocab_size"])
    used = torch.tensor(gene_labels.reshape(-1))
    lm_loss = F.cross_entropy(logits[used >= 0], used[used >= 0])
    lm_gradients = gradients(p, lm_loss)

    states = hidden_states(p, tokens, keep)
    first = class_logits(p, states[-1][:, 0])
    first_loss = F.cross_entropy(first, labels, weight=class_weights)
    first_gradients = gradients(p, first_loss)

    states = hidden_states(p, tokens, keep)
    share = keep.double() / keep.sum(1, keepdim=True)
    mean = (states[-1] * share[:, :, None]).sum(1)
    mean_logits = class_logits(p, mean)
    mean_loss = F.cross_entropy(mean_logits, labels)
    mean_gradients = gradients(p, mean_loss)

    losses, trained = train(weights, tokens, keep, labels)

    arrays = {f"hidden.{i}": state.detach().numpy() for i, state in enumerate(states)}
    arrays |= {"masked_lm.logits": logits, "cls.logits": first, "mean.logits": mean_logits, "mean.embedding": mean}
    arrays |= {f"masked_lm.grad.{name}": g for name, g in lm_gradients.items()}
    arrays |= {f"cls.grad.{name}": g for name, g in first_gradients.items()}
    arrays |= {f"mean.grad.{name}": g for name, g in mean_gradients.items() if name.startswith(("bert.pooler", "bert.encoder.layer.0"))}
    arrays |= {f"trained.{name}": t for name, t in trained.items()}
    arrays = {name: a.detach().numpy() if isinstance(a, torch.Tensor) else a for name, a in arrays.items()}

    checkpoint = out / "checkpoint"
    checkpoint.mkdir(parents=True, exist_ok=True)
    (checkpoint / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    write_safetensors(checkpoint / "model.safetensors", weights)
    write_safetensors(out / "golden.safetensors", arrays)
    golden = {
        "cells": [ids[row, :n].tolist() for row, n in enumerate(LENGTHS)],
        "positions": positions.tolist(),
        "geneLabels": gene_labels.tolist(),
        "labels": labels.tolist(),
        "classWeights": class_weights.tolist(),
        "maskedLmLoss": lm_loss.item(),
        "clsLoss": first_loss.item(),
        "meanLoss": mean_loss.item(),
        "adamw": {**ADAMW, "steps": STEPS, "losses": losses},
    }
    (out / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
