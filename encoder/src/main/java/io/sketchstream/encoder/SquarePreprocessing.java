package io.sketchstream.encoder;

import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.events.Sketch;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/// Squashes images to the network's square.
final class SquarePreprocessing implements Preprocessing {
  private final int size;

  SquarePreprocessing(int size) {
    this.size = size;
  }

  @Override
  public PreparedImage image(byte[] jpeg) throws RefusedImageException {
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
      if (image == null) {
        throw new RefusedImageException("this is no image");
      }
      BufferedImage square = new BufferedImage(size, size, BufferedImage.TYPE_3BYTE_BGR);
      Graphics2D graphics = square.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(image, 0, 0, size, size, null);
      graphics.dispose();
      byte[] bgr = ((DataBufferByte) square.getRaster().getDataBuffer()).getData();
      byte[] rgb = new byte[bgr.length];
      for (int i = 0; i < rgb.length; i += 3) {
        rgb[i] = bgr[i + 2];
        rgb[i + 1] = bgr[i + 1];
        rgb[i + 2] = bgr[i];
      }
      return new PreparedImage(rgb, size);
    } catch (IOException e) {
      throw new RefusedImageException("this image is damaged", e);
    }
  }

  @Override
  public PreparedImage sketch(Sketch sketch) throws RefusedImageException {
    if (!sketch.hasRaster()) {
      throw new RefusedImageException("strokes are not rendered yet");
    }
    return image(sketch.getRaster().toByteArray());
  }
}
