# One convolution that remembers the lowest and the highest number it gave. For calibration.
class Convolution(Module):
  __parameters__ = ["weight", "bias", ]
  __buffers__ = ["extremes", ]
  weight : Tensor
  bias : Tensor
  extremes : Tensor
  stride : int
  padding : int
  groups : int
  def prepack(self: __torch__.Convolution, dtype: int) -> NoneType:
    self.weight = torch.contiguous(self.weight, memory_format=2)
    return None
  def observed(self: __torch__.Convolution, x: Tensor) -> Tensor:
    self.extremes = torch.stack([torch.min(x), torch.max(x)])
    return x
  def plain(self: __torch__.Convolution, x: Tensor) -> Tensor:
    s = self.stride
    p = self.padding
    return torch.conv2d(x, self.weight, self.bias, [s, s], [p, p], [1, 1], self.groups)
  def linear(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.observed(self.plain(x))
  def relu(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.observed(torch.relu_(self.plain(x)))
  def relu6(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.observed(torch.hardtanh_(self.plain(x), 0., 6.))
  def add(self: __torch__.Convolution, x: Tensor, other: Tensor) -> Tensor:
    return self.observed(torch.add_(self.plain(x), other))
  def add_relu(self: __torch__.Convolution, x: Tensor, other: Tensor) -> Tensor:
    return self.observed(torch.relu_(torch.add_(self.plain(x), other)))
