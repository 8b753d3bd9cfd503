"""The rate of large square matrix products in PyTorch, one of the rates that the benchmark takes a machine's ceiling from."""
import time

import torch


def products_per_second():
    """Floating-point operations per second in 32 bits, the best of several sizes and turns."""
    best = 0.0
    with torch.inference_mode():
        for size in (512, 1024, 2048):
            a, b = torch.rand(size, size), torch.rand(size, size)
            for _ in range(6):
                started = time.perf_counter()
                a @ b
                best = max(best, 2 * size**3 / (time.perf_counter() - started))
    return best
