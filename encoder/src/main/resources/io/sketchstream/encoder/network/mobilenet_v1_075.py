# MobileNetV1 0.75 (Howard et al., 2017), from Keras: at stride 2 the padding is TensorFlow's "same",
# which for an even size is one row below and one column on the right.
def same(self: __torch__.Network, x: Tensor) -> Tensor:
  top = torch.size(x, 2) % 2
  left = torch.size(x, 3) % 2
  return torch.constant_pad_nd(x, [left, 1, top, 1], 0)

def features(self: __torch__.Network, x: Tensor) -> Tensor:
  x = self.conv1.relu6(self.same(x))
  # 1: 24 -> 48
  x = self.dw1.relu6(x)
  x = self.pw1.relu6(x)
  # 2: 48 -> 96, stride 2
  x = self.dw2.relu6(self.same(x))
  x = self.pw2.relu6(x)
  # 3: 96 -> 96
  x = self.dw3.relu6(x)
  x = self.pw3.relu6(x)
  # 4: 96 -> 192, stride 2
  x = self.dw4.relu6(self.same(x))
  x = self.pw4.relu6(x)
  # 5: 192 -> 192
  x = self.dw5.relu6(x)
  x = self.pw5.relu6(x)
  # 6: 192 -> 384, stride 2
  x = self.dw6.relu6(self.same(x))
  x = self.pw6.relu6(x)
  # 7: 384 -> 384
  x = self.dw7.relu6(x)
  x = self.pw7.relu6(x)
  # 8: 384 -> 384
  x = self.dw8.relu6(x)
  x = self.pw8.relu6(x)
  # 9: 384 -> 384
  x = self.dw9.relu6(x)
  x = self.pw9.relu6(x)
  # 10: 384 -> 384
  x = self.dw10.relu6(x)
  x = self.pw10.relu6(x)
  # 11: 384 -> 384
  x = self.dw11.relu6(x)
  x = self.pw11.relu6(x)
  # 12: 384 -> 768, stride 2
  x = self.dw12.relu6(self.same(x))
  x = self.pw12.relu6(x)
  # 13: 768 -> 768
  x = self.dw13.relu6(x)
  x = self.pw13.relu6(x)
  # 768 -> 1000 classes
  x = self.fc.linear(torch.mean(x, [2, 3], True))
  return torch.flatten(x, 1)
