# What every network shares: pixels in, features or an embedding out. `images` is uint8 NHWC.
def pixels(self: __torch__.Network, images: Tensor) -> Tensor:
  x = torch.to(torch.permute(images, [0, 3, 1, 2]), 6)
  # Spread over a row of pixels, so that the inner loop is longer than three channels.
  row = [1, 3, 1, torch.size(x, 3)]
  scale = torch.contiguous(torch.expand(self.scale, row), memory_format=2)
  shift = torch.contiguous(torch.expand(self.shift, row), memory_format=2)
  return torch.to(torch.addcmul(shift, x, scale), self.dtype)

# The trunk's output, before the embedding.
def trunk(self: __torch__.Network, images: Tensor) -> Tensor:
  return torch.to(self.features(self.pixels(images)), 6)

# Not normalised.
def embedding(self: __torch__.Network, images: Tensor) -> Tensor:
  return self.embed(self.trunk(images))

def unit(self: __torch__.Network, x: Tensor) -> Tensor:
  length = torch.sqrt(torch.sum(torch.mul(x, x), [1], True))
  return torch.div(x, torch.clamp_min(length, 1.e-12))
