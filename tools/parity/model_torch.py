"""Geneformer's BERT and its heads in plain PyTorch, with the module names of Hugging Face's `transformers`.

The oracle of packages/model. It shares no code with it, and needs no `transformers`: the attribute names below give the same
`state_dict` keys, so that a checkpoint folder loads with `load_state_dict(strict=True)`. Imported by the other model-*.py here.
"""

import json
import math
import struct
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

MASKED = -1e9


class Embeddings(nn.Module):
    def __init__(self, c):
        super().__init__()
        h = c["hidden_size"]
        self.word_embeddings = nn.Embedding(c["vocab_size"], h, padding_idx=c["pad_token_id"])
        self.position_embeddings = nn.Embedding(c["max_position_embeddings"], h)
        self.token_type_embeddings = nn.Embedding(c["type_vocab_size"], h)
        self.LayerNorm = nn.LayerNorm(h, eps=c["layer_norm_eps"])
        self.dropout = nn.Dropout(c["hidden_dropout_prob"])

    def forward(self, ids):
        position = self.position_embeddings.weight[: ids.shape[1]] + self.token_type_embeddings.weight[0]
        return self.dropout(self.LayerNorm(self.word_embeddings(ids) + position))


class SelfAttention(nn.Module):
    def __init__(self, c):
        super().__init__()
        h = c["hidden_size"]
        self.heads = c["num_attention_heads"]
        self.query, self.key, self.value = nn.Linear(h, h), nn.Linear(h, h), nn.Linear(h, h)
        self.dropout = nn.Dropout(c["attention_probs_dropout_prob"])

    def forward(self, x, mask):
        batch, length, width = x.shape

        def split(y):
            return y.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = q @ k.transpose(2, 3) / math.sqrt(width // self.heads) + mask
        return (self.dropout(scores.softmax(-1)) @ v).transpose(1, 2).reshape(batch, length, width)


class AddAndNorm(nn.Module):
    def __init__(self, inner, c):
        super().__init__()
        self.dense = nn.Linear(inner, c["hidden_size"])
        self.LayerNorm = nn.LayerNorm(c["hidden_size"], eps=c["layer_norm_eps"])
        self.dropout = nn.Dropout(c["hidden_dropout_prob"])

    def forward(self, x, residual):
        return self.LayerNorm(self.dropout(self.dense(x)) + residual)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.self = SelfAttention(c)
        self.output = AddAndNorm(c["hidden_size"], c)

    def forward(self, x, mask):
        return self.output(self.self(x, mask), x)


class Intermediate(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["intermediate_size"])

    def forward(self, x):
        return F.relu(self.dense(x))


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.attention = Attention(c)
        self.intermediate = Intermediate(c)
        self.output = AddAndNorm(c["intermediate_size"], c)

    def forward(self, x, mask):
        attended = self.attention(x, mask)
        return self.output(self.intermediate(attended), attended)


class Encoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.layer = nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"]))


class Pooler(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["hidden_size"])

    def forward(self, vectors):
        return torch.tanh(self.dense(vectors))


class Bert(nn.Module):
    def __init__(self, c, pooler=False):
        super().__init__()
        self.embeddings = Embeddings(c)
        self.encoder = Encoder(c)
        if pooler:
            self.pooler = Pooler(c)

    def forward(self, ids, keep):
        """All hidden states [batch, length, hidden], that of the embeddings first. `keep` is true at tokens."""
        x = self.embeddings(ids)
        states = [x]
        mask = torch.zeros(keep.shape, dtype=x.dtype).masked_fill(~keep, MASKED)[:, None, None, :]
        for layer in self.encoder.layer:
            x = layer(x, mask)
            states.append(x)
        return states


class Transform(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense = nn.Linear(c["hidden_size"], c["hidden_size"])
        self.LayerNorm = nn.LayerNorm(c["hidden_size"], eps=c["layer_norm_eps"])

    def forward(self, x):
        return self.LayerNorm(F.relu(self.dense(x)))


class Predictions(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.transform = Transform(c)
        self.bias = nn.Parameter(torch.zeros(c["vocab_size"]))
        self.decoder = None
        if not c.get("tie_word_embeddings", True):
            self.decoder = nn.Linear(c["hidden_size"], c["vocab_size"])


class MaskedLMHead(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.predictions = Predictions(c)


class BertForMaskedLM(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.bert = Bert(c)
        self.cls = MaskedLMHead(c)

    def logits(self, hidden):
        """Of hidden states [..., hidden]; the decoder is the word embedding, unless it has weights of its own."""
        head = self.cls.predictions
        if head.decoder is not None:
            # One bias under two names, as in transformers 4.
            return F.linear(head.transform(hidden), head.decoder.weight, head.bias)
        return F.linear(head.transform(hidden), self.bert.embeddings.word_embeddings.weight, head.bias)


class BertForSequenceClassification(nn.Module):
    """Also the regression: the outputs are then values."""

    def __init__(self, c):
        super().__init__()
        self.bert = Bert(c, pooler=True)
        self.dropout = nn.Dropout(c["hidden_dropout_prob"])
        self.classifier = nn.Linear(c["hidden_size"], len(c["id2label"]))

    def logits(self, vectors):
        return self.classifier(self.dropout(self.bert.pooler(vectors)))


class BertForTokenClassification(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.bert = Bert(c)
        self.dropout = nn.Dropout(c["hidden_dropout_prob"])
        self.classifier = nn.Linear(c["hidden_size"], len(c["id2label"]))

    def logits(self, hidden):
        return self.classifier(self.dropout(hidden))


ARCHITECTURES = {
    c.__name__: c for c in (BertForMaskedLM, BertForSequenceClassification, BertForTokenClassification)
}


def pad(cells):
    """Ids [cells, longest], 0 at positions without a token, and which positions have one."""
    lengths = np.array([len(cell) for cell in cells])
    ids = np.zeros((len(cells), lengths.max()), dtype=np.int64)
    for row, cell in enumerate(cells):
        ids[row, : len(cell)] = cell
    return torch.tensor(ids), torch.tensor(np.arange(lengths.max())[None, :] < lengths[:, None])


def mean_over(hidden, keep):
    """Mean of the last hidden state over tokens [batch, hidden]."""
    share = keep.to(hidden.dtype) / keep.sum(1, keepdim=True)
    return (hidden * share[:, :, None]).sum(1)


def read_safetensors(path):
    data = Path(path).read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        assert entry["dtype"] == "F32", name
        arrays[name] = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
    return arrays


def write_safetensors(path, arrays):
    header, offset, body = {}, 0, []
    for name in sorted(arrays):
        data = np.ascontiguousarray(arrays[name], dtype="<f4")
        header[name] = {"dtype": "F32", "shape": list(data.shape), "data_offsets": [offset, offset + data.nbytes]}
        offset += data.nbytes
        body.append(data.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(body))


def load(folder):
    """The model of a checkpoint folder, of the class its config.json names, in evaluation mode; every tensor must match."""
    config = json.loads((Path(folder) / "config.json").read_text())
    model = ARCHITECTURES[config["architectures"][0]](config)
    file = Path(folder) / "pytorch_model.bin"
    if file.exists():
        state = torch.load(file, map_location="cpu")
    else:
        state = {name: torch.tensor(array) for name, array in read_safetensors(Path(folder) / "model.safetensors").items()}
    model.load_state_dict(state, strict=True)
    return model.eval(), config
