# One convolution by XNNPACK, with its activation fused in. For serving in fp32 on a CPU. Its weights are packed by the first
# forward pass: a network calls each convolution with one activation.
class Convolution(Module):
  __parameters__ = ["weight", "bias", ]
  __buffers__ = []
  weight : Tensor
  bias : Tensor
  stride : int
  padding : int
  groups : int
  packed : Optional[__torch__.torch.classes.xnnpack.Conv2dOpContext]
  def prepack(self: __torch__.Convolution, dtype: int) -> NoneType:
    return None
  def clamped(self: __torch__.Convolution, x: Tensor, low: Optional[number], high: Optional[number]) -> Tensor:
    if torch.__is__(self.packed, None):
      s = self.stride
      p = self.padding
      self.packed = ops.prepacked.conv2d_clamp_prepack(self.weight, self.bias, [s, s], [p, p], [1, 1], self.groups, low, high)
    else:
      pass
    return ops.prepacked.conv2d_clamp_run(x, unchecked_cast(__torch__.torch.classes.xnnpack.Conv2dOpContext, self.packed))
  def linear(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.clamped(x, None, None)
  def relu(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.clamped(x, 0., None)
  def relu6(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.clamped(x, 0., 6.)
  def add(self: __torch__.Convolution, x: Tensor, other: Tensor) -> Tensor:
    return torch.add_(self.linear(x), other)
  def add_relu(self: __torch__.Convolution, x: Tensor, other: Tensor) -> Tensor:
    return torch.relu_(torch.add_(self.linear(x), other))
