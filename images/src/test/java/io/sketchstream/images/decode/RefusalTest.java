package io.sketchstream.images.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(180)
class RefusalTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @Test
  void saysThatAFileIsEmpty() {
    assertRefused("the file is empty (0 bytes)", new byte[0]);
  }

  @Test
  void saysThatAFileIsNotAnImage() {
    assertRefused("this is not an image", "Dear all, please find attached".getBytes(UTF_8));
    assertRefused("this is not an image", new byte[] {0});
    assertRefused("this is not an image", "<html><body>404</body></html>".getBytes(UTF_8));
    assertRefused("an SVG drawing is not a photo", "<svg/>".getBytes(UTF_8));
  }

  @Test
  void saysThatAFileIsTooLarge() {
    ImageDecoder small = new ImageDecoder(new ImageLimits(1000, 100, Duration.ofSeconds(10)));

    String reason = reason(small, new byte[1001]);

    assertEquals("the file has 1,001 bytes; at most 1,000 are accepted", reason);
  }

  @Test
  void saysThatAnImageHasTooManyPixels() {
    ImageDecoder small = new ImageDecoder(new ImageLimits(100_000, 100, Duration.ofSeconds(10)));

    for (Map.Entry<String, byte[]> file : valid().entrySet()) {
      assertEquals(
          "the image has 48 x 32 pixels; at most 100 in all are accepted",
          reason(small, file.getValue()),
          file.getKey());
    }
  }

  @Test
  void checksTheSizeOfABombBeforeDecoding() {
    byte[] pixels = new byte[2 << 20];
    byte[] bomb =
        Pictures.png(Pictures.header(30_000, 30_000, 8, 2), Pictures.chunk("IDAT", pixels));
    long before = allocated();

    assertRefused("the image has 30,000 x 30,000 pixels", bomb);

    long used = allocated() - before;
    assertTrue(used < 4L * bomb.length, "took " + used + " bytes");
  }

  @Test
  void decodesALargeJpegWithinTheMemoryOfItsResult() throws RefusedImageException {
    byte[] large = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_3BYTE_BGR, 6000, 4000), false);

    BufferedImage image = decoder.decodeReduced(large, 256, 2048);

    assertEquals(2000, image.getWidth());
    assertEquals(1334, image.getHeight());
  }

  /// Every format, cut at many places: never a picture with made-up pixels, never another
  /// exception.
  @ParameterizedTest
  @MethodSource("names")
  void refusesATruncatedFile(String name) {
    byte[] file = valid().get(name);
    for (int length = 0; length < file.length; length += 1 + file.length / 97) {
      byte[] cut = Arrays.copyOf(file, length);
      try {
        BufferedImage image = decoder.decode(cut);
        // What follows the pixels may be missing: an end mark, further frames.
        assertEquals(image(file), image(image), name + " cut at " + length + " of " + file.length);
      } catch (RefusedImageException refused) {
        assertTrue(refused.getMessage().length() > 10);
      }
    }
  }

  private int image(byte[] file) {
    try {
      return image(decoder.decode(file));
    } catch (RefusedImageException e) {
      throw new AssertionError(e);
    }
  }

  private static int image(BufferedImage image) {
    return Arrays.hashCode(ImageScaler.bytes(image));
  }

  @Test
  void refusesAJpegWithMissingPixels() {
    byte[] file = valid().get("baseline.jpg");

    assertRefused(
        "the JPEG is truncated or has a gap: pixels are missing",
        Arrays.copyOf(file, file.length - 20));
    assertRefused(
        "the JPEG is truncated or has a gap: pixels are missing",
        Arrays.copyOf(file, file.length / 2 + 300));
    assertRefused("the JPEG is truncated", Arrays.copyOf(file, 100));
  }

  @Test
  void refusesAJpegWhoseMiddleIsMissing() {
    BufferedImage noise = new BufferedImage(200, 200, BufferedImage.TYPE_3BYTE_BGR);
    java.util.Random random = new java.util.Random(1);
    for (int i = 0; i < 200 * 200; i++) {
      noise.setRGB(i % 200, i / 200, random.nextInt());
    }
    byte[] file = Pictures.jpeg(noise, false);
    byte[] cut = Arrays.copyOf(file, file.length / 2);
    cut[cut.length - 2] = (byte) 0xff;
    cut[cut.length - 1] = (byte) 0xd9;

    assertRefused("the JPEG is truncated or has a gap: pixels are missing", cut);
  }

  @Test
  void refusesAJpegWithThousandsOfScans() {
    byte[] file = valid().get("progressive.jpg");
    byte[] bomb = Arrays.copyOf(file, file.length + 10_000);
    ByteBuffer tail = ByteBuffer.wrap(bomb, file.length - 2, 10_002);
    while (tail.remaining() > 16) {
      tail.put(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 1, 63, 0, 0, 0});
    }
    tail.put(new byte[] {(byte) 0xff, (byte) 0xd9});

    assertRefused("the JPEG has more than 200 scans", bomb);
  }

  @Test
  void refusesImagesWithoutPixels() {
    byte[] gif = valid().get("java.gif").clone();
    int frame = new String(gif, ISO_8859_1).indexOf("\u002c\0\0\0\0");
    ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(frame + 5, (short) 0);

    assertRefused("the image has no pixels (0 x 32)", gif);
    assertRefused(
        "the image has no pixels (0 x 7)",
        Pictures.png(Pictures.header(0, 7, 8, 2), Pictures.chunk("IDAT", new byte[10])));
  }

  @Test
  void decodesAGifWhoseScreenIsHuge() throws RefusedImageException {
    byte[] gif = valid().get("java.gif").clone();
    ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) -1);
    ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(8, (short) -1);

    assertEquals(Pictures.WIDTH, decoder.decode(gif).getWidth());
  }

  @Test
  void refusesAWebpWhoseFrameIsLargerThanDeclared() {
    byte[] webp = valid().get("lossless.webp").clone();
    int frame = new String(webp, ISO_8859_1).indexOf("VP8L") + 8;
    ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).putInt(frame + 1, 0x0fffffff);

    assertRefused("the image has 16,384 x 16,384 pixels", webp);
  }

  @Test
  void refusesADamagedPngByItsChecksum() {
    byte[] png = valid().get("java.png").clone();
    png[png.length - 30] ^= 1;

    assertRefused("the PNG is damaged: a checksum does not match", png);
  }

  @Test
  void ignoresCompressedCommentsThatInflate() throws RefusedImageException {
    byte[] swollen = Pictures.hugePng(20_000, 3_000); // Its pixels serve as a long text.
    byte[] comment = Arrays.copyOfRange(swollen, 41, swollen.length - 16);
    byte[] text = new byte[comment.length + 5];
    System.arraycopy(new byte[] {'n', 'o', 't', 0, 0}, 0, text, 0, 5);
    System.arraycopy(comment, 0, text, 5, comment.length);
    byte[] png = valid().get("java.png");
    ByteBuffer file = ByteBuffer.allocate(png.length + text.length + 12);
    file.put(png, 0, 33).put(Pictures.chunk("zTXt", text)).put(png, 33, png.length - 33);

    ImageDecoderTest.assertIsThePicture(decoder.decode(file.array()), 2);
  }

  @Test
  void stopsADecoderThatTakesTooLong() {
    ImageDecoder hasty = new ImageDecoder(new ImageLimits(1 << 30, 1 << 30, Duration.ofMillis(20)));
    byte[] slow = Pictures.hugePng(3500, 3500);

    assertEquals("decoding takes longer than 20 ms", reason(hasty, slow));
  }

  @Test
  void leavesNoThreadsBehind() throws InterruptedException {
    ImageLimits limits = new ImageLimits(1 << 30, 1 << 30, Duration.ofMillis(20));
    DecodePool pool = new DecodePool(limits, 2);
    ImageDecoder hasty = new ImageDecoder(limits, pool);
    byte[] slow = Pictures.hugePng(3500, 3500);

    for (int i = 0; i < 10; i++) {
      assertEquals("decoding takes longer than 20 ms", reason(hasty, slow));
      assertTrue(pool.threads() <= 2, pool.threads() + " threads");
    }

    // The last ones notice that nobody waits for them.
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (pool.busy() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(0, pool.busy());
  }

  @Test
  void doesNotRefuseAnImageWhenInterrupted() {
    Thread.currentThread().interrupt();

    assertThrows(CancellationException.class, () -> decoder.decode(valid().get("baseline.jpg")));

    assertTrue(Thread.interrupted(), "still interrupted");
  }

  private void assertRefused(String start, byte[] file) {
    String reason = reason(decoder, file);
    assertTrue(reason.startsWith(start), () -> "said: " + reason);
  }

  private static String reason(ImageDecoder decoder, byte[] file) {
    return assertThrows(RefusedImageException.class, () -> decoder.decode(file)).getMessage();
  }

  private static long allocated() {
    long sum = 0;
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  static java.util.Set<String> names() {
    return valid().keySet();
  }

  /// The test picture in every format, by name.
  static Map<String, byte[]> valid() {
    Map<String, byte[]> files = new TreeMap<>();
    BufferedImage picture = Pictures.picture(BufferedImage.TYPE_INT_RGB);
    files.put("baseline.jpg", Pictures.jpeg(picture, false));
    files.put("java.png", Pictures.write(picture, "png"));
    files.put("java.gif", Pictures.write(picture, "gif"));
    files.put("java.bmp", Pictures.write(picture, "bmp"));
    files.put("java.tiff", Pictures.write(picture, "tiff"));
    for (String name :
        new String[] {
          "progressive.jpg", "cmyk.jpg", "lossy.webp", "lossless.webp", "animated.webp"
        }) {
      files.put(name, Pictures.resource(name));
    }
    return files;
  }
}
