package io.sketchstream.images.decode;

import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/// Detects the warnings of a reader about missing pixels that it filled in.
final class Damage implements IIOReadWarningListener {
  private boolean found;

  boolean found() {
    return found;
  }

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    found |=
        text.contains("premature")
            || text.contains("truncated")
            || text.contains("unexpected end")
            || text.contains("corrupt jpeg data: bad");
  }
}
