"""Checkpoints written by Hugging Face transformers and by training programs, for packages/model.

    python3 tools/parity/model-transformers.py packages/model/fixtures

needs Python 3 with torch and transformers (5.24.0 was used). Writes the folder `transformers`: `untied` (save_pretrained of a masked language
model with tie_word_embeddings false), `sharded` (the same in several safetensors files with their index), `sharded-torch` (the same as
pytorch_model-*.bin), `training.pt` (a dictionary with model_state_dict of a model in DataParallel and torch.compile, an optimizer and an epoch),
`lightning.ckpt` (the layout of a Lightning checkpoint, hyper-parameters included), and `logits.json`: cells, and the logits of transformers.
"""

import argparse
import collections
import copy
import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM

OUT = Path(sys.argv[1]) / "transformers"
shutil.rmtree(OUT, ignore_errors=True)
OUT.mkdir(parents=True)

CELLS = [[2, 9, 1, 17, 4, 11], [7, 3, 19]]
CONFIG = BertConfig(
    vocab_size=20,
    hidden_size=8,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=12,
    hidden_act="relu",
    max_position_embeddings=16,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    tie_word_embeddings=False,
)


def untied():
    torch.manual_seed(0)
    model = BertForMaskedLM(CONFIG).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return model


def logits(model):
    with torch.no_grad():
        return [model(torch.tensor([cell])).logits[0].double().tolist() for cell in CELLS]


model = untied()
model.save_pretrained(OUT / "untied")
model.save_pretrained(OUT / "sharded", max_shard_size="5KB")

tied_config = copy.deepcopy(CONFIG)
tied_config.tie_word_embeddings = True
tied = BertForMaskedLM(tied_config).eval()
tied.load_state_dict({name: t for name, t in model.state_dict().items() if "decoder" not in name}, strict=False)
tied.tie_weights()

shards = OUT / "sharded-torch"
shards.mkdir()
CONFIG.save_pretrained(shards)
names = list(model.state_dict())
weight_map = {}
for i, part in enumerate([names[:20], names[20:]], start=1):
    file = f"pytorch_model-{i:05d}-of-00002.bin"
    torch.save({name: model.state_dict()[name] for name in part}, shards / file)
    weight_map.update({name: file for name in part})
index = {"metadata": {"total_size": 0}, "weight_map": weight_map}
(shards / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
training = {
    "epoch": 3,
    "model_state_dict": {f"module._orig_mod.{name}": t for name, t in model.state_dict().items()},
    "optimizer_state_dict": optimizer.state_dict(),
    "device": torch.device("cpu"),
}
torch.save(training, OUT / "training.pt")


class Hyper:
    """A class of a training program, which nobody else can import."""

    rate = 1e-3


lightning = {
    "epoch": 1,
    "global_step": 20,
    "pytorch-lightning_version": "2.5.0",
    "state_dict": collections.OrderedDict((f"model.{name}", t) for name, t in model.state_dict().items()),
    "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 1}}}},
    "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.5), "dirpath": Path("checkpoints")}},
    "optimizer_states": [optimizer.state_dict()],
    "lr_schedulers": [],
    "hparams_name": "kwargs",
    "hyper_parameters": {"config": argparse.Namespace(lr=1e-3), "hyper": Hyper(), "seen": {1, 2}, "dtype": torch.float32},
}
torch.save(lightning, OUT / "lightning.ckpt")

(OUT / "logits.json").write_text(json.dumps({"cells": CELLS, "untied": logits(model), "tied": logits(tied)}) + "\n")
