package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pictures whose pixels are whole, in every format: what viewers show is taken as they show it.
/// Beside each stands one that lacks pixels.
class SideIssuesTest {
  private final ImageDecoder decoder =
      new ImageDecoder(new ImageLimits(32 << 20, 100_000_000, Duration.ofSeconds(60)));
  private final BufferedImage picture = Pictures.picture(BufferedImage.TYPE_INT_RGB);

  // WebP

  private static byte[] chunk(String type, byte[] content) {
    ByteBuffer chunk =
        ByteBuffer.allocate(8 + content.length + (content.length & 1))
            .order(ByteOrder.LITTLE_ENDIAN);
    chunk.put(type.getBytes(StandardCharsets.ISO_8859_1)).putInt(content.length).put(content);
    return chunk.array();
  }

  private static byte[] join(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  private static byte[] riff(byte[]... chunks) {
    byte[] content = join(chunks);
    return join(
        "RIFF".getBytes(StandardCharsets.ISO_8859_1),
        little(4 + content.length, 4),
        "WEBP".getBytes(StandardCharsets.ISO_8859_1),
        content);
  }

  private static byte[] little(int value, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >> 8 * i);
    }
    return bytes;
  }

  /// An animation of one frame on a canvas of 100 x 80.
  private static byte[] animated(int left, int top) {
    byte[] pixels = Arrays.copyOfRange(Pictures.resource("lossless.webp"), 12, 1 << 20);
    int size = 8 + ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    pixels = Arrays.copyOf(pixels, size + (size & 1));
    byte[] frame =
        join(
            little(left / 2, 3),
            little(top / 2, 3),
            little(Pictures.WIDTH - 1, 3),
            little(Pictures.HEIGHT - 1, 3),
            new byte[4],
            pixels);
    return riff(
        chunk("VP8X", join(new byte[] {2, 0, 0, 0}, little(99, 3), little(79, 3))),
        chunk("ANIM", new byte[6]),
        chunk("ANMF", frame));
  }

  @Test
  void showsTheFirstFrameOfAWebpAtItsPlaceOnTheCanvas() throws RefusedImageException {
    BufferedImage canvas = decoder.decode(animated(20, 30));

    assertEquals(100, canvas.getWidth());
    assertEquals(80, canvas.getHeight());
    ImageDecoderTest.assertColour(canvas, 5, 5, 0xffffff, 2);
    ImageDecoderTest.assertColour(canvas, 90, 70, 0xffffff, 2);
    ImageDecoderTest.assertIsThePicture(
        canvas.getSubimage(20, 30, Pictures.WIDTH, Pictures.HEIGHT), 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {-9, -1, 1, 2, 1000, Integer.MAX_VALUE - 100})
  void readsAWebpThatSaysAWrongSizeOfItself(int more) throws RefusedImageException {
    byte[] webp = Pictures.resource("lossless.webp");
    ByteBuffer file = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(4, file.getInt(4) + more);

    ImageDecoderTest.assertIsThePicture(decoder.decode(webp), 2);
  }

  @Test
  void readsAWebpWithoutItsPaddingAndRefusesOneWithoutItsLastByte() throws RefusedImageException {
    byte[] odd = Arrays.copyOfRange(Pictures.resource("lossless.webp"), 12, 1 << 20);
    int length = ByteBuffer.wrap(odd).order(ByteOrder.LITTLE_ENDIAN).getInt(4) | 1;
    byte[] whole = riff(chunk("VP8L", Arrays.copyOfRange(odd, 8, 8 + length)));

    ImageDecoderTest.assertIsThePicture(decoder.decode(Arrays.copyOf(whole, whole.length - 1)), 2);
    byte[] cut = Arrays.copyOf(whole, whole.length - 2);
    assertRefused("the WebP is truncated", cut);
  }

  // TIFF

  /// The picture with one more entry in its directory, whose data would lie behind the end.
  private byte[] tiff(int tag, int type, int count) {
    byte[] plain = Pictures.write(picture, "tiff");
    ByteOrder order = plain[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    ByteBuffer in = ByteBuffer.wrap(plain).order(order);
    int directory = in.getInt(4);
    int entries = in.getShort(directory);
    int end = plain.length + (plain.length & 1);
    ByteBuffer file = ByteBuffer.allocate(end + 2 + 12 * entries + 12 + 4).order(order);
    file.put(plain).putInt(4, end);
    file.position(end).putShort((short) (entries + 1));
    file.put(plain, directory + 2, 12 * entries);
    file.putShort((short) tag).putShort((short) type).putInt(count).putInt(file.capacity() - 3);
    return file.array();
  }

  @Test
  void readsATiffWhoseMetadataIsCutOff() throws RefusedImageException {
    for (int tag : new int[] {34675, 700, 33723, 34377, 65001, 50000}) {
      ImageDecoderTest.assertIsThePicture(decoder.decode(tiff(tag, 7, 5000)), 2);
      ImageDecoderTest.assertIsThePicture(decoder.decode(tiff(tag, 7, Integer.MAX_VALUE)), 2);
    }
    ImageDecoderTest.assertIsThePicture(decoder.decode(tiff(34665, 4, 1)), 2);
    ImageDecoderTest.assertIsThePicture(decoder.decode(tiff(330, 4, 2)), 2);
    assertRefused("the TIFF is truncated", tiff(347, 7, 5000));
  }

  // PNG

  @Test
  void readsAPngWithoutEndBeforeOtherData() throws RefusedImageException {
    byte[] png = Pictures.write(picture, "png");
    byte[] endless = Arrays.copyOf(png, png.length - 12);
    for (byte[] trailer :
        List.of(
            new byte[12],
            new byte[500],
            "a trailer of some tool, longer than a chunk".getBytes(StandardCharsets.US_ASCII))) {
      ImageDecoderTest.assertIsThePicture(decoder.decode(join(endless, trailer)), 2);
      ImageDecoderTest.assertIsThePicture(decoder.decode(join(png, trailer)), 2);
    }
    assertRefused("the PNG is truncated", Arrays.copyOf(png, png.length - 30));
  }

  @Test
  void leavesOutATransparencyWhoseChecksumIsWrong() throws RefusedImageException {
    byte[] png = Pictures.write(picture, "png");
    byte[] transparency = Pictures.chunk("tRNS", new byte[6]);
    transparency[transparency.length - 1] ^= 1;
    byte[] file =
        join(Arrays.copyOf(png, 33), transparency, Arrays.copyOfRange(png, 33, png.length));

    ImageDecoderTest.assertIsThePicture(decoder.decode(file), 2);
  }

  @Test
  void leavesOutATransparencyBesideTheOpacityOfThePixels() throws RefusedImageException {
    byte[] png = Pictures.write(Pictures.picture(BufferedImage.TYPE_INT_ARGB), "png");
    byte[] file =
        join(
            Arrays.copyOf(png, 33),
            Pictures.chunk("tRNS", new byte[6]),
            Arrays.copyOfRange(png, 33, png.length));

    ImageDecoderTest.assertIsThePicture(decoder.decode(file), 2);
  }

  /// Specified are two bytes; a prefix belongs to JPEG only.
  @Test
  void readsAnOrientationHoweverItIsWritten() throws RefusedImageException {
    byte[] png = Pictures.write(picture, "png");
    int turned = Pictures.HEIGHT;
    for (String entry : new String[] {"0003000000010006", "0004000000010000", "0001000000010600"}) {
      String value = entry.startsWith("0004") ? "0006" : "0000";
      byte[] exif =
          java.util.HexFormat.of()
              .parseHex("4D4D002A0000000800010112" + entry + value + "00000000");
      for (String prefix : new String[] {"", "Exif\0\0"}) {
        byte[] chunk =
            Pictures.chunk("eXIf", join(prefix.getBytes(StandardCharsets.US_ASCII), exif));
        byte[] file = join(Arrays.copyOf(png, 33), chunk, Arrays.copyOfRange(png, 33, png.length));
        assertEquals(turned, decoder.decode(file).getWidth(), entry + prefix);
      }
    }
  }

  @Test
  void namesThePngOfAnIosApp() {
    byte[] png = Pictures.write(picture, "png");
    byte[] file =
        join(
            Arrays.copyOf(png, 8),
            Pictures.chunk("CgBI", new byte[4]),
            Arrays.copyOfRange(png, 8, png.length));

    assertRefused("a PNG of an iOS app (CgBI) is not supported", file);
  }

  // JPEG

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endsAJpegWithoutEndMarkBeforeAnotherOne(boolean otherIsProgressive)
      throws RefusedImageException {
    byte[] jpeg = Pictures.jpeg(picture, true);
    byte[] other =
        Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 400, 300), otherIsProgressive);
    byte[] file = join(Arrays.copyOf(jpeg, jpeg.length - 2), new byte[700], other);

    assertArrayEquals(
        ImageScaler.bytes(decoder.decode(jpeg)), ImageScaler.bytes(decoder.decode(file)));
  }

  @Test
  void namesTheRareKindsOfJpeg() {
    assertRefused("the JPEG has 12 bits in a sample", frame(0xc1, 12));
    assertRefused("the JPEG is hierarchical", frame(0xc5, 8));
    assertRefused("the JPEG is hierarchical", frame(0xde, 8));
    assertRefused("the JPEG is a JPEG-LS", frame(0xf7, 8));
  }

  private byte[] frame(int marker, int bits) {
    byte[] jpeg = Pictures.jpeg(picture, false);
    for (int i = 2; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == -1 && jpeg[i + 1] == (byte) 0xc0) {
        jpeg[i + 1] = (byte) marker;
        jpeg[i + 4] = (byte) bits;
        return jpeg;
      }
    }
    throw new AssertionError("no frame");
  }

  // GIF and BMP

  @Test
  void readsAGifThatEndsWithItsPixels() throws RefusedImageException {
    byte[] gif = Pictures.write(picture, "gif");
    assertArrayEquals(new byte[] {0, 0x3b}, Arrays.copyOfRange(gif, gif.length - 2, gif.length));

    ImageDecoderTest.assertIsThePicture(decoder.decode(Arrays.copyOf(gif, gif.length - 1)), 2);
    ImageDecoderTest.assertIsThePicture(decoder.decode(Arrays.copyOf(gif, gif.length - 2)), 2);
    assertRefused("the GIF is truncated", Arrays.copyOf(gif, gif.length - 3));
  }

  @Test
  void countsThePixelsOfAGifThatEndsWithABlock() throws RefusedImageException {
    BufferedImage noise = new BufferedImage(200, 200, BufferedImage.TYPE_BYTE_GRAY);
    java.util.Random random = new java.util.Random(1);
    for (int i = 0; i < 200 * 200; i++) {
      noise.setRGB(i % 200, i / 200, random.nextInt(1 << 24));
    }
    byte[] gif = Pictures.write(noise, "gif");
    byte[] endless = Arrays.copyOf(gif, gif.length - 2);
    assertArrayEquals(
        ImageScaler.bytes(decoder.decode(gif)), ImageScaler.bytes(decoder.decode(endless)));

    int last = endless.length - 1; // The length of the last block, which is the only short one.
    while ((endless[last] & 0xff) != endless.length - last - 1) {
      last--;
    }
    assertRefused("the GIF is truncated", Arrays.copyOf(endless, last));
  }

  @Test
  void readsABmpWithoutThePaddingOfItsLastRow() throws RefusedImageException {
    byte[] bmp = Pictures.write(Pictures.picture(BufferedImage.TYPE_3BYTE_BGR, 49, 32), "bmp");

    assertArrayEquals(
        ImageScaler.bytes(decoder.decode(bmp)),
        ImageScaler.bytes(decoder.decode(Arrays.copyOf(bmp, bmp.length - 1))));
    assertRefused("the BMP is truncated", Arrays.copyOf(bmp, bmp.length - 2));
  }

  private void assertRefused(String start, byte[] file) {
    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(file)).getMessage();
    assertTrue(reason.startsWith(start), () -> "said: " + reason);
  }
}
