package io.sketchstream.ingest.labels;

import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.ingest.labels.LabelLine.Label;
import io.sketchstream.shell.access.GalleryLimit;

/// Lets a key that is limited to galleries label their images alone. A sketch is in no gallery, and
/// a label with an id of the caller's own may replace one of another gallery.
///
/// **Threads:** any.
public final class GalleryLabels implements LabelUpload.Permission {
  private final Gallery gallery;
  private final GalleryLimit limit;

  public GalleryLabels(Gallery gallery, GalleryLimit limit) {
    this.gallery = gallery;
    this.limit = limit;
  }

  @Override
  public void check(Label label) throws RefusedException {
    if (limit.isNone()) {
      return;
    }
    if (!label.event().hasImageId() || label.named()) {
      throw new RefusedException(
          Reason.OTHER_GALLERY,
          "the key is limited to galleries: it labels images, without a labelId");
    }
    String id = label.event().getImageId();
    if (!gallery.has(id, limit)) {
      throw new RefusedException(
          Reason.OTHER_GALLERY, "image '%s' is not in the galleries of the key".formatted(id));
    }
  }
}
