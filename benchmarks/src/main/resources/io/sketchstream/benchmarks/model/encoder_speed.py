"""The peer of `./sketchstream bench encoder-speed`: the same trunk as an experienced user of PyTorch writes it for serving.

Batch norms folded, one thread, as it is in channels_last or optimised for inference by TorchScript (oneDNN for all of it),
whichever is faster. Reads batch sizes, one a line, and prints images per CPU-second for each.
"""
import sys
import time

import torch
import torch.nn.functional as F

name, side, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
torch.set_num_threads(1)
torch.manual_seed(1)


class Convolution(torch.nn.Conv2d):
    """With TensorFlow's "same" padding where `same`, else half the kernel on all sides."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, same=False):
        self.before = same and stride > 1
        super().__init__(inputs, outputs, kernel, stride, 0 if self.before else kernel // 2, groups=groups)

    def forward(self, x):
        if self.before:
            total = self.kernel_size[0] - 2 + x.shape[2] % 2
            x = F.pad(x, [total // 2, total - total // 2] * 2)
        return super().forward(x)


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expansion, same):
        super().__init__()
        hidden = inputs * expansion
        layers = [] if expansion == 1 else [Convolution(inputs, hidden, 1), torch.nn.ReLU6(True)]
        layers += [Convolution(hidden, hidden, kernel, stride, hidden, same), torch.nn.ReLU6(True)]
        self.layers = torch.nn.Sequential(*layers, Convolution(hidden, outputs, 1))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.residual else y


# Expansion, kernel, outputs, repeats, stride of each stage: Sandler et al. 2018; Tan and Le 2019 with their widths and depths.
MOBILENET = [(1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 3, 32, 3, 2), (6, 3, 64, 4, 2), (6, 3, 96, 3, 1), (6, 3, 160, 3, 2), (6, 3, 320, 1, 1)]
LITE0 = [(1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)]
LITE2 = [(1, 3, 16, 1, 1), (6, 3, 24, 3, 2), (6, 5, 48, 3, 2), (6, 3, 88, 4, 2), (6, 5, 120, 4, 1), (6, 5, 208, 5, 2), (6, 3, 352, 1, 1)]
PLANS = {"mobilenet_v2": MOBILENET, "efficientnet_lite0": LITE0, "efficientnet_lite2": LITE2}


class Trunk(torch.nn.Module):
    def __init__(self, plan, same):
        super().__init__()
        layers, inputs = [Convolution(3, 32, 3, 2, same=same), torch.nn.ReLU6(True)], 32
        for expansion, kernel, outputs, count, stride in plan:
            for i in range(count):
                layers.append(Block(inputs, outputs, kernel, stride if i == 0 else 1, expansion, same))
                inputs = outputs
        self.layers = torch.nn.Sequential(*layers, Convolution(inputs, 1280, 1), torch.nn.ReLU6(True))

    def forward(self, x):
        return self.layers(x).mean([2, 3])


net = Trunk(PLANS[name], name.startswith("efficientnet")).eval().to(memory_format=torch.channels_last)
with torch.inference_mode():
    pixels = {}
    example = torch.randn(1, 3, side, side).contiguous(memory_format=torch.channels_last)
    optimised = torch.jit.optimize_for_inference(torch.jit.trace(net, example))
    for line in sys.stdin:
        batch = int(line)
        x = torch.randn(batch, 3, side, side).contiguous(memory_format=torch.channels_last)
        best = 0
        for run in (net, optimised):
            run(x), run(x)
            start, images = time.process_time(), 0
            while time.process_time() - start < seconds:
                run(x)
                images += batch
            best = max(best, images / (time.process_time() - start))
        print(best, flush=True)
