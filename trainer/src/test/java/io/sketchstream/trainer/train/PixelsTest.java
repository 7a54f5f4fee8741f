package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.PictureReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PixelsTest {
  private static final int SIZE = 4;

  private final List<Example> examples =
      IntStream.range(0, 70)
          .mapToObj(i -> new Example(Path.of(String.valueOf(i)), "class", Domain.PHOTO))
          .toList();

  @Test
  void handsOutEveryPictureInItsOrder() {
    List<Integer> seen = new ArrayList<>();
    Pixels.forEachBatch(
        examples,
        PixelsTest::numbered,
        SIZE,
        (from, count, pixels) -> {
          assertEquals(seen.size(), from);
          assertEquals(count * SIZE * SIZE * 3, pixels.length);
          for (int i = 0; i < count; i++) {
            seen.add((int) pixels[i * SIZE * SIZE * 3]);
          }
        });
    assertEquals(IntStream.range(0, 70).boxed().toList(), seen);
    Pixels.forEachBatch(
        List.of(), PixelsTest::numbered, SIZE, (_, _, _) -> seen.add(-1)); // Nothing to do.
    assertEquals(70, seen.size());
  }

  @Test
  void readsTheNextBatchWhileOneIsComputed() {
    CountDownLatch second = new CountDownLatch(1);
    PictureReader reader =
        (example, size) -> {
          if (number(example) >= 32) {
            second.countDown();
          }
          return numbered(example, size);
        };
    List<Boolean> overlapped = new ArrayList<>();
    Pixels.forEachBatch(
        examples,
        reader,
        SIZE,
        (from, _, _) -> {
          if (from == 0) {
            overlapped.add(arrives(second));
          }
        });
    assertEquals(List.of(true), overlapped);
  }

  @Test
  void endsAtAPictureThatIsNone() {
    PictureReader reader =
        (example, size) -> {
          if (number(example) == 40) {
            throw new DatasetException("40 is no picture");
          }
          return numbered(example, size);
        };
    List<Integer> begun = new ArrayList<>();
    DatasetException refused =
        assertThrows(
            DatasetException.class,
            () -> Pixels.forEachBatch(examples, reader, SIZE, (from, _, _) -> begun.add(from)));
    assertTrue(refused.getMessage().contains("40 is no picture"), refused::getMessage);
    assertEquals(List.of(0), begun);
  }

  @Test
  void endsBetweenTwoBatchesWhenInterrupted() {
    List<Integer> begun = new ArrayList<>();
    assertThrows(
        CancellationException.class,
        () ->
            Pixels.forEachBatch(
                examples,
                PixelsTest::numbered,
                SIZE,
                (from, _, _) -> {
                  begun.add(from);
                  Thread.currentThread().interrupt();
                }));
    assertTrue(Thread.interrupted());
    assertEquals(List.of(0), begun);
  }

  private static boolean arrives(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int number(Example example) {
    return Integer.parseInt(example.file().toString());
  }

  private static PreparedImage numbered(Example example, int size) {
    byte[] rgb = new byte[size * size * 3];
    Arrays.fill(rgb, (byte) number(example));
    return new PreparedImage(rgb, size);
  }
}
