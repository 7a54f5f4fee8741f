package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageHeader;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A whole picture is not refused for a side issue: what viewers show is taken as they show it.
class JpegRepairTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final byte[] plain =
      Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 320, 240), false);
  private final byte[] progressive =
      Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 320, 240), true);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 300})
  void skipsStrayBytesBetweenSegments(int count) throws RefusedImageException {
    byte[] junk = new byte[count];
    Arrays.fill(junk, (byte) 0x41);

    assertSamePixels(plain, insert(plain, 20, junk));
    assertSamePixels(progressive, insert(progressive, 20, junk));
  }

  @Test
  void skipsSegmentsOfLengthZero() throws RefusedImageException {
    assertSamePixels(plain, insert(plain, 20, new byte[] {-1, (byte) 0xe5, 0, 0}));
    assertSamePixels(plain, insert(plain, 20, new byte[] {-1, (byte) 0xfe, 0, 1}));
  }

  @Test
  void addsAMissingEndMark() throws RefusedImageException {
    for (byte[] file : List.of(plain, progressive)) {
      byte[] endless = Arrays.copyOf(file, file.length - 2);
      byte[] random = new byte[50_000];
      new Random(7).nextBytes(random);

      assertSamePixels(file, endless);
      assertSamePixels(file, append(endless, random));
      assertSamePixels(file, append(file, random));
      assertSamePixels(
          file, append(endless, "ftypmp42 a clip".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @Test
  void refusesAProgressivePictureWhoseLastScansAreMissing() {
    int lastScan = -1;
    for (int i = 0; i + 1 < progressive.length; i++) {
      if (progressive[i] == -1 && progressive[i + 1] == (byte) 0xda) {
        lastScan = i;
      }
    }
    byte[] cut = Arrays.copyOf(progressive, lastScan);

    assertEquals(
        "the JPEG is truncated: data is missing",
        assertThrows(RefusedImageException.class, () -> decoder.decode(cut)).getMessage());
  }

  @Test
  void usesTheFirstOfTwoExifBlocks() throws RefusedImageException {
    byte[] upright = Pictures.withOrientation(plain, 1);
    byte[] turned = Pictures.withOrientation(upright, 6);

    BufferedImage image = decoder.decode(turned);

    assertEquals(240, image.getWidth());
    assertEquals(320, image.getHeight());
  }

  @Test
  void ignoresATruncatedOrOversizedProfile() throws RefusedImageException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] huge = profile.clone();
    ByteBuffer.wrap(huge).putInt(0, Integer.MAX_VALUE);
    byte[] gray = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
    for (byte[] bad : List.of(Arrays.copyOf(profile, profile.length / 2), huge, gray)) {
      byte[] file = withProfile(plain, bad);

      assertSamePixels(plain, file);
      assertTrue(ImageHeader.read(file).plain());
      assertArrayEquals(
          CanonicalImage.of(plain, decoder).jpeg(), CanonicalImage.of(file, decoder).jpeg());
    }
  }

  @Test
  void appliesACompleteProfileInThisProcessAndKeepsSrgb() throws RefusedImageException {
    byte[] linear = withProfile(plain, ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData());
    byte[] srgb = withProfile(plain, ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData());

    assertTrue(ImageHeader.read(linear).plain() && ImageHeader.read(linear).profile().isPresent());
    assertSamePixels(plain, srgb);
    assertTrue(!ImageHeader.read(srgb).profile().isPresent(), "sRGB needs no conversion");
  }

  @Test
  void returnsTheArrayOfACanonicalImageItself() throws RefusedImageException {
    byte[] canonical = CanonicalImage.of(plain, decoder).jpeg();

    assertTrue(ImageHeader.read(canonical).bytes() == canonical, "not copied");
    assertArrayEquals(canonical, CanonicalImage.of(canonical, decoder).jpeg());
  }

  @Test
  void namesUnsupportedVariants() {
    byte[] arithmetic = plain.clone();
    for (int i = 2; i + 1 < arithmetic.length; i++) {
      if (arithmetic[i] == -1 && arithmetic[i + 1] == (byte) 0xc0) {
        arithmetic[i + 1] = (byte) 0xc9;
        break;
      }
    }
    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(arithmetic)).getMessage();
    assertTrue(reason.contains("arithmetic coded, which is not supported"), reason);
  }

  private void assertSamePixels(byte[] expected, byte[] file) throws RefusedImageException {
    assertArrayEquals(
        ImageScaler.bytes(decoder.decode(expected)), ImageScaler.bytes(decoder.decode(file)));
  }

  static byte[] withProfile(byte[] jpeg, byte[] profile) {
    ByteBuffer segment = ByteBuffer.allocate(profile.length + 18);
    segment.putShort((short) 0xffe2).putShort((short) (profile.length + 16));
    segment.put("ICC_PROFILE\0".getBytes(StandardCharsets.ISO_8859_1));
    segment.put((byte) 1).put((byte) 1).put(profile);
    return insert(jpeg, 2, segment.array());
  }

  private static byte[] insert(byte[] file, int at, byte[] bytes) {
    ByteBuffer longer = ByteBuffer.allocate(file.length + bytes.length);
    return longer.put(file, 0, at).put(bytes).put(file, at, file.length - at).array();
  }

  private static byte[] append(byte[] file, byte[] bytes) {
    return insert(file, file.length, bytes);
  }
}
