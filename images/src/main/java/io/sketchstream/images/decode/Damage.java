package io.sketchstream.images.decode;

import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/// Detects the warnings of a reader about missing pixels that it filled in.
final class Damage implements IIOReadWarningListener {
  private boolean found;
  private boolean missing;

  boolean found() {
    return found;
  }

  /// Whether the file ends too early, or a part of it.
  boolean missing() {
    return missing;
  }

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    missing |=
        text.contains("premature") || text.contains("truncated") || text.contains("unexpected end");
    found |= missing || text.contains("corrupt jpeg data: bad");
  }
}
