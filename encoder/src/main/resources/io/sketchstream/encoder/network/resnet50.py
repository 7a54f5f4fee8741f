# ResNet-50 (He et al., 2016), torchvision's version: the 3x3 convolution of a bottleneck carries its stride.
def features(self: __torch__.Network, x: Tensor) -> Tensor:
  x = self.conv1.relu(x)
  x = torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])
  # layer1.0: 64 -> 64 -> 256
  y = self.layer1_0_conv1.relu(x)
  y = self.layer1_0_conv2.relu(y)
  x = self.layer1_0_downsample_0.linear(x)
  x = self.layer1_0_conv3.add_relu(y, x)
  # layer1.1: 256 -> 64 -> 256
  y = self.layer1_1_conv1.relu(x)
  y = self.layer1_1_conv2.relu(y)
  x = self.layer1_1_conv3.add_relu(y, x)
  # layer1.2: 256 -> 64 -> 256
  y = self.layer1_2_conv1.relu(x)
  y = self.layer1_2_conv2.relu(y)
  x = self.layer1_2_conv3.add_relu(y, x)
  # layer2.0: 256 -> 128 -> 512, stride 2
  y = self.layer2_0_conv1.relu(x)
  y = self.layer2_0_conv2.relu(y)
  x = self.layer2_0_downsample_0.linear(x)
  x = self.layer2_0_conv3.add_relu(y, x)
  # layer2.1: 512 -> 128 -> 512
  y = self.layer2_1_conv1.relu(x)
  y = self.layer2_1_conv2.relu(y)
  x = self.layer2_1_conv3.add_relu(y, x)
  # layer2.2: 512 -> 128 -> 512
  y = self.layer2_2_conv1.relu(x)
  y = self.layer2_2_conv2.relu(y)
  x = self.layer2_2_conv3.add_relu(y, x)
  # layer2.3: 512 -> 128 -> 512
  y = self.layer2_3_conv1.relu(x)
  y = self.layer2_3_conv2.relu(y)
  x = self.layer2_3_conv3.add_relu(y, x)
  # layer3.0: 512 -> 256 -> 1024, stride 2
  y = self.layer3_0_conv1.relu(x)
  y = self.layer3_0_conv2.relu(y)
  x = self.layer3_0_downsample_0.linear(x)
  x = self.layer3_0_conv3.add_relu(y, x)
  # layer3.1: 1024 -> 256 -> 1024
  y = self.layer3_1_conv1.relu(x)
  y = self.layer3_1_conv2.relu(y)
  x = self.layer3_1_conv3.add_relu(y, x)
  # layer3.2: 1024 -> 256 -> 1024
  y = self.layer3_2_conv1.relu(x)
  y = self.layer3_2_conv2.relu(y)
  x = self.layer3_2_conv3.add_relu(y, x)
  # layer3.3: 1024 -> 256 -> 1024
  y = self.layer3_3_conv1.relu(x)
  y = self.layer3_3_conv2.relu(y)
  x = self.layer3_3_conv3.add_relu(y, x)
  # layer3.4: 1024 -> 256 -> 1024
  y = self.layer3_4_conv1.relu(x)
  y = self.layer3_4_conv2.relu(y)
  x = self.layer3_4_conv3.add_relu(y, x)
  # layer3.5: 1024 -> 256 -> 1024
  y = self.layer3_5_conv1.relu(x)
  y = self.layer3_5_conv2.relu(y)
  x = self.layer3_5_conv3.add_relu(y, x)
  # layer4.0: 1024 -> 512 -> 2048, stride 2
  y = self.layer4_0_conv1.relu(x)
  y = self.layer4_0_conv2.relu(y)
  x = self.layer4_0_downsample_0.linear(x)
  x = self.layer4_0_conv3.add_relu(y, x)
  # layer4.1: 2048 -> 512 -> 2048
  y = self.layer4_1_conv1.relu(x)
  y = self.layer4_1_conv2.relu(y)
  x = self.layer4_1_conv3.add_relu(y, x)
  # layer4.2: 2048 -> 512 -> 2048
  y = self.layer4_2_conv1.relu(x)
  y = self.layer4_2_conv2.relu(y)
  x = self.layer4_2_conv3.add_relu(y, x)
  return torch.mean(x, [2, 3])
