package io.sketchstream.encoder.network;

import io.sketchstream.encoder.network.Pickle.ScriptObject;
import io.sketchstream.encoder.network.Pickle.TensorAttribute;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Packs a network and its weights into the archive that libtorch loads. Its methods, all of which
/// take images as uint8 NHWC:
///
/// - `forward`: serving gives unit vectors, training gives embeddings as they are, before they are
///   normalised; a network that ends in logits gives those;
/// - `embedding`: before it is normalised;
/// - `trunk`: the features under the embedding;
/// - `unit(x)`: divides rows by their length, for those who need both;
/// - `prepack(dtype)`: to be run once before a serving archive is used, with libtorch's number of
///   the type to compute in (6 is fp32, 15 bf16, 5 fp16).
public final class TorchScriptArchive {
  /// What an archive is for.
  public enum Mode {
    /// Fused for this CPU by oneDNN.
    SERVING,
    /// For calibration: `extremes` gives, after one image, the lowest and the highest number that
    /// each convolution put out for it, in the order of the spec.
    OBSERVING,
    /// For any device libtorch knows.
    SERVING_PLAIN,
    /// Gradients flow; batch norms use their running statistics and leave them alone.
    TRAINING,
    /// Gradients flow; batch norms follow the batch and update their running statistics while the
    /// module is in libtorch's training mode.
    TRAINING_NORMS
  }

  /// More methods and parameters for a training archive, such as a loss and its classifier.
  ///
  /// @param source TorchScript methods of `__torch__.Network`; a parameter `a.b` is `self.a_b`
  /// @param parameters trained along with the network
  public record Extension(String source, Weights parameters) {
    /// Nothing more.
    public static Extension none() {
      return new Extension("", new Weights(new LinkedHashMap<>()));
    }
  }

  private final Network network;
  private final Weights weights;
  private final Mode mode;
  private final Extension extension;
  private final Optional<Int8Convolutions> int8;

  private TorchScriptArchive(
      Network network,
      Weights weights,
      Mode mode,
      Extension extension,
      Optional<Int8Convolutions> int8) {
    this.network = network;
    this.weights = weights;
    this.mode = mode;
    this.extension = extension;
    this.int8 = int8;
  }

  /// Writes an archive.
  ///
  /// @throws BrokenModelException when these are no weights of this network
  public static void write(Network network, Weights weights, Path file, Mode mode)
      throws IOException, BrokenModelException {
    write(network, weights, file, mode, Extension.none());
  }

  /// Writes an archive with more methods and parameters.
  ///
  /// @throws BrokenModelException when these are no weights of this network
  public static void write(
      Network network, Weights weights, Path file, Mode mode, Extension extension)
      throws IOException, BrokenModelException {
    network.check(weights);
    new TorchScriptArchive(network, weights, mode, extension, Optional.empty()).write(file);
  }

  /// Writes an archive for serving in int8.
  ///
  /// @param vnni whether the CPU that will run it has VNNI instructions
  /// @throws BrokenModelException when these are no weights of this network, or no such ranges
  static void writeInt8(
      Network network, Weights weights, Quantization quantization, boolean vnni, Path file)
      throws IOException, BrokenModelException {
    network.check(weights);
    quantization.check(network);
    var int8 = new Int8Convolutions(network, quantization, vnni);
    new TorchScriptArchive(network, weights, Mode.SERVING, Extension.none(), Optional.of(int8))
        .write(file);
  }

  /// The path that libtorch gives an extension's parameter.
  public static String extensionPath(String parameter) {
    return parameter.replace('.', '_');
  }

  private boolean training() {
    return mode == Mode.TRAINING || mode == Mode.TRAINING_NORMS;
  }

  private boolean embeds() {
    return weights.find(Network.EMBEDDING_WEIGHT).isPresent();
  }

