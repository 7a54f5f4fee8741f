package io.sketchstream.images.decode;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Sketch;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// The picture that the tests pack in every format: 48 x 32, the upper quarter green, below it red
/// on the left and blue on the right. No two of its corners look alike.
public final class Pictures {
  public static final int WIDTH = 48;
  public static final int HEIGHT = 32;

  private Pictures() {}

  public static BufferedImage picture(int type) {
    return picture(type, WIDTH, HEIGHT);
  }

  public static BufferedImage picture(int type, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, width / 2, height);
    graphics.setColor(Color.BLUE);
    graphics.fillRect(width / 2, 0, width - width / 2, height);
    graphics.setColor(Color.GREEN);
    graphics.fillRect(0, 0, width, height / 4);
    graphics.dispose();
    return image;
  }

  public static byte[] write(BufferedImage image, String format) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] jpeg(BufferedImage image, boolean progressive) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(0.95f);
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
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

  public static byte[] resource(String name) {
    try (InputStream in = Pictures.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A JPEG with the orientation put in as a camera does.
  public static byte[] withOrientation(byte[] jpeg, int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(2 + 2 + 6 + 26);
    exif.putShort((short) 0xffe1).putShort((short) (exif.capacity() - 2));
    exif.put("Exif\0\0".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    exif.put(tiffWithOrientation(orientation));
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + exif.capacity());
    file.put(jpeg, 0, 2).put(exif.flip()).put(jpeg, 2, jpeg.length - 2);
    return file.array();
  }

  public static byte[] tiffWithOrientation(int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
    tiff.putShort((short) 0x4949).putShort((short) 42).putInt(8).putShort((short) 1);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putInt(orientation).putInt(0);
    return tiff.array();
  }

  /// A PNG of one colour, its rows never in memory at once.
  public static byte[] hugePng(int width, int height) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
      byte[] row = new byte[1 + width * 3];
      for (int y = 0; y < height; y++) {
        out.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return png(header(width, height, 8, 2), chunk("IDAT", packed.toByteArray()));
  }

  /// A PNG of the given chunks, with an end.
  public static byte[] png(byte[]... chunks) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    for (byte[] chunk : chunks) {
      file.writeBytes(chunk);
    }
    file.writeBytes(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  public static byte[] header(int width, int height, int bits, int colourType) {
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(width).putInt(height).put((byte) bits).put((byte) colourType);
    return chunk("IHDR", header.array());
  }

  public static byte[] chunk(String type, byte[] content) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + content.length);
    chunk.putInt(content.length);
    chunk.put(type.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    chunk.put(content);
    CRC32 sum = new CRC32();
    sum.update(chunk.array(), 4, 4 + content.length);
    return chunk.putInt((int) sum.getValue()).array();
  }

  /// A sketch that is a file.
  public static Sketch sketch(byte[] file) {
    return Sketch.newBuilder().setRaster(ByteString.copyFrom(file)).build();
  }
}
