package io.sketchstream.encoder.network;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// The safetensors format: the header's length in 8 bytes, a JSON header, raw little-endian data.
/// Everything in the header is checked against the file before a byte is allocated for it.
final class Safetensors {
  private static final long HEADER_BYTES_MAX = 64L << 20;
  private static final int RANK_MAX = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private record Entry(String name, String dtype, List<Integer> shape, long begin, long end) {
    int elements() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  private Safetensors() {}

  static Weights read(Path file, Predicate<String> wanted) throws BrokenModelException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      List<Entry> entries = readHeader(file, channel);
      long dataStart = channel.position();
      SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
      for (Entry entry : entries) {
        if (wanted.test(entry.name())) {
          tensors.put(entry.name(), readTensor(file, channel, dataStart, entry));
        }
      }
      return new Weights(tensors);
    } catch (NoSuchFileException e) {
      throw new BrokenModelException("there is no file " + file, e);
    } catch (IOException e) {
      throw new BrokenModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Entry> readHeader(Path file, FileChannel channel)
      throws IOException, BrokenModelException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new BrokenModelException(
          file + " is truncated: " + size + " bytes are not a safetensors file");
    }
    long length = readFully(channel, 0, Long.BYTES).getLong();
    if (length < 2 || length > HEADER_BYTES_MAX || length > size - Long.BYTES) {
      throw new BrokenModelException(
          file + " is damaged: its header claims " + length + " of " + size + " bytes");
    }
    byte[] header = readFully(channel, Long.BYTES, (int) length).array();
    channel.position(Long.BYTES + length);
    JsonNode root;
    try {
      root = JSON.readTree(header);
    } catch (IOException e) {
      throw new BrokenModelException(file + " is damaged: its header is not JSON", e);
    }
    if (!root.isObject()) {
      throw new BrokenModelException(file + " is damaged: its header is not a JSON object");
    }
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (!property.getKey().equals("__metadata__")) {
        entries.add(entry(file, property.getKey(), property.getValue()));
      }
    }
    checkLayout(file, entries, size - Long.BYTES - length);
    return entries;
  }

  private static Entry entry(Path file, String name, JsonNode node) throws BrokenModelException {
    JsonNode shape = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    boolean sound =
        node.path("dtype").isTextual()
            && shape.isArray()
            && shape.size() <= RANK_MAX
            && offsets.size() == 2
            && offsets.get(0).canConvertToLong()
            && offsets.get(1).canConvertToLong();
    List<Integer> extents = new ArrayList<>();
    long elements = 1;
    for (JsonNode extent : shape) {
      sound &= extent.canConvertToInt() && extent.asInt() >= 0;
      extents.add(extent.asInt());
      elements *= extent.asInt();
      sound &= elements <= Integer.MAX_VALUE;
    }
    if (!sound) {
      throw new BrokenModelException(file + " is damaged: the entry of tensor " + name);
    }
    return new Entry(
        name,
        node.path("dtype").asText(),
        extents,
        offsets.get(0).asLong(),
        offsets.get(1).asLong());
  }

  /// The tensors must fill the data without a gap and without overlapping.
  private static void checkLayout(Path file, List<Entry> entries, long dataBytes)
      throws BrokenModelException {
    List<Entry> byOffset = new ArrayList<>(entries);
    byOffset.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : byOffset) {
      if (entry.begin() != position || entry.end() < position) {
        throw new BrokenModelException(
            file + " is damaged: tensor " + entry.name() + " is not where it should be");
      }
      position = entry.end();
    }
    if (position > dataBytes) {
      throw new BrokenModelException(
          file + " is truncated: it has " + dataBytes + " of " + position + " bytes of data");
    }
    if (position < dataBytes) {
      throw new BrokenModelException(
          file + " is damaged: " + (dataBytes - position) + " bytes belong to no tensor");
    }
  }

  private static Tensor readTensor(Path file, FileChannel channel, long dataStart, Entry entry)
      throws IOException, BrokenModelException {
    int bytesEach =
        switch (entry.dtype()) {
          case "F32" -> Float.BYTES;
          case "F16" -> Short.BYTES;
          default ->
              throw new BrokenModelException(
                  "tensor "
                      + entry.name()
                      + " of "
                      + file
                      + " is of type "
                      + entry.dtype()
                      + ", only F32 and F16 are read");
        };
    long bytes = entry.end() - entry.begin();
    if (bytes != (long) entry.elements() * bytesEach || bytes > Integer.MAX_VALUE) {
      throw new BrokenModelException(
          file + " is damaged: tensor " + entry.name() + " has " + bytes + " bytes of data");
    }
    ByteBuffer data = readFully(channel, dataStart + entry.begin(), (int) bytes);
    float[] values = new float[entry.elements()];
    if (bytesEach == Float.BYTES) {
      data.asFloatBuffer().get(values);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.float16ToFloat(data.getShort());
      }
    }
    return new Tensor(entry.shape(), values);
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("it ends at byte " + (position + buffer.position()));
      }
    }
    return buffer.flip();
  }

  static void write(SequencedMap<String, TensorSource> tensors, Path file, Weights.Storage storage)
      throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try (OutputStream out = Files.newOutputStream(unfinished)) {
      byte[] header = header(tensors, storage);
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putLong(header.length).array());
      out.write(header);
      for (Map.Entry<String, TensorSource> named : tensors.entrySet()) {
        float[] values = named.getValue().values().get();
        if (values.length != named.getValue().count()) {
          throw new IllegalStateException(
              "tensor %s gives %d values for the shape %s"
                  .formatted(named.getKey(), values.length, named.getValue().shape()));
        }
        out.write(bytes(values, storage));
      }
    }
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] header(SequencedMap<String, TensorSource> tensors, Weights.Storage storage)
      throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("__metadata__").put("format", "pt");
    long offset = 0;
    for (Map.Entry<String, TensorSource> named : tensors.entrySet()) {
      TensorSource tensor = named.getValue();
      ObjectNode entry = root.putObject(named.getKey());
      entry.put("dtype", storage == Weights.Storage.FP16 ? "F16" : "F32");
      tensor.shape().forEach(entry.withArray("shape")::add);
      long end = offset + tensor.count() * bytesEach(storage);
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(root);
    byte[] padded = new byte[(json.length + 7) / 8 * 8];
    System.arraycopy(json, 0, padded, 0, json.length);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static int bytesEach(Weights.Storage storage) {
    return switch (storage) {
      case FP32 -> Float.BYTES;
      case FP16 -> Short.BYTES;
    };
  }

  private static byte[] bytes(float[] values, Weights.Storage storage) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * bytesEach(storage)).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (storage) {
        case FP32 -> data.putFloat(value);
        case FP16 -> data.putShort(Float.floatToFloat16(value));
      }
    }
    return data.array();
  }
}
