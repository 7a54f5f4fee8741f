package io.sketchstream.images.process;

import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;

/// Work that runs in a decoder process. Implementations are public and have a public constructor
/// without parameters, because the other process makes its own instance by name.
public interface DecoderTask {
  /// Opens a file.
  ///
  /// @param parameters as the caller gave them to [DecoderPool#run]
  /// @return of type `TYPE_3BYTE_BGR`
  BufferedImage run(byte[] file, int... parameters) throws RefusedImageException;
}
