"""Deleting genes of a cell as Geneformer's InSilicoPerturber does it, with transformers' classes: the peer of bench:perturb.

    OMP_NUM_THREADS=2 python3 perturb_transformers.py MODEL CELL.json ATTENTION BATCH RESULTS.json

All perturbed sequences are made first, then read in batches with hidden states. The vectors of the remaining genes are compared by cosine
with those of the same genes in the original, and so are the means over all genes. Prints one line of JSON with the seconds after a pass
over one batch, and the peak memory of the process, and writes the shifts.
"""
import json
import os
import resource
import sys
import time

import torch
from transformers import BertModel, logging


def hidden(model, ids):
    mask = torch.ones_like(ids)
    return model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[-1]


def delete_each(model, tokens, deleted, size):
    """Returns the shifts of the cell [deletions] and of the remaining genes [deletions, genes - 1]."""
    with torch.inference_mode():
        kept = torch.stack([torch.cat([torch.arange(at), torch.arange(at + 1, len(tokens))]) for at in deleted])
        sequences = tokens[kept]
        original = hidden(model, tokens[None])[0]
        cells, genes = [], []
        for start in range(0, len(deleted), size):
            states = hidden(model, sequences[start : start + size])
            before = original[kept[start : start + size]]
            genes.append(1 - torch.cosine_similarity(states, before, dim=2))
            cells.append(1 - torch.cosine_similarity(states.mean(1), original.mean(0)[None], dim=1))
        return torch.cat(cells), torch.cat(genes), sequences


def main(folder, file, attention, size, results):
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    data = json.loads(open(file).read())
    tokens, deleted = torch.tensor(data["tokens"]), data["deleted"]
    model = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation=attention).eval()
    delete_each(model, tokens, deleted[:size], size)
    started = time.perf_counter()
    cells, genes, sequences = delete_each(model, tokens, deleted, size)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "peakRssMb": peak}))
    by_token = torch.gather(genes, 1, sequences.argsort(1))
    open(results, "w").write(json.dumps({"cell": cells.tolist(), "genes": by_token.tolist()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
