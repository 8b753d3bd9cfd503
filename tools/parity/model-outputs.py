"""What PyTorch computes with a checkpoint folder that packages/model wrote. Run by model-round-trip.mjs, not by hand:

    python3 model-outputs.py FOLDER

The weights must load with `load_state_dict(strict=True)` into the class that config.json names. FOLDER/task.json holds cells and labels:
one a token for masked-gene models and gene classifiers (-100: none), one a cell for the others. Writes FOLDER/outputs.safetensors: the last
hidden state at every token, the head's outputs, the loss and its gradients, all computed in float64. Where Hugging Face's transformers
is installed, its BertForMaskedLM must give the same logits within 1e-5.
"""

import importlib.util
import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from model_torch import load, mean_over, pad, write_safetensors


def main(folder):
    model, config = load(folder)
    model = model.double()
    task = json.loads((folder / "task.json").read_text())
    ids, keep = pad(task["cells"])
    hidden = model.bert(ids, keep)[-1]
    kind = type(model).__name__
    if kind == "BertForSequenceClassification":
        pooled = mean_over(hidden, keep) if config["geneformer_ts"]["pooling"] == "mean" else hidden[:, 0]
        outputs = model.logits(pooled)
        if config["problem_type"] == "regression":
            loss = F.mse_loss(outputs, torch.tensor(task["labels"], dtype=torch.float64).view(outputs.shape))
        else:
            loss = F.cross_entropy(outputs, torch.tensor(task["labels"]))
    else:
        labels = torch.cat([torch.tensor(row) for row in task["labels"]])
        outputs = model.logits(hidden[keep][labels >= 0])
        if kind == "BertForMaskedLM":
            compare_with_transformers(folder, ids, keep, outputs, labels)
        loss = F.cross_entropy(outputs, labels[labels >= 0])
    loss.backward()
    arrays = {"hidden": hidden[keep], "outputs": outputs, "loss": loss.view(1)}
    arrays |= {f"grad.{name}": p.grad for name, p in model.named_parameters() if p.grad is not None}
    write_safetensors(folder / "outputs.safetensors", {name: a.detach().numpy() for name, a in arrays.items()})


def compare_with_transformers(folder, ids, keep, outputs, labels):
    if importlib.util.find_spec("transformers") is None:
        return
    from transformers import BertForMaskedLM

    theirs = BertForMaskedLM.from_pretrained(folder, attn_implementation="eager").double().eval()
    with torch.no_grad():
        logits = theirs(ids, attention_mask=keep.long()).logits[keep][labels >= 0]
    difference = (logits - outputs).abs().max().item()
    print(f"largest difference to transformers: {difference:.1e}")
    assert difference <= 1e-5


if __name__ == "__main__":
    main(Path(sys.argv[1]))
