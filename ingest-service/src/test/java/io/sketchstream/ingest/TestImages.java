package io.sketchstream.ingest;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/// Files to upload: good ones, and some that must be refused.
public final class TestImages {
  private TestImages() {}

  /// A JPEG whose content depends on the seed.
  public static byte[] jpeg(int seed) {
    return picture("jpeg", seed, 320, 240);
  }

  /// A PNG whose content depends on the seed.
  public static byte[] png(int seed) {
    return picture("png", seed, 64, 48);
  }

  /// A JPEG that ends in the middle.
  public static byte[] truncated() {
    byte[] whole = jpeg(1);
    return java.util.Arrays.copyOf(whole, whole.length / 2);
  }

  /// A well-formed PNG of a few kB that would take gigabytes when decoded.
  public static byte[] bomb() {
    int side = 30_000;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(header)) {
      out.writeInt(side);
      out.writeInt(side);
      out.write(new byte[] {1, 0, 0, 0, 0}); // One bit, grey.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    chunk(file, "IHDR", header.toByteArray());
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(packed, new Deflater(Deflater.BEST_COMPRESSION))) {
      byte[] row = new byte[1 + side / 8 + 1];
      for (int y = 0; y < side; y++) {
        out.write(row, 0, 1 + (side + 7) / 8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    chunk(file, "IDAT", packed.toByteArray());
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static byte[] picture(String format, int seed, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(
        new GradientPaint(0, 0, new Color(seed * 7919), width, height, new Color(seed * 104729)));
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    try {
      DataOutputStream out = new DataOutputStream(file);
      out.writeInt(content.length);
      out.write(name);
      out.write(content);
      out.writeInt((int) crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
