package io.sketchstream.encoder.network;

import java.util.stream.Collectors;

/// The code of a TorchScript archive: the kinds of convolution, then the network's class, with the
/// attributes that the spec and the weights determine.
final class ArchiveSource {
  private static final String XNNPACK = "convolution_xnnpack.py";

  private final ArchiveContent content;
  private final Network network;

  ArchiveSource(ArchiveContent content) {
    this.content = content;
    this.network = content.network();
  }

  String text() {
    StringBuilder code = new StringBuilder();
    code.append(
        Network.resource(
            switch (content.mode()) {
              case SERVING -> XNNPACK;
              case SERVING_ONEDNN -> "convolution_onednn.py";
              case OBSERVING -> "convolution_observed.py";
              case SERVING_PLAIN, TRAINING -> "convolution_plain.py";
            }));
    if (content.int8().isPresent()) {
      code.append(Network.resource("convolution_int8.py"));
    }
    if (content.training()) {
      code.append(Network.resource("convolution_normed.py"));
      code.append(Network.resource(XNNPACK).replace("Convolution", "FrozenConvolution"));
    }
    return code.append("class Network(Module):\n")
        .append(attributes())
        .append(methods().indent(2))
        .toString();
  }

  private String attributes() {
    StringBuilder parameters = new StringBuilder();
    StringBuilder buffers = new StringBuilder("\"scale\", \"shift\", ");
    StringBuilder attributes = new StringBuilder();
    attributes.append("  scale : Tensor\n  shift : Tensor\n  dtype : int\n  training : bool\n");
    for (Convolution convolution : network.convolutions()) {
      attributes.append(
          "  %s : __torch__.%s\n"
              .formatted(convolution.attribute(), content.className(convolution)));
    }
    for (FreeTensor tensor : network.tensors()) {
      parameters.append("\"%s\", ".formatted(tensor.attribute()));
      attributes.append("  %s : Tensor\n".formatted(tensor.attribute()));
    }
    if (content.embeds()) {
      parameters.append("\"embedding_weight\", \"embedding_bias\", ");
      attributes.append("  embedding_weight : Tensor\n  embedding_bias : Tensor\n");
    }
    if (content.classifier().isPresent()) {
      buffers.append("\"classifier_weight\", \"classifier_bias\", ");
      attributes.append("  classifier_weight : Tensor\n  classifier_bias : Tensor\n");
    }
    return "  __parameters__ = [%s]\n  __buffers__ = [%s]\n%s"
        .formatted(parameters, buffers, attributes);
  }

  private String methods() {
    StringBuilder methods = new StringBuilder(network.source());
    methods.append(Network.resource("network.py"));
    String embedded =
        content.embeds() ? "torch.linear(x, self.embedding_weight, self.embedding_bias)" : "x";
    methods.append(method("embed", "x: Tensor", embedded));
    boolean unit = !content.training() && network.output() == Network.Output.FEATURES;
    String embedding = "self.embedding(images)";
    methods.append(
        method("forward", "images: Tensor", unit ? "self.unit(" + embedding + ")" : embedding));
    if (content.classifier().isPresent()) {
      methods.append(
          method(
              "logits",
              "images: Tensor",
              "torch.linear(self.trunk(images), self.classifier_weight, self.classifier_bias)"));
    } else if (network.output() == Network.Output.LOGITS) {
      methods.append(method("logits", "images: Tensor", "self.trunk(images)"));
    }
    if (!content.training()) {
      methods.append(prepack());
    }
    if (content.mode() == ArchiveMode.OBSERVING) {
      methods.append(extremes());
    }
    return methods.toString();
  }

  private static String method(String name, String parameter, String result) {
    return "def %s(self: __torch__.Network, %s) -> Tensor:\n  return %s\n"
        .formatted(name, parameter, result);
  }

  private String prepack() {
    StringBuilder method = new StringBuilder();
    method.append("def prepack(self: __torch__.Network, dtype: int) -> NoneType:\n");
    method.append("  self.dtype = dtype\n");
    for (Convolution convolution : network.convolutions()) {
      method.append("  self.%s.prepack(dtype)\n".formatted(convolution.attribute()));
    }
    for (FreeTensor tensor : network.tensors()) {
      method.append("  self.%1$s = torch.to(self.%1$s, dtype)\n".formatted(tensor.attribute()));
    }
    return method.append("  return None\n").toString();
  }

  private String extremes() {
    String all =
        network.convolutions().stream()
            .map(convolution -> "self." + convolution.attribute() + ".extremes")
            .collect(Collectors.joining(", "));
    return """
    def extremes(self: __torch__.Network, images: Tensor) -> Tensor:
      x = self.features(self.pixels(images))
      return torch.reshape(torch.stack([%s]), [1, -1])
    """
        .formatted(all);
  }
}
