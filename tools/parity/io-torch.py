"""PyTorch checkpoints for packages/io, written by torch.save.

    python3 tools/parity/io-torch.py packages/io/fixtures

needs Python 3 with PyTorch (Debian: python3-torch). Writes into the folder `torch`: checkpoint.bin (every type that is read, tied weights,
strided, partial, empty and scalar tensors, a parameter), the same as zip64.bin (every size and offset of the archive's
directory in its 64-bit field), what torch itself says they hold as checkpoint.json, and files that must be refused: written before
PyTorch 1.6, of double precision, an expanded view, a whole module, two models in one, and one that would run a command; also state
dictionaries inside others (nested.bin, training.bin), the latter beside a command, a class of a program's own and a mask of booleans.
"""

import collections
import json
import os
import struct
import sys
import zipfile

import torch

OUT = os.path.join(sys.argv[1], "torch")
os.makedirs(OUT, exist_ok=True)


def path(name):
    return os.path.join(OUT, name)


def state():
    torch.manual_seed(0)
    embeddings = torch.arange(12, dtype=torch.float32).reshape(4, 3) / 7
    block = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    entries = collections.OrderedDict()
    entries["embeddings.weight"] = embeddings
    entries["decoder.weight"] = embeddings
    entries["half"] = torch.tensor([1.5, -0.0, 65504, 6e-8, float("inf"), -2.001953125], dtype=torch.float16)
    entries["brain"] = torch.tensor([[1.0, -2.5], [3.140625, float("inf")]], dtype=torch.bfloat16)
    entries["position_ids"] = torch.tensor([[0, 1, -(2**40)]])
    entries["small"] = torch.tensor([-5, 2**31 - 1], dtype=torch.int32)
    entries["scalar"] = torch.tensor(2.5)
    entries["empty"] = torch.zeros(0, 3)
    entries["transposed"] = embeddings.t()
    entries["permuted"] = block.permute(2, 0, 1)
    entries["part"] = block[1]
    entries["strided"] = block[:, 1, ::2]
    entries["expanded.bias"] = torch.tensor([1.0, 2.0]).expand(2, 2)
    entries["parameter"] = torch.nn.Parameter(torch.tensor([4.0, 5.0]))
    entries._metadata = collections.OrderedDict([("", {"version": 1}), ("embeddings", {"version": 1})])
    return entries


def golden(entries):
    names = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64", torch.int32: "I32"}
    return {
        name: {
            "dtype": names[tensor.dtype],
            "shape": list(tensor.shape),
            # As text, because JSON has no infinity.
            "values": [repr(value) for value in tensor.detach().reshape(-1).tolist()],
        }
        for name, tensor in entries.items()
    }


def to_zip64(source, target):
    """The same entries in an archive whose directory has every size and offset in the zip64 fields."""
    full = 0xFFFFFFFF
    with zipfile.ZipFile(source) as archive, open(target, "wb") as out:
        directory = b""
        entries = archive.infolist()
        for info in entries:
            data = archive.read(info)
            name = info.filename.encode()
            offset = out.tell()
            out.write(struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, info.CRC, len(data), len(data), len(name), 0))
            out.write(name + data)
            extra = struct.pack("<HHH", 0xCAFE, 2, 0) + struct.pack("<HHQQQ", 1, 24, len(data), len(data), offset)
            sizes = (info.CRC, full, full, len(name), len(extra), 0, 0, 0, 0, full)
            directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, *sizes) + name + extra
        start = out.tell()
        out.write(directory)
        end = out.tell()
        out.write(struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, len(entries), len(entries), len(directory), start))
        out.write(struct.pack("<IIQI", 0x07064B50, 0, end, 1))
        out.write(struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, full, full, 0))
    torch.load(target)


class Hostile:
    def __reduce__(self):
        return (os.system, ("touch unpickled",))


entries = state()
torch.save(entries, path("checkpoint.bin"))
to_zip64(path("checkpoint.bin"), path("zip64.bin"))
with open(path("checkpoint.json"), "w") as file:
    json.dump(golden(entries), file, indent=1)
    file.write("\n")
torch.save({"w": torch.ones(2)}, path("legacy.bin"), _use_new_zipfile_serialization=False)
torch.save({"w": torch.ones(2, dtype=torch.float64)}, path("double.bin"))
torch.save({"w": torch.ones(1).expand(1_000_000, 1_000_000)}, path("expanded.bin"))
torch.save(torch.nn.Linear(2, 1), path("module.bin"))
torch.save({"state_dict": {"w": torch.ones(2)}, "epoch": 1}, path("nested.bin"))
torch.save({"w": Hostile()}, path("hostile.bin"))
torch.save({"model": {"w": torch.ones(2)}, "state_dict": {"w": torch.ones(2)}}, path("several.bin"))


class Hyper:
    """A class of a training program, which nobody else can import."""

    rate = 1e-3


training = {
    "epoch": 3,
    "hyper_parameters": {"own": Hyper(), "seen": {1, 2}, "dtype": torch.float32, "command": Hostile(), "big": 2**70},
    "optimizer": torch.optim.AdamW([torch.nn.Parameter(torch.ones(2))]).state_dict(),
    "model_state_dict": {"w": torch.tensor([1.0, 2.5]), "mask": torch.tensor([True, False])},
}
torch.save(training, path("training.bin"))
