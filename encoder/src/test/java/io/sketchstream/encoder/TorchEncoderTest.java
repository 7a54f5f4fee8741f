package io.sketchstream.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.sketchstream.encoder.network.CpuInstructions;
import io.sketchstream.encoder.network.FormulaWeights;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.encoder.pixels.PreparedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TorchEncoderTest {
  private static final int SIZE = 64;
  private static final EncoderOptions OPTIONS =
      new EncoderOptions(EncoderOptions.Precision.FP32, 2, EncoderOptions.Device.CPU);

  @TempDir static Path directory;
  private static ModelArtifact model;
  private static TorchEncoder encoder;

  @BeforeAll
  static void open() throws Exception {
    Network network = Network.named("mobilenet_v2");
    model =
        ModelArtifact.write(
            directory,
            network,
            FormulaWeights.of(network, 32),
            Weights.Storage.FP16,
            SIZE,
            new ModelArtifact.Origin(1, "none", Map.of(), Map.of(), "none"));
    encoder = TorchEncoder.open(model, OPTIONS);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private static List<PreparedImage> images(int count) {
    return IntStream.range(0, count).mapToObj(i -> FormulaWeights.image(SIZE, i)).toList();
  }

  private static void assertClose(Embedding wanted, Embedding found) {
    assertArrayEquals(wanted.toArray(), found.toArray(), 1e-5f);
  }

  @Test
  void embeddingsHaveLengthOneAndTheModelsDimension() {
    for (Embedding embedding : encoder.encode(images(5))) {
      double squares = 0;
      for (float x : embedding.toArray()) {
        squares += x * x;
      }
      assertEquals(1, squares, 1e-5);
      assertEquals(32, embedding.dimension());
    }
    assertEquals(32, encoder.dimension());
  }

  @Test
  void differentImagesDiffer() {
    List<Embedding> embeddings = encoder.encode(images(2));
    assertTrue(embeddings.get(0).cosine(embeddings.get(1)) < 0.999f);
  }

  @Test
  void theBatchMakesNoDifference() {
    List<PreparedImage> images = images(32);
    List<Embedding> together = encoder.encode(images);
    for (int i = 0; i < images.size(); i++) {
      assertClose(encoder.encode(List.of(images.get(i))).getFirst(), together.get(i));
    }
  }

  @Test
  void largerBatchesThanTheNetworkTakesAreCut() {
    List<PreparedImage> images = images(19);
    List<Embedding> embeddings = encoder.encode(images);
    assertEquals(images.size(), embeddings.size());
    assertClose(encoder.encode(List.of(images.getLast())).getFirst(), embeddings.getLast());
  }

  @Test
  void aModelLoadedAgainGivesTheSameEmbeddings() throws Exception {
    Path copy = directory.resolve("copy");
    ModelArtifact.write(
        copy,
        model.network(),
        model.weights(),
        Weights.Storage.FP32,
        SIZE,
        new ModelArtifact.Origin(1, "none", Map.of(), Map.of(), "none"));
    try (TorchEncoder again = TorchEncoder.open(ModelArtifact.load(copy), OPTIONS)) {
      assertEquals(encoder.encode(images(3)), again.encode(images(3)));
    }
  }

  @Test
  void concurrentCallsGetTheirOwnAnswers() throws Exception {
    List<PreparedImage> images = images(16);
    List<Embedding> expected = encoder.encode(images);
    try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        int first = caller * 4;
        calls.add(
            callers.submit(() -> {
              for (int round = 0; round < 10; round++) {
                List<Embedding> found = encoder.encode(images.subList(first, first + 4));
                for (int i = 0; i < 4; i++) {
                  assertClose(expected.get(first + i), found.get(i));
                }
              }
            }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }

  @Test
  void closeWaitsForRunningCallsAndLaterOnesAreRefused() throws Exception {
    TorchEncoder closing = TorchEncoder.open(model, OPTIONS);
    CountDownLatch started = new CountDownLatch(2);
    try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int caller = 0; caller < 2; caller++) {
        calls.add(
            callers.submit(() -> {
              int done = closing.encode(images(8)).size();
              started.countDown();
              while (true) {
                try {
                  done += closing.encode(images(8)).size();
                } catch (IllegalStateException closed) {
                  return done;
                }
              }
            }));
      }
      started.await();
      closing.close();
      for (Future<Integer> call : calls) {
        assertTrue(call.get() >= 8);
      }
    }
    closing.close();
    assertThrows(IllegalStateException.class, () -> closing.encode(images(1)));
  }

  @Test
  void memoryStaysFlat() throws IOException {
    List<PreparedImage> images = images(4);
    for (int i = 0; i < 150; i++) {
      encoder.encode(images);
    }
    long before = residentBytes();
    for (int i = 0; i < 600; i++) {
      encoder.encode(images);
    }
    long grown = residentBytes() - before;
    assertTrue(grown < 48L << 20, "600 batches grew the process by " + grown + " bytes");
  }

  private static long residentBytes() throws IOException {
    String status = Files.readString(Path.of("/proc/self/status"));
    return Long.parseLong(status.replaceAll("(?s).*VmRSS:\\s+(\\d+) kB.*", "$1")) << 10;
  }

  @Test
  void autoTakesALowerPrecisionOnlyWhereTheDeviceHasIt() throws Exception {
    EncoderOptions auto = OPTIONS.withPrecision(EncoderOptions.Precision.AUTO);
    try (TorchEncoder chosen = TorchEncoder.open(model, auto)) {
      if (!CpuInstructions.haveBf16() && !CpuInstructions.haveVnni()) {
        assertEquals(Precision.FP32, chosen.precision());
      }
      List<PreparedImage> images = images(4);
      List<Embedding> exact = encoder.encode(images);
      List<Embedding> found = chosen.encode(images);
      for (int i = 0; i < images.size(); i++) {
        assertTrue(exact.get(i).cosine(found.get(i)) >= Agreement.COSINE_MIN);
      }
    }
  }

  /// With and without instructions for it; the latter takes its time.
  @Test
  void aBf16NetworkComputesNearlyWhatFp32Does() throws Exception {
    List<PreparedImage> images = images(9);
    Agreement agreement =
        Agreement.of(forward(Precision.FP32, images), forward(Precision.BF16, images));
    assertTrue(agreement.cosine() > 0.97, agreement.toString());
    // It is bf16 indeed: nothing rounds like fp32.
    assertTrue(agreement.cosine() < 0.999999, agreement.toString());
  }

  private static float[][] forward(Precision precision, List<PreparedImage> images)
      throws Exception {
    try (TorchNetwork network =
        TorchNetwork.open(model.network(), model.weights(), precision, Device.cpu())) {
      return network.forward(images);
    }
  }

  /// How much the embeddings differ depends on the weights and on the CPU.
  @Test
  void bf16IsRefusedWhereItDiffersTooMuchOrTheCpuLacksIt() throws Exception {
    EncoderOptions bf16 = OPTIONS.withPrecision(EncoderOptions.Precision.BF16);
    List<PreparedImage> samples = SamplePictures.of(SIZE);
    Agreement agreement =
        Agreement.of(forward(Precision.FP32, samples), forward(Precision.BF16, samples));
    if (CpuInstructions.haveBf16() && agreement.holds()) {
      try (TorchEncoder rounded = TorchEncoder.open(model, bf16)) {
        assertEquals(Precision.BF16, rounded.precision());
      }
    } else {
      String refusal =
          assertThrows(IllegalStateException.class, () -> TorchEncoder.open(model, bf16))
              .getMessage();
      String reason =
          CpuInstructions.haveBf16()
              ? "BF16 differs too much here: " + agreement
              : "this CPU has no bf16 instructions";
      assertEquals(reason, refusal);
    }
  }

  @Test
  void overlapAndCosineAreCounted() {
    float[][] rows = {{1, 0}, {0.8f, 0.6f}, {0, 1}};
    assertEquals(1, Agreement.of(rows, rows).overlap(), 1e-9);
    assertEquals(1, Agreement.of(rows, rows).cosine(), 1e-6);
    float[][] turned = {{1, 0}, {0.6f, 0.8f}, {0, 1}};
    assertEquals(0.96f, Agreement.of(rows, turned).cosine(), 1e-6);
  }

  @Test
  void anImageOfAnotherSizeIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> encoder.encode(List.of(FormulaWeights.image(SIZE + 1, 0))));
    assertThrows(IllegalArgumentException.class, () -> encoder.encode(List.of()));
  }

  @Test
  void aModelMayEmbedThatNeverTrained() throws Exception {
    Path bare = directory.resolve("bare");
    Files.createDirectories(bare);
    FormulaWeights.of(model.network())
        .write(bare.resolve("model.safetensors"), Weights.Storage.FP32);
    Files.writeString(bare.resolve("reference.json"), "{\"network\": \"mobilenet_v2\"}");
    ModelArtifact trunk = ModelArtifact.load(bare);
    assertFalse(trunk.manifest().isPresent());
    try (TorchEncoder embedder = TorchEncoder.open(trunk, OPTIONS)) {
      PreparedImage image = FormulaWeights.image(trunk.inputSize(), 0);
      assertEquals(1280, embedder.encode(List.of(image)).getFirst().dimension());
    }
  }
}
