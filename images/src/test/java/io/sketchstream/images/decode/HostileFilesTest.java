package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageHeader;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.images.sketch.SketchRenderer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Small files that make a decoder take all memory or all time. Each ends as a refusal that says
/// why, or as the picture it holds, and this process is none the worse.
@Timeout(120)
class HostileFilesTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final byte[] hugeProfile =
      ByteBuffer.allocate(132)
          .putInt(0, Integer.MAX_VALUE)
          .put(12, "mntrRGB XYZ ".getBytes(StandardCharsets.US_ASCII))
          .put(36, "acsp".getBytes(StandardCharsets.US_ASCII))
          .array();

  @Test
  void acceptsPicturesWhoseProfileClaimsTwoGigabytes() throws RefusedImageException {
    byte[] jpeg = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB), false);
    ImageDecoderTest.assertIsThePicture(
        decoder.decode(JpegRepairTest.withProfile(jpeg, hugeProfile)), 12);
    ImageDecoderTest.assertIsThePicture(decoder.decode(webpWithProfile()), 30);
    ImageDecoderTest.assertIsThePicture(decoder.decode(tiffWithProfile()), 2);
  }

  @Test
  void acceptsCmykWithAnUnusableProfile() throws RefusedImageException {
    byte[] cmyk = JpegRepairTest.withProfile(Pictures.resource("cmyk.jpg"), hugeProfile);

    assertFalse(ImageHeader.read(cmyk).plain());
    ImageDecoderTest.assertIsThePicture(decoder.decode(cmyk), 70);
  }

  /// Each would be remembered in many times its own bytes.
  @Test
  void refusesAJpegOfTinyTables() {
    ByteBuffer jpeg = ByteBuffer.allocate(1 << 16).putShort((short) 0xffd8);
    while (jpeg.remaining() > 4) {
      jpeg.putShort((short) 0xffdb).putShort((short) 2);
    }

    assertRefused("the JPEG has more than 4000 tables and scans", jpeg.array());
  }

  @Test
  void refusesDuplicateTags() {
    assertRefused(
        "the TIFF is damaged: tag 256 is duplicated",
        tiff(entry(256, 4, 46_000), entry(256, 4, 1)));
  }

  @Test
  void countsTheBytesOfPixels() {
    assertRefused(
        "the pixels of the image take 1,152,000,000 bytes",
        tiff(entry(256, 4, 6000), entry(257, 4, 6000), entry(258, 3, 32), entry(277, 3, 8)));
  }

  /// The header says 8 x 8; the JPEG within is of another size.
  @Test
  void refusesAJpegInATiffOfAnotherSize() {
    byte[] inner = Pictures.hugePng(10, 10);
    String reason =
        reason(
            tiff(
                entry(256, 4, 8),
                entry(257, 4, 8),
                entry(259, 3, 7),
                entry(273, 4, 8),
                entry(279, 4, inner.length)));
    assertFalse(reason.isBlank());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <pattern id='p' width='11900' height='11900' patternUnits='userSpaceOnUse'><rect width='9' height='9'/></pattern><rect width='200' height='200' fill='url(#p)'/> | decoding takes
          <path d='M0 0 C1000 0 0 1000 200 200' stroke='black' stroke-width='2' fill='none' stroke-dasharray='0.00001 0.00001'/> | longer
          <g transform='scale(1e7)'><path d='M0 0 L9 9' stroke='black' stroke-dasharray='0.0000001'/></g> | any
          <mask id='m' width='90000' height='90000' maskUnits='userSpaceOnUse'><rect width='90000' height='90000' fill='white'/></mask><rect width='20' height='20' mask='url(#m)'/> | any
          """)
  void survivesEndlessDrawings(String content, String reason) {
    SketchRenderer hasty =
        new SketchRenderer(
            new ImageLimits(1 << 20, 1 << 20, Duration.ofSeconds(3)), SketchFit.SQUARE);
    byte[] svg =
        ("<svg xmlns='http://www.w3.org/2000/svg' width='200' height='200'>" + content + "</svg>")
            .getBytes(StandardCharsets.UTF_8);
    try {
      hasty.render(Pictures.sketch(svg), 64);
      assertEquals("any", reason, "was drawn");
    } catch (RefusedImageException e) {
      assertTrue(reason.equals("any") || e.getMessage().contains(reason), e::getMessage);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
            + "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;'>"
            + "<!ENTITY e '&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;'>]>&f;",
        "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>&x;",
        "<!DOCTYPE svg [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'> %x;]>",
        "<!DOCTYPE svg [<!ENTITY a '&a;'>]>&a;",
        "<!DOCTYPE svg [",
        "&undeclared;"
      })
  void refusesEntitiesThatSwellOrLieElsewhere(String start) {
    String type = start.contains("]>") ? start.substring(0, start.indexOf("]>") + 2) : start;
    String use = start.substring(type.length());
    String svg = type + "<svg xmlns='http://www.w3.org/2000/svg'><text>" + use + "</text></svg>";

    assertThrows(
        RefusedImageException.class,
        () ->
            new SketchRenderer().render(Pictures.sketch(svg.getBytes(StandardCharsets.UTF_8)), 64));
  }

  private byte[] webpWithProfile() {
    byte[] webp = Pictures.resource("lossless.webp");
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    int size = webp.length - 12 + 18 + 8 + hugeProfile.length;
    file.writeBytes(
        little(12)
            .put("RIFF".getBytes(StandardCharsets.US_ASCII))
            .putInt(4 + size)
            .put("WEBP".getBytes(StandardCharsets.US_ASCII))
            .array());
    ByteBuffer extended = little(18).put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10);
    extended
        .putInt(0x20)
        .put((byte) (Pictures.WIDTH - 1))
        .put((byte) 0)
        .put((byte) 0)
        .put((byte) (Pictures.HEIGHT - 1));
    file.writeBytes(extended.array());
    file.writeBytes(
        little(8)
            .put("ICCP".getBytes(StandardCharsets.US_ASCII))
            .putInt(hugeProfile.length)
            .array());
    file.writeBytes(hugeProfile);
    file.write(webp, 12, webp.length - 12);
    return file.toByteArray();
  }

  private byte[] tiffWithProfile() {
    byte[] tiff = Pictures.write(Pictures.picture(BufferedImage.TYPE_INT_RGB), "tiff");
    ByteOrder order = tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    ByteBuffer in = ByteBuffer.wrap(tiff).order(order);
    int directory = in.getInt(4);
    int count = in.getShort(directory);
    ByteBuffer longer =
        ByteBuffer.allocate(tiff.length + hugeProfile.length + 2 + 12 * (count + 1) + 4)
            .order(order);
    longer.put(tiff).put(hugeProfile).putInt(4, tiff.length + hugeProfile.length);
    longer.putShort((short) (count + 1)).put(tiff, directory + 2, 12 * count);
    longer
        .putShort((short) 34675)
        .putShort((short) 7)
        .putInt(hugeProfile.length)
        .putInt(tiff.length);
    return longer.array();
  }

  private record Entry(int tag, int type, int value) {}

  private static Entry entry(int tag, int type, int value) {
    return new Entry(tag, type, value);
  }

  private static byte[] tiff(Entry... entries) {
    ByteBuffer file = little(8 + 2 + 12 * entries.length + 4);
    file.put((byte) 'I')
        .put((byte) 'I')
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) entries.length);
    for (Entry entry : entries) {
      file.putShort((short) entry.tag())
          .putShort((short) entry.type())
          .putInt(1)
          .putInt(entry.value());
    }
    return file.array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void assertRefused(String start, byte[] file) {
    String reason = reason(file);
    assertTrue(reason.startsWith(start), reason);
  }

  private String reason(byte[] file) {
    return assertThrows(RefusedImageException.class, () -> decoder.decode(file)).getMessage();
  }
}
