package io.sketchstream.encoder;

import io.sketchstream.events.Sketch;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.Patience;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.images.sketch.SketchRenderer;

/// Photos and sketches scaled to the network's square as the model's [ModelInput] says.
final class SquarePreprocessing implements Preprocessing {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final SketchRenderer sketches;
  private final ModelInput input;

  SquarePreprocessing(ModelArtifact model) {
    input = model.input();
    sketches = new SketchRenderer(ImageLimits.DEFAULT, input.sketches());
  }

  @Override
  public PreparedImage image(byte[] jpeg) throws RefusedImageException {
    return ImageScaler.square(decoder.decodeHere(jpeg), input.photos(), input.size());
  }

  @Override
  public PreparedImage sketch(Sketch sketch, Patience patience) throws RefusedImageException {
    return sketches.render(sketch, input.size(), patience);
  }
}
