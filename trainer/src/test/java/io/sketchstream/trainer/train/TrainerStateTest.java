package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Determinism, checkpoints, frozen stages and memory of a training.
final class TrainerStateTest extends TrainerFixture {
  @Test
  void givesTheSameWeightsOnlyForTheSameSeed() throws BrokenModelException, InterruptedException {
    Weights first = trained(varied(3));
    assertSame(first, trained(varied(3)));
    Weights other = trained(varied(3).with(Map.of("seed", "2")));
    assertFalse(
        Arrays.equals(
            first.get(Network.EMBEDDING_WEIGHT).values(),
            other.get(Network.EMBEDDING_WEIGHT).values()));
  }

  private static Weights trained(TrainingConfig config)
      throws BrokenModelException, InterruptedException {
    try (Trainer trainer = start(config)) {
      trainer.train(_ -> {});
      return trainer.result();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void resumesToTheBit(boolean trainedHead)
      throws BrokenModelException, InterruptedException, IOException {
    TrainingConfig config =
        varied(4).with(Map.of("objectives.trainedHead", String.valueOf(trainedHead)));
    Path file = folder.resolve("checkpoint.safetensors");
    try (Trainer trainer = start(config)) {
      trainer.trainUntil(2, _ -> {});
      trainer.writeCheckpoint(file);
    }
    Weights resumed;
    TrainingInput input = input(.25f);
    Trainer.Prepared prepared =
        Trainer.prepare(config, input, initial, Optional.empty(), TrainingProgress.SILENT);
    try (Trainer trainer = Trainer.resume(config, input, prepared, Weights.read(file))) {
      assertEquals(2, trainer.iteration());
      trainer.train(_ -> {});
      resumed = trainer.result();
    }
    assertSame(trained(config), resumed);
  }

  @Test
  void keepsFrozenStages() throws BrokenModelException, InterruptedException {
    Weights trained = trained(varied(2).with(Map.of("frozenStages", "3")));
    String frozen = "features.2.conv.2.weight";
    String free = "features.3.conv.2.weight";
    assertArrayEquals(initial.get(frozen).values(), trained.get(frozen).values());
    assertFalse(Arrays.equals(initial.get(free).values(), trained.get(free).values()));
  }

  /// With settings of its own, every network trains a good part of its trunk.
  @Test
  void neverFreezesAllStages() throws BrokenModelException {
    TrainingConfig standard = Recipe.STANDARD.config();
    assertEquals(4, standard.frozenStagesOf(Network.named("efficientnet_lite2")));
    assertEquals(2, standard.frozenStagesOf(Network.named("resnet50")));
    TrainingConfig all = standard.with(Map.of("frozenStages", "5"));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> all.frozenStagesOf(Network.named("resnet50")));
    assertTrue(refused.getMessage().contains("5 stages"), refused.getMessage());
  }

  /// Stages that are not trained run as serving runs them, and give the same features.
  @Test
  void givesTheSameFeaturesWithFrozenStages() throws BrokenModelException {
    Network network = Network.named("efficientnet_lite0");
    Weights random = RandomWeights.of(network, 2);
    byte[] pixels = Pixels.of(pictures.photos(), READER, 64);
    float[] trained = features(network, random, 0, pixels);
    float[] frozen = features(network, random, 4, pixels);
    double largest = 0;
    for (float value : trained) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertTrue(largest > 0);
    assertArrayEquals(trained, frozen, (float) (largest * 1e-4));
  }

  private static float[] features(Network network, Weights weights, int frozen, byte[] pixels)
      throws BrokenModelException {
    try (TrainableNetwork loaded = TrainableNetwork.load(network, weights, frozen);
        var manager = ai.djl.ndarray.NDManager.newBaseManager()) {
      return loaded
          .forward(manager, pixels, pixels.length / 64 / 64 / 3, 64)
          .stopGradient()
          .toFloatArray();
    }
  }

  /// A batch's activations are megabytes: one that stays behind shows at once, and in each part.
  /// The benchmark `memory` looks for smaller leaks over thousands of batches.
  @Test
  void usesConstantMemory() throws BrokenModelException, InterruptedException {
    try (Trainer trainer = start(varied(80))) {
      trainer.trainUntil(20, _ -> {});
      List<Long> growth = new ArrayList<>();
      for (int end = 40; end <= 80; end += 20) {
        long before = nativeKib();
        trainer.trainUntil(end, _ -> {});
        growth.add(nativeKib() - before);
      }
      assertTrue(
          Collections.min(growth) < 8 << 10,
          () -> "each 20 batches left something behind, in KiB: " + growth);
    }
  }

  /// What malloc has given out and not got back, in all arenas: without Java's heap, which grows
  /// and shrinks as the collector likes.
  private static long nativeKib() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> mallinfo = linker.defaultLookup().find("mallinfo2");
    Assumptions.assumeTrue(mallinfo.isPresent(), "skipped: the C library has no mallinfo2");
    StructLayout layout =
        MemoryLayout.structLayout(
            Stream.of(
                    "arena",
                    "ordblks",
                    "smblks",
                    "hblks",
                    "hblkhd",
                    "usmblks",
                    "fsmblks",
                    "uordblks",
                    "fordblks",
                    "keepcost")
                .map(ValueLayout.JAVA_LONG::withName)
                .toArray(MemoryLayout[]::new));
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle call = linker.downcallHandle(mallinfo.get(), FunctionDescriptor.of(layout));
      var info = (MemorySegment) call.invokeExact((SegmentAllocator) arena);
      long inUse =
          (long) layout.varHandle(PathElement.groupElement("uordblks")).get(info, 0L)
              + (long) layout.varHandle(PathElement.groupElement("hblkhd")).get(info, 0L);
      return inUse >> 10;
    } catch (Throwable e) {
      throw new IllegalStateException("mallinfo2 cannot be called", e);
    }
  }

  /// A pause between two iterations reads no picture again.
  @Test
  void readsEachPictureOnceHoweverOftenItPauses()
      throws BrokenModelException, InterruptedException {
    AtomicInteger reads = new AtomicInteger();
    TrainingInput quiet = input(.25f);
    TrainingConfig config = varied(6);
    TrainingInput counted =
        new TrainingInput(
            pictures,
            List.of(),
            (example, size) -> {
              reads.incrementAndGet();
              return READER.read(example, size);
            },
            quiet.teacher());
    Trainer.Prepared prepared =
        Trainer.prepare(config, quiet, initial, Optional.empty(), TrainingProgress.SILENT);
    Weights paused;
    try (Trainer trainer = Trainer.start(config, counted, prepared)) {
      for (int end = 1; end <= 6; end++) {
        trainer.trainUntil(end, _ -> {});
      }
      assertThrows(IllegalArgumentException.class, () -> trainer.trainUntil(7, _ -> {}));
      paused = trainer.result();
    }
    int batch = 2 * config.classesPerBatch() * config.picturesPerDomain();
    assertEquals(6 * batch, reads.get());
    assertSame(trained(config), paused);
  }

  /// Thousands of iterations show what one leaves behind; counting does at once.
  @Test
  void keepsNoArrayAfterAnIteration() throws BrokenModelException, InterruptedException {
    try (Trainer trainer = start(repeatedBatch(5))) {
      trainer.trainUntil(2, _ -> {});
      int kept = trainer.arraysKept();
      trainer.trainUntil(5, _ -> {});
      assertEquals(kept, trainer.arraysKept());
    }
  }

  private static void assertSame(Weights expected, Weights actual) {
    assertEquals(expected.names(), actual.names());
    for (String name : expected.names()) {
      assertArrayEquals(expected.get(name).values(), actual.get(name).values(), name);
    }
  }
}