  private void write(Path file) throws IOException {
    Pickle pickle = new Pickle();
    byte[] data = pickle.write(root());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      store(zip, "data.pkl", data);
      store(zip, "code/__torch__.py", source().getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", Pickle.emptyTuple());
      List<Tensor> storages = pickle.storages();
      for (int i = 0; i < storages.size(); i++) {
        store(zip, "data/" + i, littleEndian(storages.get(i)));
      }
      store(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry("m/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static byte[] littleEndian(Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(tensor.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    return bytes.array();
  }

  private ScriptObject root() {
    SequencedMap<String, Object> attributes = new LinkedHashMap<>();
    float[] scale = new float[3];
    float[] shift = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      scale[channel] = (float) (1 / (255 * network.std().get(channel)));
      shift[channel] = (float) (-network.mean().get(channel) / network.std().get(channel));
    }
    attributes.put("scale", frozen(new Tensor(List.of(1, 3, 1, 1), scale)));
    attributes.put("shift", frozen(new Tensor(List.of(1, 3, 1, 1), shift)));
    attributes.put("dtype", 6);
    attributes.put("training", false);
    Map<String, Tensor> folded = training() ? Map.of() : network.folded(weights);
    for (Convolution convolution : network.convolutions()) {
      attributes.put(convolution.attribute(), object(convolution, folded));
    }
    if (embeds()) {
      attributes.put("embedding_weight", trained(weights.get(Network.EMBEDDING_WEIGHT)));
      attributes.put("embedding_bias", trained(weights.get(Network.EMBEDDING_BIAS)));
    }
    extension
        .parameters()
        .tensors()
        .forEach((name, tensor) -> attributes.put(extensionPath(name), trained(tensor)));
    return new ScriptObject("Network", attributes);
  }

  private ScriptObject object(Convolution convolution, Map<String, Tensor> folded) {
    SequencedMap<String, Object> attributes =
        quantized(convolution)
            ? int8.orElseThrow().attributes(convolution, folded)
            : floats(convolution, folded);
    attributes.put("stride", convolution.stride());
    attributes.put("padding", convolution.padding());
    attributes.put("groups", convolution.groups());
    return new ScriptObject(className(convolution), attributes);
  }

  private SequencedMap<String, Object> floats(Convolution convolution, Map<String, Tensor> folded) {
    SequencedMap<String, Object> attributes = new LinkedHashMap<>();
    boolean normed = training() && convolution.norm().isPresent();
    if (mode == Mode.OBSERVING) {
      attributes.put("extremes", frozen(new Tensor(List.of(2), new float[2])));
    }
    if (training()) {
      attributes.put("weight", trained(weights.get(convolution.weight())));
    } else {
      attributes.put("weight", frozen(folded.get(convolution.weight())));
      attributes.put("bias", frozen(folded.get(convolution.bias())));
    }
    if (normed) {
      String norm = convolution.norm().orElseThrow();
      attributes.put("gamma", trained(weights.get(norm + ".weight")));
      attributes.put("beta", trained(weights.get(norm + ".bias")));
      attributes.put("running_mean", frozen(weights.get(norm + ".running_mean")));
      attributes.put("running_var", frozen(weights.get(norm + ".running_var")));
      attributes.put("frozen", mode == Mode.TRAINING);
      attributes.put("training", false);
    } else if (training()) {
      attributes.put("bias", trained(weights.get(convolution.bias())));
    }
    return attributes;
  }

  private boolean quantized(Convolution convolution) {
    return int8.filter(convolutions -> convolutions.contain(convolution)).isPresent();
  }

  private String className(Convolution convolution) {
    if (quantized(convolution)) {
      return "QuantizedConvolution";
    }
    return training() && convolution.norm().isPresent() ? "NormedConvolution" : "Convolution";
  }

  private static TensorAttribute frozen(Tensor tensor) {
    return new TensorAttribute(tensor, false);
  }

  private TensorAttribute trained(Tensor tensor) {
    return new TensorAttribute(tensor, training());
  }

  /// The archive's code: the kind of convolution, then the network's class, its attributes as the
  /// spec and the weights have them.
  private String source() {
    StringBuilder code = new StringBuilder();
    code.append(
        Network.resource(
            switch (mode) {
              case SERVING -> "convolution_onednn.py";
              case OBSERVING -> "convolution_observed.py";
              case SERVING_PLAIN, TRAINING, TRAINING_NORMS -> "convolution_plain.py";
            }));
    if (int8.isPresent()) {
      code.append(Network.resource("convolution_int8.py"));
    }
    if (training()) {
      code.append(Network.resource("convolution_normed.py"));
    }
    StringBuilder parameters = new StringBuilder();
    StringBuilder attributes = new StringBuilder();
    attributes.append("  scale : Tensor\n  shift : Tensor\n  dtype : int\n  training : bool\n");
    for (Convolution convolution : network.convolutions()) {
      attributes.append(
          "  %s : __torch__.%s\n".formatted(convolution.attribute(), className(convolution)));
    }
    if (embeds()) {
      parameters.append("\"embedding_weight\", \"embedding_bias\", ");
      attributes.append("  embedding_weight : Tensor\n  embedding_bias : Tensor\n");
    }
    for (String name : extension.parameters().names()) {
      parameters.append("\"%s\", ".formatted(extensionPath(name)));
      attributes.append("  %s : Tensor\n".formatted(extensionPath(name)));
    }
    code.append("class Network(Module):\n");
    code.append("  __parameters__ = [").append(parameters).append("]\n");
    code.append("  __buffers__ = [\"scale\", \"shift\", ]\n");
    code.append(attributes);
    code.append(methods().indent(2));
    return code.toString();
  }

  private String methods() {
    StringBuilder methods = new StringBuilder(network.source());
    methods.append(Network.resource("network.py"));
    methods.append("def embed(self: __torch__.Network, x: Tensor) -> Tensor:\n");
    methods.append(
        embeds()
            ? "  return torch.linear(x, self.embedding_weight, self.embedding_bias)\n"
            : "  return x\n");
    methods.append("def forward(self: __torch__.Network, images: Tensor) -> Tensor:\n");
    boolean unit = !training() && network.output() == Network.Output.FEATURES;
    methods.append(
        unit
            ? "  return self.unit(self.embedding(images))\n"
            : "  return self.embedding(images)\n");
    if (!training()) {
      methods.append("def prepack(self: __torch__.Network, dtype: int) -> NoneType:\n");
      methods.append("  self.dtype = dtype\n");
      for (Convolution convolution : network.convolutions()) {
        methods.append("  self.%s.prepack(dtype)\n".formatted(convolution.attribute()));
      }
      methods.append("  return None\n");
    }
    if (mode == Mode.OBSERVING) {
      methods.append("def extremes(self: __torch__.Network, images: Tensor) -> Tensor:\n");
      methods.append("  x = self.features(self.pixels(images))\n");
      String all =
          network.convolutions().stream()
              .map(convolution -> "self." + convolution.attribute() + ".extremes")
              .collect(Collectors.joining(", "));
      methods.append("  return torch.reshape(torch.stack([").append(all).append("]), [1, -1])\n");
    }
    return methods.append(extension.source()).toString();
  }
}
