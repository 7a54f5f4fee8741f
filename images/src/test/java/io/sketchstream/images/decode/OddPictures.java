package io.sketchstream.images.decode;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.bmp.BMPImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Valid files of rare kinds, by name: PNG of all depths and colour types, packed BMP, tiled TIFF.
final class OddPictures {
  private static final int SIDE = 8;
  private static final int PALETTE = 3;

  /// By colour type.
  private static final int[][] DEPTHS = {
    {1, 2, 4, 8, 16}, {}, {8, 16}, {1, 2, 4, 8}, {8, 16}, {}, {8, 16}
  };

  private static final int[] SAMPLES = {1, 0, 3, 1, 2, 0, 4};

  /// Of the passes of an interlaced PNG: left, top, step to the right and down.
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private OddPictures() {}

  static Map<String, byte[]> all() {
    Map<String, byte[]> files = new TreeMap<>();
    for (int type = 0; type < DEPTHS.length; type++) {
      for (int bits : DEPTHS[type]) {
        files.put("type-%d-%d.png".formatted(type, bits), png(type, bits, false));
        files.put("type-%d-%d-interlaced.png".formatted(type, bits), png(type, bits, true));
      }
    }
    BufferedImage picture = Pictures.picture(BufferedImage.TYPE_INT_RGB);
    files.put("packed-8.bmp", packed(indexed(8), "bmp", "BI_RLE8"));
    files.put("packed-4.bmp", packed(indexed(4), "bmp", "BI_RLE4"));
    files.put(
        "fields.bmp", packed(drawn(BufferedImage.TYPE_USHORT_565_RGB), "bmp", "BI_BITFIELDS"));
    files.put("top-down.bmp", packed(picture, "bmp", "BI_RGB"));
    for (String method : new String[] {"LZW", "Deflate", "PackBits", "ZLib"}) {
      files.put("tiled-" + method + ".tiff", packed(picture, "tiff", method));
    }
    files.put("fax.tiff", packed(drawn(BufferedImage.TYPE_BYTE_BINARY), "tiff", "CCITT T.6"));
    return files;
  }

  /// A PNG of 8 x 8 pixels; one that may have a transparent colour has it.
  private static byte[] png(int type, int bits, boolean interlaced) {
    byte[] header = new byte[] {0, 0, 0, SIDE, 0, 0, 0, SIDE, (byte) bits, (byte) type, 0, 0, 0};
    header[12] = (byte) (interlaced ? 1 : 0);
    byte[] colours = new byte[3 << Math.min(bits, 4)];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (byte) (31 * i);
    }
    byte[] empty = new byte[0];
    return Pictures.png(
        Pictures.chunk("IHDR", header),
        type == PALETTE ? Pictures.chunk("PLTE", colours) : empty,
        type < 4
            ? Pictures.chunk("tRNS", new byte[type == PALETTE ? 1 : 2 * SAMPLES[type]])
            : empty,
        Pictures.chunk("IDAT", deflated(rows(bits * SAMPLES[type], interlaced))));
  }

  private static byte[] rows(int bitsPerPixel, boolean interlaced) {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    for (int[] pass : interlaced ? PASSES : new int[][] {{0, 0, 1, 1}}) {
      int width = (SIDE - pass[0] + pass[2] - 1) / pass[2];
      int height = (SIDE - pass[1] + pass[3] - 1) / pass[3];
      for (int y = 0; y < height; y++) {
        rows.write(y % 5); // One of the filters.
        for (int i = 0; i < (width * bitsPerPixel + 7) / 8; i++) {
          rows.write(37 * i + y & 0x77);
        }
      }
    }
    return rows.toByteArray();
  }

  private static byte[] deflated(byte[] rows) {
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] buffer = new byte[rows.length + 100];
    int size = deflater.deflate(buffer);
    deflater.end();
    return Arrays.copyOf(buffer, size);
  }

  private static BufferedImage indexed(int bits) {
    byte[] reds = new byte[1 << bits];
    for (int i = 0; i < reds.length; i++) {
      reds[i] = (byte) (i * 255 / (reds.length - 1));
    }
    IndexColorModel palette = new IndexColorModel(bits, reds.length, reds, reds, reds);
    int type = bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY;
    return drawn(new BufferedImage(Pictures.WIDTH, Pictures.HEIGHT, type, palette));
  }

  private static BufferedImage drawn(int type) {
    return drawn(new BufferedImage(Pictures.WIDTH, Pictures.HEIGHT, type));
  }

  private static BufferedImage drawn(BufferedImage image) {
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(9, 5, Pictures.WIDTH / 2, Pictures.HEIGHT / 2);
    graphics.dispose();
    return image;
  }

  private static byte[] packed(BufferedImage image, String format, String method) {
    ImageWriter writer = writer(format);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionType(method);
      if (param instanceof BMPImageWriteParam bmp) {
        bmp.setTopDown(method.equals("BI_RGB"));
      } else if (!method.startsWith("CCITT")) {
        param.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
        param.setTiling(16, 16, 0, 0);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /// That of the JDK, which knows more than others do.
  private static ImageWriter writer(String format) {
    for (Iterator<ImageWriter> all = ImageIO.getImageWritersByFormatName(format); all.hasNext(); ) {
      ImageWriter writer = all.next();
      if (writer.getClass().getName().startsWith("com.sun.")) {
        return writer;
      }
    }
    throw new IllegalStateException("this Java has no writer for " + format);
  }
}
