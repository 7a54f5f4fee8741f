package io.sketchstream.benchmarks.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.sketchstream.encoder.network.Convolution;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Writes a network of ours as ONNX, for the side-by-side comparison: the same weights, batch norms
/// folded, and the same operations as its TorchScript source. Input: `x`, normalised floats, NCHW.
final class OnnxFile {
  /// One call of a convolution, such as `y = self.layer1_0_conv1.relu(x)`, perhaps with
  /// TensorFlow's padding around it.
  private static final Pattern STEP =
      Pattern.compile(
          "(\\w) = (?:self\\.cut\\()?self\\.(\\w+)\\.(\\w+)"
              + "\\((self\\.(?:same|even)\\()?(\\w)\\)?(?:, (\\w))?\\)+");

  private static final Pattern POOL = Pattern.compile("x = torch\\.max_pool2d\\(x, .*");
  private static final int OPSET = 13;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream graph = CodedOutputStream.newInstance(bytes);
  private final Map<String, String> newest = new HashMap<>(Map.of("x", "x"));
  private int values;

  private OnnxFile() {}

  /// The bytes of the file.
  static byte[] of(Network network, Weights weights) {
    try {
      return new OnnxFile().write(network, weights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] write(Network network, Weights weights) throws IOException {
    Map<String, Convolution> convolutions =
        network.convolutions().stream()
            .collect(Collectors.toMap(c -> c.name().replace('.', '_'), Function.identity()));
    for (String line : trunk(network)) {
      Matcher step = STEP.matcher(line);
      if (step.matches()) {
        step(step, convolutions.get(step.group(2)));
      } else if (POOL.matcher(line).matches()) {
        pool();
      } else if (line.startsWith("return torch.mean(x, [2, 3])")) {
        node("GlobalAveragePool", List.of(newest.get("x")), "pooled", new byte[0]);
        node("Flatten", List.of("pooled"), "features", new byte[0]);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        throw new IllegalArgumentException("no ONNX for: " + line);
      }
    }
    graph.writeString(2, network.name());
    for (Map.Entry<String, Tensor> named : network.folded(weights).entrySet()) {
      initializer(named.getKey(), named.getValue());
    }
    initializer("zero", new Tensor(List.of(), new float[] {0}));
    initializer("six", new Tensor(List.of(), new float[] {6}));
    graph.writeByteArray(11, value("x", "batch", "3", "side", "side"));
    graph.writeByteArray(12, value("features", "batch", Integer.toString(network.dimension())));
    graph.flush();
    byte[] opset = message(out -> out.writeInt64(2, OPSET));
    return message(out -> {
      out.writeInt64(1, 7); // version of the format
      out.writeByteArray(7, bytes.toByteArray());
      out.writeByteArray(8, opset);
    });
  }

  private static List<String> trunk(Network network) {
    List<String> lines = network.source().lines().map(String::strip).toList();
    int start = lines.indexOf("def features(self: __torch__.Network, x: Tensor) -> Tensor:");
    return lines.subList(start + 1, lines.size());
  }

  private void step(Matcher step, Convolution convolution) throws IOException {
    String value =
        node(
            "Conv",
            List.of(
                newest.get(step.group(5)),
                convolution.name() + ".weight",
                convolution.name() + ".bias"),
            integers("kernel_shape", convolution.kernel(), convolution.kernel()),
            integers("strides", convolution.stride(), convolution.stride()),
            step.group(4) == null
                ? integers("pads", repeated(convolution.padding()))
                : text("auto_pad", "SAME_UPPER"),
            integer("group", convolution.groups()));
    String kind = step.group(3);
    if (kind.startsWith("add")) {
      value = node("Add", List.of(value, newest.get(step.group(6))));
    }
    value =
        switch (kind) {
          case "relu", "add_relu" -> node("Relu", List.of(value));
          case "relu6" -> node("Clip", List.of(value, "zero", "six"));
          case "linear", "add" -> value;
          default -> throw new IllegalArgumentException("no ONNX for " + kind);
        };
    newest.put(step.group(1), value);
  }

  private void pool() throws IOException {
    newest.put(
        "x",
        node(
            "MaxPool",
            List.of(newest.get("x")),
            integers("kernel_shape", 3, 3),
            integers("strides", 2, 2),
            integers("pads", repeated(1))));
  }

  private static int[] repeated(int padding) {
    return new int[] {padding, padding, padding, padding};
  }

  private String node(String type, List<String> inputs, byte[]... attributes) throws IOException {
    return node(type, inputs, "v" + values++, attributes);
  }

  private String node(String type, List<String> inputs, String output, byte[]... attributes)
      throws IOException {
    graph.writeByteArray(
        1,
        message(out -> {
          for (String input : inputs) {
            out.writeString(1, input);
          }
          out.writeString(2, output);
          out.writeString(4, type);
          for (byte[] attribute : attributes) {
            if (attribute.length > 0) {
              out.writeByteArray(5, attribute);
            }
          }
        }));
    return output;
  }

  private static byte[] integers(String name, int... values) throws IOException {
    return message(out -> {
      out.writeString(1, name);
      for (int value : values) {
        out.writeInt64(8, value);
      }
      out.writeEnum(20, 7);
    });
  }

  private static byte[] text(String name, String value) throws IOException {
    return message(out -> {
      out.writeString(1, name);
      out.writeString(4, value);
      out.writeEnum(20, 3);
    });
  }

  private static byte[] integer(String name, int value) throws IOException {
    return message(out -> {
      out.writeString(1, name);
      out.writeInt64(3, value);
      out.writeEnum(20, 2);
    });
  }

  private void initializer(String name, Tensor tensor) throws IOException {
    ByteBuffer raw =
        ByteBuffer.allocate(tensor.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(tensor.values());
    graph.writeByteArray(
        5,
        message(out -> {
          for (int extent : tensor.shape()) {
            out.writeInt64(1, extent);
          }
          out.writeInt32(2, 1);
          out.writeString(8, name);
          out.writeBytes(9, ByteString.copyFrom(raw));
        }));
  }

  /// A tensor of floats; an extent is a number or the name of a variable one.
  private static byte[] value(String name, String... extents) throws IOException {
    byte[] shape =
        message(out -> {
          for (String extent : extents) {
            boolean fixed = Character.isDigit(extent.charAt(0));
            out.writeByteArray(
                1,
                message(dimension -> {
                  if (fixed) {
                    dimension.writeInt64(1, Long.parseLong(extent));
                  } else {
                    dimension.writeString(2, extent);
                  }
                }));
          }
        });
    byte[] tensor =
        message(out -> {
          out.writeEnum(1, 1);
          out.writeByteArray(2, shape);
        });
    byte[] type = message(out -> out.writeByteArray(1, tensor));
    return message(out -> {
      out.writeString(1, name);
      out.writeByteArray(2, type);
    });
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    return bytes.toByteArray();
  }
}
