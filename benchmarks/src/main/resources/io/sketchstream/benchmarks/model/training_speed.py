"""The peer of `./sketchstream bench training-speed`: the same recipe as an experienced user of PyTorch writes it.

MobileNetV2 with its batch norms folded, channels_last, three losses, clipping, AdamW, moving average; one thread.
Prints images per CPU-second.
"""
import sys
import time

import torch
import torch.nn.functional as F

size, frozen, warm_up, iterations = (int(a) for a in sys.argv[1:])
torch.set_num_threads(1)
torch.manual_seed(1)
CLASSES, PER_DOMAIN, DIMENSION, TEACHER = 16, 2, 512, 1000
BATCH = CLASSES * PER_DOMAIN * 2
SCALE, MARGIN = 16.0, 0.2


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return torch.nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups)


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        layers = [] if expansion == 1 else [conv(inputs, hidden, 1), torch.nn.ReLU6(True)]
        layers += [conv(hidden, hidden, 3, stride, hidden), torch.nn.ReLU6(True), conv(hidden, outputs, 1)]
        self.layers = torch.nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.residual else y


def trunk():
    stages = [torch.nn.Sequential(conv(3, 32, 3, 2), torch.nn.ReLU6(True))]
    inputs = 32
    plan = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for expansion, outputs, count, stride in plan:
        for i in range(count):
            stages.append(Block(inputs, outputs, stride if i == 0 else 1, expansion))
            inputs = outputs
    stages.append(torch.nn.Sequential(conv(320, 1280, 1), torch.nn.ReLU6(True)))
    return torch.nn.Sequential(*stages)


net = trunk().to(memory_format=torch.channels_last)
for stage in list(net)[:frozen]:
    for p in stage.parameters():
        p.requires_grad_(False)
embedding = torch.nn.Linear(1280, DIMENSION)
vectors = torch.nn.Parameter(torch.randn(CLASSES, DIMENSION) * 0.05)
teacher = torch.nn.Linear(DIMENSION, TEACHER)
new = list(embedding.parameters()) + list(teacher.parameters()) + [vectors]
old = [p for p in net.parameters() if p.requires_grad]
trained = old + new
optimiser = torch.optim.AdamW(
    [{"params": old, "lr": 1e-4}, {"params": new, "lr": 5e-4}], weight_decay=1e-4, foreach=True
)
averages = [p.detach().clone() for p in trained]
labels = torch.arange(CLASSES).repeat_interleave(PER_DOMAIN)
same = (labels[:, None] == labels[None, :]).float()
wanted = torch.full((BATCH, TEACHER), 1 / TEACHER)
mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
pixels = torch.randint(0, 256, (BATCH, size, size, 3), dtype=torch.uint8)


def distances(a, b):
    return (2 - 2 * a @ b.t()).clamp_min(1e-6).sqrt()


def quadruplet(s, p):
    across = distances(s, p)
    negatives, positives = across + 10 * same, across + 10 * (same - 1)
    ss = (distances(s, s) + 10 * same).amin(1)
    pp = (distances(p, p) + 10 * same).amin(1)
    hinge = lambda positive, negative: (positive - negative + MARGIN).clamp_min(0).mean()
    sp, ps = positives.amax(1), positives.amax(0)
    return 0.25 * (hinge(sp, ss) + hinge(sp, negatives.amin(1)) + hinge(ps, negatives.amin(0)) + hinge(ps, pp))


def step():
    x = ((pixels.permute(0, 3, 1, 2).float() / 255 - mean) / std).contiguous(memory_format=torch.channels_last)
    e = embedding(net(x).mean([2, 3]))
    unit = F.normalize(e, dim=1)
    half = BATCH // 2
    loss = F.cross_entropy(SCALE * unit @ F.normalize(vectors, dim=1).t(), torch.cat([labels, labels]))
    loss = loss + quadruplet(unit[:half], unit[half:])
    loss = loss - (wanted * F.log_softmax(teacher(e), 1)).sum(1).mean()
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 5)
    optimiser.step()
    with torch.no_grad():
        torch._foreach_mul_(averages, 0.97)
        torch._foreach_add_(averages, [p.detach() for p in trained], alpha=0.03)
    return loss.item()


for _ in range(warm_up):
    step()
start = time.process_time()
for _ in range(iterations):
    step()
print(BATCH * iterations / (time.process_time() - start))
