package io.sketchstream.encoder.network;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.util.Set;
import java.util.stream.Collectors;

/// A network's definition: the spec (JSON) and the TorchScript source of its trunk, both among the
/// resources under its name. Training and serving use the same one. Immutable.
public final class Network {
  /// The weight of the optional linear embedding on top of the features, dimension x features.
  public static final String EMBEDDING_WEIGHT = "embedding.weight";

  /// The bias of the embedding.
  public static final String EMBEDDING_BIAS = "embedding.bias";

  /// Lucene's own limit is 1024 and the largest trunk has 2048 features; more is a mistake.
  static final int EMBEDDING_DIMENSION_MAX = 4096;

  /// What the trunk ends in.
  public enum Output {
    /// The spatial mean of the last layer.
    FEATURES,
    /// A score for each class of ImageNet; such a network is a teacher, not an encoder.
    LOGITS
  }

  private static final List<String> NAMES =
      List.of("mobilenet_v2", "resnet50", "squeezenet1_1", "mobilenet_v1_075");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String name;
  private final Output output;
  private final int dimension;
  private final List<Double> mean;
  private final List<Double> std;
  private final List<List<String>> stages;
  private final Set<String> ignored;
  private final List<Convolution> convolutions;
  private final String source;

  private Network(JsonNode spec, String source) {
    this.name = spec.required("name").asText();
    this.output =
        switch (spec.required("output").asText()) {
          case "features" -> Output.FEATURES;
          case "logits" -> Output.LOGITS;
          default -> throw new IllegalArgumentException("output of network " + name);
        };
    this.dimension = spec.required("dimension").asInt();
    this.mean = doubles(spec.required("mean"));
    this.std = doubles(spec.required("std"));
    this.stages = new ArrayList<>();
    for (JsonNode stage : spec.required("stages")) {
      stages.add(strings(stage));
    }
    this.ignored = Set.copyOf(strings(spec.required("ignored")));
    this.convolutions = new ArrayList<>();
    for (JsonNode node : spec.required("convolutions")) {
      convolutions.add(
          new Convolution(
              node.required("name").asText(),
              node.required("in").asInt(),
              node.required("out").asInt(),
              node.required("kernel").asInt(),
              node.required("stride").asInt(),
              node.required("padding").asInt(),
              node.required("groups").asInt(),
              Optional.ofNullable(node.path("norm").textValue()),
              Optional.ofNullable(node.path("input").textValue()),
              Optional.ofNullable(node.path("adds").textValue()),
              node.path("pooled").asBoolean()));
    }
    this.source = source;
  }

  private static List<Double> doubles(JsonNode array) {
    List<Double> values = new ArrayList<>();
    array.forEach(node -> values.add(node.asDouble()));
    return List.copyOf(values);
  }

  private static List<String> strings(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(node -> values.add(node.asText()));
    return List.copyOf(values);
  }

  /// Names of the networks there are.
  public static List<String> names() {
    return NAMES;
  }

