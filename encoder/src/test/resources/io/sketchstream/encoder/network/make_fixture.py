#!/usr/bin/python3
"""Makes fixture.safetensors: what other implementations of the networks (torchvision's, and a few lines of PyTorch
for MobileNetV1 and EfficientNet-Lite) answer in double precision to formula images, with formula weights. FormulaWeights.java has the
same formulas. Needs Debian's python3-torchvision; run in this folder."""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F
import torchvision

MASK = (1 << 64) - 1


def uniform(name, count):
    """0 to 1, from a name: FNV-1a seeds SplitMix64."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    z = np.uint64(seed) + np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def tensor(name, shape):
    u = uniform(name, int(np.prod(shape)))
    if len(shape) == 4:
        values = (2 * u - 1) * np.sqrt(6.0 / np.prod(shape[1:]))
    elif name.endswith("running_var"):
        values = 0.5 + u
    elif name.endswith(".weight"):
        values = 0.5 + 0.4 * u
    else:
        values = 0.2 * (u - 0.5)
    return torch.from_numpy(values.astype(np.float32).reshape(shape).astype(np.float64))


def image(size):
    y, x, c = np.meshgrid(range(size), range(size), range(3), indexing="ij")
    pixels = (5 * x + 3 * y + 40 * c + (x * y * (c + 1)) // 8) & 255
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].double() / 255


def imagenet(x):
    mean = torch.tensor([0.485, 0.456, 0.406]).double().view(1, 3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).double().view(1, 3, 1, 1)
    return (x - mean) / std


def resnet50():
    net = torchvision.models.resnet50().double().eval()
    net.load_state_dict({n: t if n.endswith("num_batches_tracked") else tensor(n, t.shape)
                         for n, t in net.state_dict().items()})
    net.fc = torch.nn.Identity()
    return lambda x: net(imagenet(x))


def mobilenet_v2():
    """Batch norms become the biases that folding would have made of them."""
    net = torchvision.models.mobilenet_v2().features.double().eval()
    modules = dict(net.named_modules())
    for name, conv in modules.items():
        if not isinstance(conv, torch.nn.Conv2d):
            continue
        head, last = name.rsplit(".", 1)
        norm = modules[f"{head}.{int(last) + 1}"]
        conv.weight.data = tensor(f"features.{name}.weight", conv.weight.shape)
        norm.weight.data.fill_((1 + norm.eps) ** 0.5)
        norm.bias.data = tensor(f"features.{name}.bias", norm.bias.shape)
    return lambda x: net(imagenet(x)).mean((2, 3))


def squeezenet1_1():
    net = torchvision.models.squeezenet1_1().double().eval()
    # torchvision's pools are in ceil mode; the published ONNX weights came with floor.
    for module in net.modules():
        if isinstance(module, torch.nn.MaxPool2d):
            module.ceil_mode = False
    net.load_state_dict({n: tensor(n, t.shape) for n, t in net.state_dict().items()})
    return lambda x: net(imagenet(x))


def same_conv(x, name, out, kernel, stride, groups=1):
    """TensorFlow's "same" padding: as many outputs as inputs over stride, what is odd goes below and to the right."""
    weight = tensor(f"{name}.weight", (out, x.shape[1] // groups, kernel, kernel))
    padding = []
    for extent in (x.shape[3], x.shape[2]):
        total = max((-(-extent // stride) - 1) * stride + kernel - extent, 0)
        padding += [total // 2, total - total // 2]
    return F.conv2d(F.pad(x, padding), weight, tensor(f"{name}.bias", (out,)), stride, groups=groups)


def mobilenet_v1_075():
    def run(x):
        x = F.relu6(same_conv(x * 2 - 1, "conv1", 24, 3, 2))
        for i, out in enumerate([48, 96, 96, 192, 192, 384, 384, 384, 384, 384, 384, 768, 768], 1):
            x = F.relu6(same_conv(x, f"dw{i}", x.shape[1], 3, 2 if i in (2, 4, 6, 12) else 1, x.shape[1]))
            x = F.relu6(same_conv(x, f"pw{i}", out, 1, 1))
        return same_conv(x.mean((2, 3), True), "fc", 1000, 1, 1).flatten(1)

    return run


def efficientnet(*groups):
    """Groups of blocks: expansion, width, repeats, stride of the first, kernel."""
    def run(x):
        x = F.relu6(same_conv((x * 255 - 127) / 128, "stem", 32, 3, 2))
        block = 0
        for expansion, width, repeats, first_stride, kernel in groups:
            for repeat in range(repeats):
                stride = first_stride if repeat == 0 else 1
                y, name = x, f"blocks.{block}"
                if expansion > 1:
                    y = F.relu6(same_conv(y, f"{name}.expand", y.shape[1] * expansion, 1, 1))
                y = F.relu6(same_conv(y, f"{name}.depthwise", y.shape[1], kernel, stride, y.shape[1]))
                y = same_conv(y, f"{name}.project", width, 1, 1)
                x = x + y if stride == 1 and x.shape == y.shape else y
                block += 1
        return F.relu6(same_conv(x, "head", 1280, 1, 1)).mean((2, 3))

    return run


def efficientnet_lite0():
    return efficientnet((1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5),
                        (6, 192, 4, 2, 5), (6, 320, 1, 1, 3))


def efficientnet_lite2():
    return efficientnet((1, 16, 1, 1, 3), (6, 24, 3, 2, 3), (6, 48, 3, 2, 5), (6, 88, 4, 2, 3), (6, 120, 4, 1, 5),
                        (6, 208, 5, 2, 5), (6, 352, 1, 1, 3))


def main():
    header, data = {}, b""
    for network in (resnet50, mobilenet_v2, squeezenet1_1, mobilenet_v1_075, efficientnet_lite0, efficientnet_lite2):
        run = network()
        for size in (64, 97):
            with torch.no_grad():
                values = run(image(size))[0].numpy()
            print(network.__name__, size, values[:4], np.abs(values).max())
            raw = values.astype("<f4").tobytes()
            header[f"{network.__name__}-{size}"] = {
                "dtype": "F32", "shape": [len(values)], "data_offsets": [len(data), len(data) + len(raw)]}
            data += raw
    text = json.dumps(header).encode()
    with open("fixture.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


main()
