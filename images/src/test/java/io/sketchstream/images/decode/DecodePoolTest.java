package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.Patience;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.DecoderUnavailableException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DecodePoolTest {
  private static final Patience SHORT = Patience.urgent(Duration.ofMillis(50));
  private static final Patience UNHURRIED_SHORT = new Patience(Duration.ofMillis(50), false);

  /// In a hurry, but with time to wait on a busy machine.
  private static final Patience PATIENT = Patience.urgent(Duration.ofMinutes(1));

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @Test
  void whateverALibraryThrowsIsARefusal() throws Exception {
    DecodePool pool = new DecodePool(ImageLimits.DEFAULT, 1);
    for (Throwable thrown :
        new Throwable[] {
          new IllegalStateException("as libraries do"),
          new StackOverflowError(),
          new OutOfMemoryError()
        }) {
      RefusedImageException refused =
          assertThrows(
              RefusedImageException.class,
              () -> pool.run(1, Patience.UNHURRIED, _ -> sneak(thrown)));
      assertEquals(thrown, refused.getCause());
    }
    assertEquals("an image", pool.run(1, Patience.UNHURRIED, _ -> "an image"), "its place is free");
  }

  @Test
  void waitsForAPlaceNoLongerThanItsCaller() throws Exception {
    DecodePool pool = new DecodePool(ImageLimits.DEFAULT, 1);
    whileRunning(
        pool,
        1,
        Patience.UNHURRIED,
        () ->
            assertThrows(
                DecoderUnavailableException.class, () -> pool.run(1, SHORT, _ -> "an image")));
    assertEquals("an image", pool.run(1, Patience.UNHURRIED, _ -> "an image"));
  }

  @Test
  void allPoolsShareTheMemory() throws Exception {
    DecodePool one = new DecodePool(ImageLimits.DEFAULT, 2);
    DecodePool other = new DecodePool(ImageLimits.DEFAULT, 2);
    whileRunning(
        one,
        2 * DecodeCost.TOTAL_MAX,
        PATIENT,
        () -> {
          for (Patience patience : List.of(SHORT, UNHURRIED_SHORT)) {
            assertThrows(
                DecoderUnavailableException.class, () -> other.run(1, patience, _ -> "an image"));
          }
        });
    assertEquals("an image", other.run(1, Patience.UNHURRIED, _ -> "an image"));
  }

  /// As a search while many photos are imported.
  @Test
  void someMemoryIsOnlyForCallersInAHurry() throws Exception {
    DecodePool one = new DecodePool(ImageLimits.DEFAULT, 2);
    DecodePool other = new DecodePool(ImageLimits.DEFAULT, 2);
    whileRunning(
        one,
        2 * DecodeCost.TOTAL_MAX,
        Patience.UNHURRIED,
        () -> {
          assertThrows(
              DecoderUnavailableException.class,
              () -> other.run(1, UNHURRIED_SHORT, _ -> "an image"));
          assertEquals("an image", other.run(DecodeCost.TOTAL_MAX / 2, PATIENT, _ -> "an image"));
        });
    assertEquals("an image", other.run(1, Patience.UNHURRIED, _ -> "an image"));
  }

  /// There are always some microseconds less left than the limit.
  @Test
  void aFileThatHadItsTimeIsRefusedInAHurry() {
    ImageLimits limits = new ImageLimits(1 << 20, 1 << 20, Duration.ofSeconds(1));
    DecodePool pool = new DecodePool(limits, 1);
    CountDownLatch end = new CountDownLatch(1);
    try {
      RefusedImageException refused =
          assertThrows(
              RefusedImageException.class,
              () -> pool.run(1, Patience.urgent(limits.decodeMax()), _ -> await(end, "an image")));
      assertEquals("decoding takes longer than 1 s", refused.getMessage());
    } finally {
      end.countDown();
    }
  }

  @Test
  void aFileIsNotAtFaultForACallerInAHurry() {
    DecodePool pool = new DecodePool(ImageLimits.DEFAULT, 1);
    CountDownLatch never = new CountDownLatch(1);
    assertThrows(
        DecoderUnavailableException.class, () -> pool.run(1, SHORT, _ -> await(never, "an image")));
    never.countDown();
  }

  /// The reader allocates rows of 256 MB, whatever part of them is kept.
  @Test
  void endlessRowsAreNotReadHere() throws Exception {
    byte[] row = png(32_000_000, 1, 16, 6);
    assertFalse(
        DecodeCost.of(decoder.open(row), Decoding.CANONICAL).isLow(), "not in this process");
    assertTrue(DecodeCost.of(decoder.open(png(3000, 4000, 8, 6)), Decoding.CANONICAL).isLow());
    assertFalse(decoder.decodesHere(png(8000, 8000, 8, 6)), "a drawing keeps every pixel");
    assertTrue(decoder.decodesHere(png(2000, 2000, 8, 6)));
  }

  /// However much is left out of the result, all of a picture that comes in many scans is kept.
  @Test
  void theCoefficientsOfAProgressiveJpegCount() throws Exception {
    byte[] baseline = Pictures.jpeg(picture(2000, 1990), false);
    byte[] progressive = Pictures.jpeg(picture(2000, 1990), true);
    long atOnce = DecodeCost.of(decoder.open(baseline), Decoding.CANONICAL).total();
    long inScans = DecodeCost.of(decoder.open(progressive), Decoding.CANONICAL).total();
    assertEquals(2016L * 2016 * 3 * 2, inScans - atOnce);
    assertTrue(decoder.decodesHere(progressive), "a usual picture stays in this process");
  }

  @Test
  void onlyCanonicalImagesAreDecodedWithoutLimits() throws Exception {
    byte[] canonical = Pictures.jpeg(picture(700, 256), false);
    byte[] square = Pictures.jpeg(picture(2048, 2048), false);
    byte[] large = Pictures.jpeg(picture(4000, 4000), false);

    assertEquals(700, decoder.decodeHere(canonical).getWidth());
    assertEquals(1024, decoder.decodeHere(square).getWidth(), "its shorter side is too long");
    int side = decoder.decodeHere(large).getWidth();
    assertTrue(side >= 1024 && side <= 2048, side + " pixels");
  }

  private interface Check {
    void run() throws Exception;
  }

  private static void whileRunning(DecodePool pool, long bytes, Patience patience, Check check)
      throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService caller = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> running =
          caller.submit(() ->
              pool.run(
                  bytes,
                  patience,
                  _ -> {
                    started.countDown();
                    return await(end, "done");
                  }));
      started.await();
      try {
        check.run();
      } finally {
        end.countDown();
      }
      assertEquals("done", running.get());
    }
  }

  private static String await(CountDownLatch latch, String result) {
    try {
      latch.await();
      return result;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> String sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }

  private static BufferedImage picture(int width, int height) {
    return Pictures.picture(BufferedImage.TYPE_3BYTE_BGR, width, height);
  }

  /// Only its header counts here.
  private static byte[] png(int width, int height, int bits, int type) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(0);
    }
    return Pictures.png(
        Pictures.header(width, height, bits, type), Pictures.chunk("IDAT", packed.toByteArray()));
  }
}
