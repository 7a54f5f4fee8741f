package io.sketchstream.images.decode;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageHeader;
import io.sketchstream.images.process.DecoderTask;
import java.awt.image.BufferedImage;

/// Decoding a file in a decoder process. The process is killed at its deadline, so there is no
/// deadline here.
public final class DecodeTask implements DecoderTask {
  /// Made by the decoder process.
  public DecodeTask() {}

  @Override
  public BufferedImage run(byte[] file, int... parameters) throws RefusedImageException {
    Decoding decoding = Decoding.ofParameters(parameters);
    BufferedImage image = FileDecoder.decode(ImageHeader.read(file), decoding, new Deadline());
    return FileDecoder.reduce(image, decoding);
  }
}
