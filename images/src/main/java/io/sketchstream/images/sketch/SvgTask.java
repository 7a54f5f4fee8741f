package io.sketchstream.images.sketch;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.DecoderTask;
import java.awt.image.BufferedImage;

/// Rendering an SVG in a decoder process.
public final class SvgTask implements DecoderTask {
  /// Made by the decoder process.
  public SvgTask() {}

  @Override
  public BufferedImage run(byte[] file, int... parameters) throws RefusedImageException {
    return SvgRenderer.render(file);
  }
}
