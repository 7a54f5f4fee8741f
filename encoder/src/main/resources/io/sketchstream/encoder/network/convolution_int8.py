# One convolution in int8 by oneDNN, with what follows it fused in. What it takes and gives is uint8, each of a scale and a
# zero that are known beforehand; between convolutions that stay in fp32 it takes and gives floats. A sum is written over
# the tensor that was added, which no network here uses again. Weights are laid out by the first pass.
class QuantizedConvolution(Module):
  __parameters__ = ["weight", "bias", "weight_scale", "weight_zero", ]
  __buffers__ = []
  weight : Tensor
  bias : Tensor
  weight_scale : Tensor
  weight_zero : Tensor
  stride : int
  padding : int
  groups : int
  in_scale : float
  in_zero : int
  added_scale : float
  added_zero : int
  out_scale : float
  out_zero : int
  out_dtype : int
  def prepack(self: __torch__.QuantizedConvolution, dtype: int) -> NoneType:
    self.weight_zero = torch.to(self.weight_zero, 4)
    self.weight = torch.int_repr(torch.quantize_per_channel(self.weight, self.weight_scale, self.weight_zero, 0, 12))
    return None
  def quantized(self: __torch__.QuantizedConvolution, x: Tensor, scale: float, zero: int) -> Tensor:
    if torch.is_floating_point(x):
      x = torch.int_repr(torch.quantize_per_tensor(x, scale, zero, 13))
    else:
      pass
    return x
  def lay_out(self: __torch__.QuantizedConvolution, x: Tensor) -> NoneType:
    if self.weight.is_mkldnn:
      pass
    else:
      s = self.stride
      p = self.padding
      self.weight = ops.onednn.qconv_prepack(self.weight, self.weight_scale, self.in_scale, self.in_zero, [s, s], [p, p], [1, 1], self.groups, torch.size(x))
    return None
  def fused(self: __torch__.QuantizedConvolution, x: Tensor, activation: str, limits: List[Optional[number]]) -> Tensor:
    x = self.quantized(x, self.in_scale, self.in_zero)
    self.lay_out(x)
    s = self.stride
    p = self.padding
    return ops.onednn.qconv2d_pointwise(x, self.in_scale, self.in_zero, self.weight, self.weight_scale, self.weight_zero, self.bias, [s, s], [p, p], [1, 1], self.groups, self.out_scale, self.out_zero, self.out_dtype, activation, limits, "")
  def sum(self: __torch__.QuantizedConvolution, x: Tensor, other: Tensor, activation: str) -> Tensor:
    x = self.quantized(x, self.in_scale, self.in_zero)
    self.lay_out(x)
    if self.out_dtype == 0:
      other = self.quantized(other, self.added_scale, self.added_zero)
      added_scale = self.added_scale
      added_zero = self.added_zero
    else:
      if torch.is_floating_point(other):
        pass
      else:
        other = torch.mul(torch.sub(torch.to(other, 6), self.added_zero), self.added_scale)
      added_scale = 1.
      added_zero = 0
    s = self.stride
    p = self.padding
    return ops.onednn.qconv2d_pointwise(x, self.in_scale, self.in_zero, self.weight, self.weight_scale, self.weight_zero, other, self.bias, [s, s], [p, p], [1, 1], self.groups, self.out_scale, self.out_zero, self.out_dtype, added_scale, added_zero, "sum", 1., activation, annotate(List[Optional[number]], []), "")
  def linear(self: __torch__.QuantizedConvolution, x: Tensor) -> Tensor:
    return self.fused(x, "none", annotate(List[Optional[number]], []))
  def relu(self: __torch__.QuantizedConvolution, x: Tensor) -> Tensor:
    return self.fused(x, "relu", annotate(List[Optional[number]], []))
  def relu6(self: __torch__.QuantizedConvolution, x: Tensor) -> Tensor:
    return self.fused(x, "hardtanh", annotate(List[Optional[number]], [0., 6.]))
  def add(self: __torch__.QuantizedConvolution, x: Tensor, other: Tensor) -> Tensor:
    return self.sum(x, other, "none")
  def add_relu(self: __torch__.QuantizedConvolution, x: Tensor, other: Tensor) -> Tensor:
    return self.sum(x, other, "relu")
