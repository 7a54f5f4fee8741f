# One convolution and the batch norm after it, as they are trained: the norm's scale and shift learn, its running statistics
# stay. Serving folds the two into one.
class NormedConvolution(Module):
  __parameters__ = ["weight", "gamma", "beta", "running_mean", "running_var", ]
  __buffers__ = []
  weight : Tensor
  gamma : Tensor
  beta : Tensor
  running_mean : Tensor
  running_var : Tensor
  stride : int
  padding : int
  groups : int
  def linear(self: __torch__.NormedConvolution, x: Tensor) -> Tensor:
    s = self.stride
    p = self.padding
    x = torch.conv2d(x, self.weight, None, [s, s], [p, p], [1, 1], self.groups)
    return torch.batch_norm(x, self.gamma, self.beta, torch.detach(self.running_mean), torch.detach(self.running_var), False, 0.1, 1.e-05, False)
  def relu(self: __torch__.NormedConvolution, x: Tensor) -> Tensor:
    return torch.relu_(self.linear(x))
  def relu6(self: __torch__.NormedConvolution, x: Tensor) -> Tensor:
    return torch.hardtanh_(self.linear(x), 0., 6.)
  def add(self: __torch__.NormedConvolution, x: Tensor, other: Tensor) -> Tensor:
    return torch.add_(self.linear(x), other)
  def add_relu(self: __torch__.NormedConvolution, x: Tensor, other: Tensor) -> Tensor:
    return torch.relu_(torch.add_(self.linear(x), other))
