# One convolution, by the operators every device and autograd know. For training and for GPUs.
class Convolution(Module):
  __parameters__ = ["weight", "bias", ]
  __buffers__ = []
  weight : Tensor
  bias : Tensor
  stride : int
  padding : int
  groups : int
  def prepack(self: __torch__.Convolution, dtype: int) -> NoneType:
    self.weight = torch.contiguous(torch.to(self.weight, dtype), memory_format=2)
    self.bias = torch.to(self.bias, dtype)
    return None
  def linear(self: __torch__.Convolution, x: Tensor) -> Tensor:
    s = self.stride
    p = self.padding
    return torch.conv2d(x, self.weight, self.bias, [s, s], [p, p], [1, 1], self.groups)
  def relu(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return torch.relu_(self.linear(x))
  def relu6(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return torch.hardtanh_(self.linear(x), 0., 6.)
  def add(self: __torch__.Convolution, x: Tensor, other: Tensor) -> Tensor:
    return torch.add_(self.linear(x), other)
  def add_relu(self: __torch__.Convolution, x: Tensor, other: Tensor) -> Tensor:
    return torch.relu_(torch.add_(self.linear(x), other))
