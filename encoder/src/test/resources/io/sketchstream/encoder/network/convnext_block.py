# One block of a ConvNeXt (Liu et al., 2022) on its stem.
def features(self: __torch__.Network, x: Tensor) -> Tensor:
  x = torch.permute(self.stem_conv.linear(x), [0, 2, 3, 1])
  x = torch.layer_norm(x, [16], self.stem_norm_weight, self.stem_norm_bias, 1.e-06)
  y = self.block_depthwise.linear(torch.permute(x, [0, 3, 1, 2]))
  y = torch.permute(y, [0, 2, 3, 1])
  y = torch.layer_norm(y, [16], self.block_norm_weight, self.block_norm_bias, 1.e-06)
  y = torch.gelu(torch.linear(y, self.block_expand_weight, self.block_expand_bias))
  y = torch.linear(y, self.block_project_weight, self.block_project_bias)
  x = torch.add(x, torch.mul(y, self.block_scale))
  x = torch.mean(x, [1, 2])
  return torch.layer_norm(x, [16], self.norm_weight, self.norm_bias, 1.e-06)
