# MobileNetV2 1.0 (Sandler et al., 2018): inverted residuals, batch norms folded into the convolutions.
# ReLU6 after each convolution but the projections; the sum where stride is 1 and the widths agree.
def features(self: __torch__.Network, x: Tensor) -> Tensor:
  # 0: 3 -> 32, stride 2
  x = self.features_0_0.relu6(x)
  # 1: 32 -> 16
  x = self.features_1_conv_0_0.relu6(x)
  x = self.features_1_conv_1.linear(x)
  # 2: 16 -> 24, stride 2
  x = self.features_2_conv_0_0.relu6(x)
  x = self.features_2_conv_1_0.relu6(x)
  x = self.features_2_conv_2.linear(x)
  # 3: 24 -> 24, residual
  y = self.features_3_conv_0_0.relu6(x)
  y = self.features_3_conv_1_0.relu6(y)
  x = self.features_3_conv_2.add(y, x)
  # 4: 24 -> 32, stride 2
  x = self.features_4_conv_0_0.relu6(x)
  x = self.features_4_conv_1_0.relu6(x)
  x = self.features_4_conv_2.linear(x)
  # 5: 32 -> 32, residual
  y = self.features_5_conv_0_0.relu6(x)
  y = self.features_5_conv_1_0.relu6(y)
  x = self.features_5_conv_2.add(y, x)
  # 6: 32 -> 32, residual
  y = self.features_6_conv_0_0.relu6(x)
  y = self.features_6_conv_1_0.relu6(y)
  x = self.features_6_conv_2.add(y, x)
  # 7: 32 -> 64, stride 2
  x = self.features_7_conv_0_0.relu6(x)
  x = self.features_7_conv_1_0.relu6(x)
  x = self.features_7_conv_2.linear(x)
  # 8: 64 -> 64, residual
  y = self.features_8_conv_0_0.relu6(x)
  y = self.features_8_conv_1_0.relu6(y)
  x = self.features_8_conv_2.add(y, x)
  # 9: 64 -> 64, residual
  y = self.features_9_conv_0_0.relu6(x)
  y = self.features_9_conv_1_0.relu6(y)
  x = self.features_9_conv_2.add(y, x)
  # 10: 64 -> 64, residual
  y = self.features_10_conv_0_0.relu6(x)
  y = self.features_10_conv_1_0.relu6(y)
  x = self.features_10_conv_2.add(y, x)
  # 11: 64 -> 96
  x = self.features_11_conv_0_0.relu6(x)
  x = self.features_11_conv_1_0.relu6(x)
  x = self.features_11_conv_2.linear(x)
  # 12: 96 -> 96, residual
  y = self.features_12_conv_0_0.relu6(x)
  y = self.features_12_conv_1_0.relu6(y)
  x = self.features_12_conv_2.add(y, x)
  # 13: 96 -> 96, residual
  y = self.features_13_conv_0_0.relu6(x)
  y = self.features_13_conv_1_0.relu6(y)
  x = self.features_13_conv_2.add(y, x)
  # 14: 96 -> 160, stride 2
  x = self.features_14_conv_0_0.relu6(x)
  x = self.features_14_conv_1_0.relu6(x)
  x = self.features_14_conv_2.linear(x)
  # 15: 160 -> 160, residual
  y = self.features_15_conv_0_0.relu6(x)
  y = self.features_15_conv_1_0.relu6(y)
  x = self.features_15_conv_2.add(y, x)
  # 16: 160 -> 160, residual
  y = self.features_16_conv_0_0.relu6(x)
  y = self.features_16_conv_1_0.relu6(y)
  x = self.features_16_conv_2.add(y, x)
  # 17: 160 -> 320
  x = self.features_17_conv_0_0.relu6(x)
  x = self.features_17_conv_1_0.relu6(x)
  x = self.features_17_conv_2.linear(x)
  # 18: 320 -> 1280
  x = self.features_18_0.relu6(x)
  return torch.mean(x, [2, 3])
