package io.sketchstream.encoder;

import io.sketchstream.encoder.pixels.ImageDecoder;
import io.sketchstream.encoder.pixels.ImageLimits;
import io.sketchstream.encoder.pixels.ImageScaler;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.encoder.pixels.SketchRenderer;
import io.sketchstream.events.Sketch;

/// Photos squashed to the network's square, sketches cropped to their ink and then squashed.
final class SquarePreprocessing implements Preprocessing {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final SketchRenderer sketches = new SketchRenderer();
  private final int size;

  SquarePreprocessing(int size) {
    this.size = size;
  }

  @Override
  public PreparedImage image(byte[] jpeg) throws RefusedImageException {
    return ImageScaler.square(decoder.decodeHere(jpeg), size);
  }

  @Override
  public PreparedImage sketch(Sketch sketch) throws RefusedImageException {
    return sketches.render(sketch, size);
  }
}
