# One convolution by oneDNN, with what follows it fused in. For serving. Its weights are laid out for this CPU by the
# first forward pass: which layout is best depends on the extent of the input, and in any other oneDNN lays them out anew
# in every call.
class Convolution(Module):
  __parameters__ = ["weight", "bias", ]
  __buffers__ = []
  weight : Tensor
  bias : Tensor
  stride : int
  padding : int
  groups : int
  def prepack(self: __torch__.Convolution, dtype: int) -> NoneType:
    self.weight = torch.to(self.weight, dtype)
    self.bias = torch.to(self.bias, dtype)
    return None
  def lay_out(self: __torch__.Convolution, x: Tensor) -> NoneType:
    if self.weight.is_mkldnn:
      pass
    else:
      s = self.stride
      p = self.padding
      self.weight = ops.mkldnn._reorder_convolution_weight(self.weight, [p, p], [s, s], [1, 1], self.groups, torch.size(x))
    return None
  def fused(self: __torch__.Convolution, x: Tensor, activation: str, limits: List[Optional[number]]) -> Tensor:
    self.lay_out(x)
    s = self.stride
    p = self.padding
    return ops.mkldnn._convolution_pointwise(x, self.weight, self.bias, [p, p], [s, s], [1, 1], self.groups, activation, limits, "")
  def sum(self: __torch__.Convolution, x: Tensor, other: Tensor, activation: Optional[str]) -> Tensor:
    self.lay_out(x)
    s = self.stride
    p = self.padding
    return ops.mkldnn._convolution_pointwise(x, other, self.weight, self.bias, [p, p], [s, s], [1, 1], self.groups, "add", 1., activation, annotate(List[Optional[number]], []), None)
  def linear(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.fused(x, "none", annotate(List[Optional[number]], []))
  def relu(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.fused(x, "relu", annotate(List[Optional[number]], []))
  def relu6(self: __torch__.Convolution, x: Tensor) -> Tensor:
    return self.fused(x, "hardtanh", annotate(List[Optional[number]], [0., 6.]))
  def add(self: __torch__.Convolution, x: Tensor, other: Tensor) -> Tensor:
    return self.sum(x, other, None)
  def add_relu(self: __torch__.Convolution, x: Tensor, other: Tensor) -> Tensor:
    return self.sum(x, other, "relu")
