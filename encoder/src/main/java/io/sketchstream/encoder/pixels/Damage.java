package io.sketchstream.encoder.pixels;

import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/// Notices the warnings with which a reader says that pixels are missing and that it made some up.
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
