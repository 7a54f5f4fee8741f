package io.sketchstream.encoder.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Packs a network and its weights into the archive that libtorch loads. Its methods, all of which
/// take images as uint8 NHWC:
///
/// - `forward`: serving gives unit vectors, training gives embeddings before normalisation; a
///   network that outputs logits gives those;
/// - `embedding`: before normalisation;
/// - `trunk`: the features under the embedding;
/// - `logits`: of the network's own classifier, where the weights have it;
/// - `unit(x)`: divides rows by their length;
/// - `prepack(dtype)`: must be run once before a serving archive is used, with libtorch's number of
///   the type to compute in (6 is fp32, 15 bf16, 5 fp16).
public final class TorchScriptArchive {
  private TorchScriptArchive() {}

  /// Writes an archive.
  ///
  /// @throws BrokenModelException when the weights do not fit the network
  public static void write(Network network, Weights weights, Path file, ArchiveMode mode)
      throws IOException, BrokenModelException {
    network.check(weights);
    write(new ArchiveContent(network, weights, mode, 0, Optional.empty()), file);
  }

  /// Writes an archive for training on a CPU whose first stages are not trained: where they have no
  /// batch norms, they run fused as in serving.
  ///
  /// @throws BrokenModelException when the weights do not fit the network
  public static void writeTraining(Network network, Weights weights, int frozenStages, Path file)
      throws IOException, BrokenModelException {
    network.check(weights);
    write(
        new ArchiveContent(network, weights, ArchiveMode.TRAINING, frozenStages, Optional.empty()),
        file);
  }

  /// Writes an archive for serving in int8.
  ///
  /// @param vnni whether the CPU that will run it has VNNI instructions
  /// @throws BrokenModelException when the weights or the ranges do not fit the network
  static void writeInt8(
      Network network, Weights weights, Quantization quantization, boolean vnni, Path file)
      throws IOException, BrokenModelException {
    network.check(weights);
    quantization.check(network);
    var int8 = new Int8Convolutions(network, quantization, vnni);
    write(new ArchiveContent(network, weights, ArchiveMode.SERVING, 0, Optional.of(int8)), file);
  }

  private static void write(ArchiveContent content, Path file) throws IOException {
    Pickle pickle = new Pickle();
    byte[] data = pickle.write(new ArchiveObjects(content).root());
    byte[] code = new ArchiveSource(content).text().getBytes(StandardCharsets.UTF_8);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      store(zip, "data.pkl", data);
      store(zip, "code/__torch__.py", code);
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
}
