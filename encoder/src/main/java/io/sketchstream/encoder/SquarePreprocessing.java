package io.sketchstream.encoder;

import io.sketchstream.events.Sketch;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.Patience;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.images.sketch.SketchRenderer;

/// Photos squashed to the network's square, sketches cropped to their ink and fitted into it.
final class SquarePreprocessing implements Preprocessing {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final SketchRenderer sketches;
  private final int size;

  SquarePreprocessing(ModelArtifact model) {
    size = model.inputSize();
    sketches = new SketchRenderer(ImageLimits.DEFAULT, model.sketchFit());
  }

  @Override
  public PreparedImage image(byte[] jpeg) throws RefusedImageException {
    return ImageScaler.square(decoder.decodeHere(jpeg), size);
  }

  @Override
  public PreparedImage sketch(Sketch sketch, Patience patience) throws RefusedImageException {
    return sketches.render(sketch, size, patience);
  }
}
