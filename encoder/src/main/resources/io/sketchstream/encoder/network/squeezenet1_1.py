# SqueezeNet 1.1 (Iandola et al., 2016): fire modules squeeze to few channels, then expand by 1x1 and 3x3.
def features(self: __torch__.Network, x: Tensor) -> Tensor:
  x = self.features_0.relu(x)
  x = torch.max_pool2d(x, [3, 3], [2, 2])
  # 3: 64 -> 16 -> 128
  x = self.features_3_squeeze.relu(x)
  x = torch.cat([self.features_3_expand1x1.relu(x), self.features_3_expand3x3.relu(x)], 1)
  # 4: 128 -> 16 -> 128
  x = self.features_4_squeeze.relu(x)
  x = torch.cat([self.features_4_expand1x1.relu(x), self.features_4_expand3x3.relu(x)], 1)
  x = torch.max_pool2d(x, [3, 3], [2, 2])
  # 6: 128 -> 32 -> 256
  x = self.features_6_squeeze.relu(x)
  x = torch.cat([self.features_6_expand1x1.relu(x), self.features_6_expand3x3.relu(x)], 1)
  # 7: 256 -> 32 -> 256
  x = self.features_7_squeeze.relu(x)
  x = torch.cat([self.features_7_expand1x1.relu(x), self.features_7_expand3x3.relu(x)], 1)
  x = torch.max_pool2d(x, [3, 3], [2, 2])
  # 9: 256 -> 48 -> 384
  x = self.features_9_squeeze.relu(x)
  x = torch.cat([self.features_9_expand1x1.relu(x), self.features_9_expand3x3.relu(x)], 1)
  # 10: 384 -> 48 -> 384
  x = self.features_10_squeeze.relu(x)
  x = torch.cat([self.features_10_expand1x1.relu(x), self.features_10_expand3x3.relu(x)], 1)
  # 11: 384 -> 64 -> 512
  x = self.features_11_squeeze.relu(x)
  x = torch.cat([self.features_11_expand1x1.relu(x), self.features_11_expand3x3.relu(x)], 1)
  # 12: 512 -> 64 -> 512
  x = self.features_12_squeeze.relu(x)
  x = torch.cat([self.features_12_expand1x1.relu(x), self.features_12_expand3x3.relu(x)], 1)
  # 512 -> 1000 classes
  x = self.classifier_1.relu(x)
  return torch.mean(x, [2, 3])
