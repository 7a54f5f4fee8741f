package io.sketchstream.ingest.gallery;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.shell.access.GalleryLimit;
import java.util.Optional;

/// Which gallery an image is in, and whether a caller may reach it there.
final class GalleryNames {
  private GalleryNames() {}

  /// The gallery of an image with these attributes; empty for none.
  static String of(ImageAttributes attributes) {
    return attributes.getExtraOrDefault(GalleryLimit.GALLERY, "");
  }

  static boolean allows(GalleryLimit limit, ImageIngested image) {
    return limit.allows(of(image.getAttributes()));
  }

  /// Checks that an image may be replaced.
  ///
  /// @param there the image of that id; empty when there is none
  /// @throws RefusedException when it is in a gallery that the caller does not reach
  static void check(GalleryLimit limit, Optional<ImageIngested> there) throws RefusedException {
    if (there.isPresent() && !allows(limit, there.get())) {
      throw new RefusedException(Reason.OTHER_GALLERY, "an image in another gallery has this id");
    }
  }

  /// Checks that a caller may give an image these attributes.
  ///
  /// @throws RefusedException when they name a gallery that the caller does not reach, or none
  static void check(GalleryLimit limit, ImageAttributes attributes) throws RefusedException {
    if (!limit.allows(of(attributes))) {
      throw new RefusedException(
          Reason.OTHER_GALLERY, "the key is limited to %s; name one of them".formatted(limit));
    }
  }

  /// The attributes of a new image: without a gallery it is in the only one of the caller.
  ///
  /// @throws RefusedException as for [#check]
  static ImageAttributes within(GalleryLimit limit, ImageAttributes given) throws RefusedException {
    ImageAttributes attributes =
        of(given).isBlank() && limit.only().isPresent()
            ? given.toBuilder().putExtra(GalleryLimit.GALLERY, limit.only().get()).build()
            : given;
    check(limit, attributes);
    return attributes;
  }
}
