# EfficientNet-Lite2: Tan and Le, 2019, without squeeze-and-excitation and with ReLU6. Batch norms are folded into
# the convolutions. ReLU6 after each convolution but the projections; the sum where stride is 1 and the widths agree.
# Padding is TensorFlow's "same": symmetric at stride 1; at stride 2 an even size gets one row less above than below and
# one column less on the left than on the right.
def same(self: __torch__.Network, x: Tensor) -> Tensor:
  odd = torch.size(x, 2) % 2
  return torch.constant_pad_nd(x, [odd, 1, odd, 1], 0)

# The same where it is cheaper, in two steps around a convolution that pads alike on all sides by one step too much: its
# first row and column of outputs are cut off, a quarter of what padding the inputs would copy.
def even(self: __torch__.Network, x: Tensor) -> Tensor:
  if torch.size(x, 2) % 2 == 1:
    x = torch.constant_pad_nd(x, [1, 0, 1, 0], 0)
  else:
    pass
  return x

def cut(self: __torch__.Network, x: Tensor) -> Tensor:
  return torch.narrow(torch.narrow(x, 2, 1, torch.size(x, 2) - 1), 3, 1, torch.size(x, 3) - 1)

def features(self: __torch__.Network, x: Tensor) -> Tensor:
  # stem: 3 -> 32, stride 2
  x = self.stem.relu6(self.same(x))
  # 0: 32 -> 16
  x = self.blocks_0_depthwise.relu6(x)
  x = self.blocks_0_project.linear(x)
  # 1: 16 -> 24, stride 2
  x = self.blocks_1_expand.relu6(x)
  x = self.cut(self.blocks_1_depthwise.relu6(self.even(x)))
  x = self.blocks_1_project.linear(x)
  # 2: 24 -> 24, residual
  y = self.blocks_2_expand.relu6(x)
  y = self.blocks_2_depthwise.relu6(y)
  x = self.blocks_2_project.add(y, x)
  # 3: 24 -> 24, residual
  y = self.blocks_3_expand.relu6(x)
  y = self.blocks_3_depthwise.relu6(y)
  x = self.blocks_3_project.add(y, x)
  # 4: 24 -> 48, 5x5, stride 2
  x = self.blocks_4_expand.relu6(x)
  x = self.cut(self.blocks_4_depthwise.relu6(self.even(x)))
  x = self.blocks_4_project.linear(x)
  # 5: 48 -> 48, 5x5, residual
  y = self.blocks_5_expand.relu6(x)
  y = self.blocks_5_depthwise.relu6(y)
  x = self.blocks_5_project.add(y, x)
  # 6: 48 -> 48, 5x5, residual
  y = self.blocks_6_expand.relu6(x)
  y = self.blocks_6_depthwise.relu6(y)
  x = self.blocks_6_project.add(y, x)
  # 7: 48 -> 88, stride 2
  x = self.blocks_7_expand.relu6(x)
  x = self.cut(self.blocks_7_depthwise.relu6(self.even(x)))
  x = self.blocks_7_project.linear(x)
  # 8: 88 -> 88, residual
  y = self.blocks_8_expand.relu6(x)
  y = self.blocks_8_depthwise.relu6(y)
  x = self.blocks_8_project.add(y, x)
  # 9: 88 -> 88, residual
  y = self.blocks_9_expand.relu6(x)
  y = self.blocks_9_depthwise.relu6(y)
  x = self.blocks_9_project.add(y, x)
  # 10: 88 -> 88, residual
  y = self.blocks_10_expand.relu6(x)
  y = self.blocks_10_depthwise.relu6(y)
  x = self.blocks_10_project.add(y, x)
  # 11: 88 -> 120, 5x5
  x = self.blocks_11_expand.relu6(x)
  x = self.blocks_11_depthwise.relu6(x)
  x = self.blocks_11_project.linear(x)
  # 12: 120 -> 120, 5x5, residual
  y = self.blocks_12_expand.relu6(x)
  y = self.blocks_12_depthwise.relu6(y)
  x = self.blocks_12_project.add(y, x)
  # 13: 120 -> 120, 5x5, residual
  y = self.blocks_13_expand.relu6(x)
  y = self.blocks_13_depthwise.relu6(y)
  x = self.blocks_13_project.add(y, x)
  # 14: 120 -> 120, 5x5, residual
  y = self.blocks_14_expand.relu6(x)
  y = self.blocks_14_depthwise.relu6(y)
  x = self.blocks_14_project.add(y, x)
  # 15: 120 -> 208, 5x5, stride 2
  x = self.blocks_15_expand.relu6(x)
  x = self.cut(self.blocks_15_depthwise.relu6(self.even(x)))
  x = self.blocks_15_project.linear(x)
  # 16: 208 -> 208, 5x5, residual
  y = self.blocks_16_expand.relu6(x)
  y = self.blocks_16_depthwise.relu6(y)
  x = self.blocks_16_project.add(y, x)
  # 17: 208 -> 208, 5x5, residual
  y = self.blocks_17_expand.relu6(x)
  y = self.blocks_17_depthwise.relu6(y)
  x = self.blocks_17_project.add(y, x)
  # 18: 208 -> 208, 5x5, residual
  y = self.blocks_18_expand.relu6(x)
  y = self.blocks_18_depthwise.relu6(y)
  x = self.blocks_18_project.add(y, x)
  # 19: 208 -> 208, 5x5, residual
  y = self.blocks_19_expand.relu6(x)
  y = self.blocks_19_depthwise.relu6(y)
  x = self.blocks_19_project.add(y, x)
  # 20: 208 -> 352
  x = self.blocks_20_expand.relu6(x)
  x = self.blocks_20_depthwise.relu6(x)
  x = self.blocks_20_project.linear(x)
  # head: 352 -> 1280
  x = self.head.relu6(x)
  return torch.mean(x, [2, 3])
