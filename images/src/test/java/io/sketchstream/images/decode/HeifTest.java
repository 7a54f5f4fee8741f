package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageHeader;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeifTest {
  private final ImageDecoder decoder =
      new ImageDecoder(new ImageLimits(1 << 20, 4_000_000, Duration.ofSeconds(60)));

  @ParameterizedTest
  @ValueSource(strings = {"picture.heic", "picture.avif"})
  void readsThePhotosOfPhones(String name) throws RefusedImageException {
    assumeTrue(Heif.find().isPresent(), "skipped: libheif is not installed");

    ImageDecoderTest.assertIsThePicture(decoder.decode(Pictures.resource(name)), 60);
  }

  /// Phones write Display P3; here a profile that swaps red and green, which nobody can miss.
  @Test
  void appliesTheColourProfile() throws RefusedImageException {
    assumeTrue(Heif.find().isPresent(), "skipped: libheif is not installed");
    ICC_Profile profile =
        ICC_Profile.getInstance(ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData());
    byte[] red = profile.getData(ICC_Profile.icSigRedColorantTag);
    profile.setData(
        ICC_Profile.icSigRedColorantTag, profile.getData(ICC_Profile.icSigGreenColorantTag));
    profile.setData(ICC_Profile.icSigGreenColorantTag, red);

    BufferedImage image =
        decoder.decode(withProfile(Pictures.resource("picture.heic"), profile.getData()));

    ImageDecoderTest.assertColour(image, image.getWidth() / 2, 3, 0xff0000, 60);
    ImageDecoderTest.assertColour(image, 10, image.getHeight() - 8, 0x00ff00, 60);
    ImageDecoderTest.assertColour(
        image, image.getWidth() - 10, image.getHeight() - 8, 0x0000ff, 60);
  }

  /// The same file with one more property of its picture. The new description stands at the end of
  /// the file, so that the places of the pixels stay.
  private static byte[] withProfile(byte[] heic, byte[] profile) {
    ByteBuffer in = ByteBuffer.wrap(heic);
    int meta = in.getInt(0);
    int metaSize = in.getInt(meta);
    int iprp = find(in, meta + 12, meta + metaSize, "iprp");
    int ipco = find(in, iprp + 8, iprp + in.getInt(iprp), "ipco");
    int ipma = find(in, iprp + 8, iprp + in.getInt(iprp), "ipma");
    int ipcoEnd = ipco + in.getInt(ipco);
    int count = 0;
    for (int at = ipco + 8; at < ipcoEnd; at += in.getInt(at)) {
      count++;
    }
    int more = 12 + profile.length;
    ByteBuffer out = ByteBuffer.allocate(heic.length + metaSize + more + 1);
    out.put(heic).put(heic, meta, ipcoEnd - meta);
    out.putInt(more).put("colrprof".getBytes(StandardCharsets.ISO_8859_1)).put(profile);
    // Box and version, count of entries; of each entry an id, a count and so many properties. The
    // second is that of the item that is shown.
    int associations = ipma + 18 + 1 + in.get(ipma + 18) + 2;
    out.put(heic, ipcoEnd, associations + 1 + in.get(associations) - ipcoEnd);
    out.put((byte) (count + 1));
    int rest = associations + 1 + in.get(associations);
    out.put(heic, rest, meta + metaSize - rest);
    int moved = heic.length - meta;
    out.putInt(moved + meta, metaSize + more + 1);
    out.putInt(moved + iprp, in.getInt(iprp) + more + 1);
    out.putInt(moved + ipco, in.getInt(ipco) + more);
    out.putInt(moved + ipma + more, in.getInt(ipma) + 1);
    out.put(moved + associations + more, (byte) (in.get(associations) + 1));
    out.put(meta + 4, "free".getBytes(StandardCharsets.ISO_8859_1));
    return out.array();
  }

  @Test
  void passesOverABoxWhoseSizeTakes64Bits() throws RefusedImageException {
    byte[] heic = Pictures.resource("picture.heic");
    int meta = ByteBuffer.wrap(heic).getInt(0);
    int size = ByteBuffer.wrap(heic).getInt(meta);
    ByteBuffer moved = ByteBuffer.allocate(heic.length + size).put(heic).put(heic, meta, size);
    moved.putInt(meta, 1).put(meta + 4, "free".getBytes(StandardCharsets.ISO_8859_1));
    moved.putLong(meta + 8, size);

    assertEquals(ImageHeader.read(heic).size(), ImageHeader.read(moved.array()).size());
    assumeTrue(Heif.find().isPresent(), "skipped: libheif is not installed");
    ImageDecoderTest.assertIsThePicture(decoder.decode(moved.array()), 60);
  }

  private static int find(ByteBuffer in, int from, int end, String type) {
    for (int at = from; at < end; at += in.getInt(at)) {
      byte[] name = new byte[4];
      in.get(at + 4, name);
      if (new String(name, StandardCharsets.ISO_8859_1).equals(type)) {
        return at;
      }
    }
    throw new AssertionError("no " + type);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 100, 300, 400})
  void refusesACutFile(int length) {
    byte[] cut = java.util.Arrays.copyOf(Pictures.resource("picture.heic"), length);

    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(cut)).getMessage();

    assertTrue(reason.startsWith("the HEIC or AVIF") || reason.contains("libheif"), reason);
  }

  @Test
  void checksTheSizeBeforeDecoding() {
    ImageDecoder small = new ImageDecoder(new ImageLimits(1 << 20, 100, Duration.ofSeconds(60)));

    String reason =
        assertThrows(
                RefusedImageException.class, () -> small.decode(Pictures.resource("picture.heic")))
            .getMessage();

    assertTrue(reason.contains("pixels; at most 100 in all"), reason);
  }
}