  /// The network of this name.
  ///
  /// @throws BrokenModelException when there is none
  public static Network named(String name) throws BrokenModelException {
    if (!NAMES.contains(name)) {
      throw new BrokenModelException(
          "there is no network named '" + name + "', only " + String.join(", ", NAMES));
    }
    try {
      return new Network(JSON.readTree(resource(name + ".json")), resource(name + ".py"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    return name;
  }

  public Output output() {
    return output;
  }

  /// How many features, or classes, the trunk ends in.
  public int dimension() {
    return dimension;
  }

  /// What is subtracted from red, green and blue, of 0 to 1.
  public List<Double> mean() {
    return mean;
  }

  /// What red, green and blue are then divided by.
  public List<Double> std() {
    return std;
  }

  /// From pixels to features, the stages of the trunk, each as prefixes of the names of its
  /// parameters. Training freezes the first few.
  public List<List<String>> stages() {
    return stages;
  }

  /// Every convolution, in the order of the weights.
  public List<Convolution> convolutions() {
    return List.copyOf(convolutions);
  }

  /// Whether its spec says what each convolution takes, as int8 needs to know.
  public boolean quantizes() {
    return convolutions.stream().skip(1).allMatch(convolution -> convolution.input().isPresent());
  }

  /// The TorchScript source of its trunk.
  public String source() {
    return source;
  }

  /// The trunk's parameters, in the order of the weights.
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (Convolution convolution : convolutions) {
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
    return parameters;
  }

  /// The trunk's parameters and those of an embedding of this many dimensions.
  public List<Parameter> parameters(int embeddingDimension) {
    List<Parameter> parameters = parameters();
    parameters.add(
        new Parameter(
            EMBEDDING_WEIGHT, "embedding_weight", List.of(embeddingDimension, dimension), true));
    parameters.add(
        new Parameter(EMBEDDING_BIAS, "embedding_bias", List.of(embeddingDimension), true));
    return parameters;
  }

  /// The dimension of what comes out with these weights: of their embedding, or of the trunk.
  public int dimensionWith(Weights weights) {
    return weights
        .find(EMBEDDING_WEIGHT)
        .map(embedding -> embedding.shape().getFirst())
        .orElse(dimension);
  }

  /// Reads weights of this network, less what it has no use for, such as the classifier of a
  /// published file. Does not check them.
  ///
  /// @throws BrokenModelException when the file is missing, damaged or of another type
  public Weights read(Path file) throws BrokenModelException {
    return Weights.read(file, name -> !ignores(name));
  }

  /// Whether a weights file may hold this tensor although the network has no use for it, such as
  /// the classifier of a published file.
  private boolean ignores(String tensor) {
    return ignored.contains(tensor) || tensor.endsWith(".num_batches_tracked");
  }

  /// Makes sure that these are weights of this network: nothing missing, nothing unknown, every
  /// shape right, every number finite.
  ///
  /// @throws BrokenModelException names the first tensor that is wrong
  public void check(Weights weights) throws BrokenModelException {
    boolean embeds =
        weights.find(EMBEDDING_WEIGHT).isPresent() || weights.find(EMBEDDING_BIAS).isPresent();
    List<Parameter> parameters = embeds ? parameters(embeddingDimension(weights)) : parameters();
    for (Parameter parameter : parameters) {
      Tensor tensor =
          weights
              .find(parameter.name())
              .orElseThrow(
                  () -> new BrokenModelException(name + " lacks tensor " + parameter.name()));
      if (!tensor.shape().equals(parameter.shape())) {
        throw new BrokenModelException(
            "tensor %s has shape %s, %s needs %s"
                .formatted(parameter.name(), tensor.shape(), name, parameter.shape()));
      }
      if (!tensor.isFinite()) {
        throw new BrokenModelException(
            "tensor " + parameter.name() + " holds a number that is not finite");
      }
    }
    Set<String> known = parameters.stream().map(Parameter::name).collect(Collectors.toSet());
    for (String tensor : weights.names()) {
      if (!known.contains(tensor) && !ignores(tensor)) {
        throw new BrokenModelException(name + " has no tensor " + tensor);
      }
    }
  }

  private int embeddingDimension(Weights weights) throws BrokenModelException {
    if (output == Output.LOGITS) {
      throw new BrokenModelException(name + " ends in logits and takes no embedding");
    }
    Tensor weight =
        weights
            .find(EMBEDDING_WEIGHT)
            .orElseThrow(() -> new BrokenModelException(name + " lacks " + EMBEDDING_WEIGHT));
    int embedding = weight.shape().isEmpty() ? 0 : weight.shape().getFirst();
    if (embedding < 1 || embedding > EMBEDDING_DIMENSION_MAX) {
      throw new BrokenModelException(
          "an embedding has 1 to " + EMBEDDING_DIMENSION_MAX + " dimensions, not " + embedding);
    }
    return embedding;
  }

  /// Batch norms folded into the convolutions before them: what serving runs.
  public Map<String, Tensor> folded(Weights weights) {
    Map<String, Tensor> folded = new LinkedHashMap<>();
    for (Convolution convolution : convolutions) {
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
