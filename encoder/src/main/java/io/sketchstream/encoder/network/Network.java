package io.sketchstream.encoder.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A network's definition: the spec (JSON) and the TorchScript source of its trunk, both among the
/// resources under its name. Training and serving use the same one. Immutable.
public final class Network {
  /// The weight of the optional linear embedding on the features, dimension x features.
  public static final String EMBEDDING_WEIGHT = "embedding.weight";

  /// The bias of the embedding.
  public static final String EMBEDDING_BIAS = "embedding.bias";

  /// Lucene's own limit is 1024 and the largest trunk has 2048 features; more is a mistake.
  static final int EMBEDDING_DIMENSION_MAX = 4096;

  /// What the trunk ends in.
  public enum Output {
    /// The spatial mean of the last layer.
    FEATURES,
    /// A logit for each class of ImageNet; such a network is a teacher, not an encoder.
    LOGITS
  }

  private static final List<String> NAMES =
      List.of(
          "mobilenet_v2",
          "efficientnet_lite0",
          "efficientnet_lite2",
          "resnet50",
          "squeezenet1_1",
          "mobilenet_v1_075");

  private final NetworkSpec spec;
  private final String source;

  private Network(NetworkSpec spec, String source) {
    this.spec = spec;
    this.source = source;
  }

  /// The names of all networks.
  public static List<String> names() {
    return NAMES;
  }

  /// The network of this name.
  ///
  /// @throws BrokenModelException when there is no such network
  public static Network named(String name) throws BrokenModelException {
    if (!NAMES.contains(name)) {
      throw new BrokenModelException(
          "there is no network named '" + name + "', only " + String.join(", ", NAMES));
    }
    return of(resource(name + ".json"), resource(name + ".py"));
  }

  /// A network by its spec and its source.
  static Network of(String spec, String source) {
    return new Network(NetworkSpec.read(spec), source);
  }

  static String resource(String file) {
    try (InputStream in = Network.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return spec.name();
  }

  public Output output() {
    return spec.output();
  }

  /// How many features or classes the trunk outputs.
  public int dimension() {
    return spec.dimension();
  }

  /// The classifier on top of its features, if it was published with one.
  public Optional<Classifier> classifier() {
    return spec.classifier();
  }

  /// Subtracted from red, green and blue, which range from 0 to 1.
  public List<Double> mean() {
    return spec.mean();
  }

  /// Divisor of red, green and blue after that.
  public List<Double> std() {
    return spec.std();
  }

  /// How it is trained unless a recipe says otherwise; empty if it is only a teacher.
  public Optional<TrainingDefaults> training() {
    return spec.training();
  }

  /// From pixels to features, the stages of the trunk, each as prefixes of the names of its
  /// parameters. Training freezes the first few.
  public List<List<String>> stages() {
    return spec.stages();
  }

  /// Every convolution, in the order of the weights.
  public List<Convolution> convolutions() {
    return spec.convolutions();
  }

  /// Trained tensors other than convolutions, in the order of the weights.
  List<FreeTensor> tensors() {
    return spec.tensors();
  }

  /// Whether its spec names the input of each convolution, which int8 needs.
  public boolean quantizes() {
    return convolutions().stream().skip(1).allMatch(convolution -> convolution.input().isPresent());
  }

  /// The TorchScript source of its trunk.
  public String source() {
    return source;
  }

  /// The trunk's parameters, in the order of the weights.
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (Convolution convolution : convolutions()) {
      String path = convolution.attribute() + ".";
      parameters.add(
          new Parameter(convolution.weight(), path + "weight", convolution.weightShape(), true));
      List<Integer> channels = List.of(convolution.out());
      if (convolution.norm().isPresent()) {
        String norm = convolution.norm().get();
        parameters.add(new Parameter(norm + ".weight", path + "gamma", channels, true));
        parameters.add(new Parameter(norm + ".bias", path + "beta", channels, true));
        parameters.add(
            new Parameter(norm + ".running_mean", path + "running_mean", channels, false));
        parameters.add(new Parameter(norm + ".running_var", path + "running_var", channels, false));
      } else {
        parameters.add(new Parameter(convolution.bias(), path + "bias", channels, true));
      }
    }
    for (FreeTensor tensor : tensors()) {
      parameters.add(new Parameter(tensor.name(), tensor.attribute(), tensor.shape(), true));
    }
    return parameters;
  }

  /// The trunk's parameters and those of an embedding of this many dimensions.
  public List<Parameter> parameters(int embeddingDimension) {
    List<Parameter> parameters = parameters();
    parameters.add(
        new Parameter(
            EMBEDDING_WEIGHT, "embedding_weight", List.of(embeddingDimension, dimension()), true));
    parameters.add(
        new Parameter(EMBEDDING_BIAS, "embedding_bias", List.of(embeddingDimension), true));
    return parameters;
  }

  /// The dimension of the output with these weights: of their embedding, or of the trunk.
  public int dimensionWith(Weights weights) {
    return weights
        .find(EMBEDDING_WEIGHT)
        .map(embedding -> embedding.shape().getFirst())
        .orElse(dimension());
  }

  /// Reads weights of this network without its classifier. Does not check them.
  ///
  /// @throws BrokenModelException when the file is missing, damaged or of another type
  public Weights read(Path file) throws BrokenModelException {
    return Weights.read(
        file,
        name ->
            !isIgnored(name) && classifier().filter(classifier -> classifier.owns(name)).isEmpty());
  }

  /// Reads weights of this network and of its classifier, so that the archive's `logits` can be
  /// run. Does not check their shapes.
  ///
  /// @throws BrokenModelException when the file is missing, damaged or of another type, or has no
  ///   classifier
  public Weights readWithClassifier(Path file) throws BrokenModelException {
    Weights weights = Weights.read(file, name -> !isIgnored(name));
    if (!classifies(weights)) {
      throw new BrokenModelException(file + " holds no classifier of " + name());
    }
    return weights;
  }

  /// Whether these weights give logits: of the trunk, or of a classifier on top of it.
  public boolean classifies(Weights weights) {
    return output() == Output.LOGITS
        || classifier()
            .filter(classifier -> weights.find(classifier.weight()).isPresent())
            .isPresent();
  }

  /// Whether a weights file may contain this tensor although no network uses it.
  static boolean isIgnored(String tensor) {
    return tensor.endsWith(".num_batches_tracked");
  }

  /// Checks that the weights fit this network, with or without an embedding and a classifier: no
  /// tensor missing or unknown, every shape right, every number finite.
  ///
  /// @throws BrokenModelException naming the first tensor that is wrong
  public void check(Weights weights) throws BrokenModelException {
    WeightsCheck.check(this, weights);
  }

  /// The weights with batch norms folded into the convolutions before them, for serving.
  public Map<String, Tensor> folded(Weights weights) {
    Map<String, Tensor> folded = new LinkedHashMap<>();
    for (Convolution convolution : convolutions()) {
      Tensor weight = weights.get(convolution.weight());
      if (convolution.norm().isEmpty()) {
        folded.put(convolution.weight(), weight);
        folded.put(convolution.bias(), weights.get(convolution.bias()));
      } else {
        NormFolding.fold(convolution, weights, folded);
      }
    }
    return folded;
  }
}
