package io.sketchstream.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.FormulaWeights;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PreparedImage;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TorchEncoderTest {
  private static final EncoderOptions OPTIONS =
      new EncoderOptions(EncoderOptions.Precision.FP32, 2, EncoderOptions.Device.CPU);

  @TempDir static Path directory;
  private static ModelArtifact model;
  private static TorchEncoder encoder;

  @BeforeAll
  static void open() throws Exception {
    model = FormulaModel.write(directory);
    encoder = TorchEncoder.open(model, OPTIONS);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  private static void assertClose(Embedding wanted, Embedding found) {
    assertArrayEquals(wanted.toArray(), found.toArray(), 1e-5f);
  }

  @Test
  void givesEmbeddingsOfLengthOneAndTheModelsDimension() {
    for (Embedding embedding : encoder.encode(FormulaModel.images(5))) {
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
  void givesDifferentImagesDifferentEmbeddings() {
    List<Embedding> embeddings = encoder.encode(FormulaModel.images(2));
    assertTrue(cosine(embeddings.get(0), embeddings.get(1)) < 0.999f);
  }

  @Test
  void isIndependentOfTheBatch() {
    List<PreparedImage> images = FormulaModel.images(32);
    List<Embedding> together = encoder.encode(images);
    for (int i = 0; i < images.size(); i++) {
      assertClose(encoder.encode(List.of(images.get(i))).getFirst(), together.get(i));
    }
  }

  @Test
  void splitsBatchesThatAreTooLarge() {
    List<PreparedImage> images = FormulaModel.images(19);
    List<Embedding> embeddings = encoder.encode(images);
    assertEquals(images.size(), embeddings.size());
    assertClose(encoder.encode(List.of(images.getLast())).getFirst(), embeddings.getLast());
  }

  @Test
  void givesTheSameEmbeddingsAfterLoadingAgain() throws Exception {
    Path copy = directory.resolve("copy");
    ModelArtifact.write(
        copy,
        model.network(),
        model.weights(),
        Weights.Storage.FP32,
        ModelInput.ofSize(FormulaModel.SIZE),
        new ModelManifest.Origin(1, "none", Map.of(), Map.of(), "none"));
    try (TorchEncoder again = TorchEncoder.open(ModelArtifact.load(copy), OPTIONS)) {
      assertEquals(encoder.encode(FormulaModel.images(3)), again.encode(FormulaModel.images(3)));
    }
  }

  @Test
  void givesConcurrentCallsTheirOwnAnswers() throws Exception {
    List<PreparedImage> images = FormulaModel.images(16);
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
  void waitsForRunningCallsOnCloseAndRefusesLaterOnes() throws Exception {
    TorchEncoder closing = TorchEncoder.open(model, OPTIONS);
    CountDownLatch started = new CountDownLatch(2);
    try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int caller = 0; caller < 2; caller++) {
        calls.add(
            callers.submit(() -> {
              int done = closing.encode(FormulaModel.images(8)).size();
              started.countDown();
              while (true) {
                try {
                  done += closing.encode(FormulaModel.images(8)).size();
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
    assertThrows(IllegalStateException.class, () -> closing.encode(FormulaModel.images(1)));
  }

  @Test
  void usesConstantMemory() throws IOException {
    List<PreparedImage> images = FormulaModel.images(4);
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
  void refusesAnImageOfAnotherSize() {
    assertThrows(
        IllegalArgumentException.class,
        () -> encoder.encode(List.of(FormulaWeights.image(FormulaModel.SIZE + 1, 0))));
    assertThrows(IllegalArgumentException.class, () -> encoder.encode(List.of()));
  }

  @Test
  void embedsWithABareTrunk() throws Exception {
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

  private static double cosine(Embedding a, Embedding b) {
    return Agreement.of(new float[][] {a.toArray()}, new float[][] {b.toArray()}).cosine();
  }
}
