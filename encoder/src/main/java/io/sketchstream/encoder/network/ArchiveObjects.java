package io.sketchstream.encoder.network;

import io.sketchstream.encoder.network.Pickle.ScriptObject;
import io.sketchstream.encoder.network.Pickle.TensorAttribute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The objects of a TorchScript archive: the network, and its convolutions with their weights.
final class ArchiveObjects {
  private static final int FLOAT32 = 6; // libtorch's number of the type

  private final ArchiveContent content;
  private final Network network;
  private final Weights weights;

  ArchiveObjects(ArchiveContent content) {
    this.content = content;
    this.network = content.network();
    this.weights = content.weights();
  }

  ScriptObject root() {
    SequencedMap<String, Object> attributes = new LinkedHashMap<>();
    normalisation(attributes);
    attributes.put("dtype", FLOAT32);
    attributes.put("training", false);
    Map<String, Tensor> folded = content.training() ? Map.of() : network.folded(weights);
    for (Convolution convolution : network.convolutions()) {
      attributes.put(convolution.attribute(), convolution(convolution, folded));
    }
    for (FreeTensor tensor : network.tensors()) {
      attributes.put(tensor.attribute(), trained(tensor.name()));
    }
    if (content.embeds()) {
      attributes.put("embedding_weight", trained(Network.EMBEDDING_WEIGHT));
      attributes.put("embedding_bias", trained(Network.EMBEDDING_BIAS));
    }
    content
        .classifier()
        .ifPresent(classifier -> {
          attributes.put("classifier_weight", fixed(weights.get(classifier.weight())));
          attributes.put("classifier_bias", fixed(weights.get(classifier.bias())));
        });
    return new ScriptObject("Network", attributes);
  }

  /// Maps bytes to normalised floats, in one multiplication and one addition.
  private void normalisation(SequencedMap<String, Object> attributes) {
    float[] scale = new float[3];
    float[] shift = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      scale[channel] = (float) (1 / (255 * network.std().get(channel)));
      shift[channel] = (float) (-network.mean().get(channel) / network.std().get(channel));
    }
    attributes.put("scale", fixed(new Tensor(List.of(1, 3, 1, 1), scale)));
    attributes.put("shift", fixed(new Tensor(List.of(1, 3, 1, 1), shift)));
  }

  private ScriptObject convolution(Convolution convolution, Map<String, Tensor> folded) {
    SequencedMap<String, Object> attributes =
        content.quantized(convolution)
            ? content.int8().orElseThrow().attributes(convolution, folded)
            : floats(convolution, folded);
    attributes.put("stride", convolution.stride());
    attributes.put("padding", convolution.padding());
    attributes.put("groups", convolution.groups());
    if (content.packed(convolution)) {
      attributes.put("packed", null); // Set by the first pass.
    }
    return new ScriptObject(content.className(convolution), attributes);
  }

  private SequencedMap<String, Object> floats(Convolution convolution, Map<String, Tensor> folded) {
    SequencedMap<String, Object> attributes = new LinkedHashMap<>();
    if (content.mode() == ArchiveMode.OBSERVING) {
      attributes.put("extremes", fixed(new Tensor(List.of(2), new float[2])));
    }
    if (!content.training()) {
      attributes.put("weight", fixed(folded.get(convolution.weight())));
      attributes.put("bias", fixed(folded.get(convolution.bias())));
      return attributes;
    }
    attributes.put("weight", trained(convolution.weight()));
    if (content.normed(convolution)) {
      String norm = convolution.norm().orElseThrow();
      attributes.put("gamma", trained(norm + ".weight"));
      attributes.put("beta", trained(norm + ".bias"));
      attributes.put("running_mean", fixed(weights.get(norm + ".running_mean")));
      attributes.put("running_var", fixed(weights.get(norm + ".running_var")));
    } else {
      attributes.put("bias", trained(convolution.bias()));
    }
    return attributes;
  }

  private static TensorAttribute fixed(Tensor tensor) {
    return new TensorAttribute(tensor, false);
  }

  private TensorAttribute trained(String name) {
    return new TensorAttribute(weights.get(name), content.training());
  }
}
