package io.sketchstream.ingest.watch;

import io.sketchstream.ingest.gallery.ImageIds;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The watched directories, and which files below them images came from.
final class WatchedRoots {
  private final List<Path> roots;

  WatchedRoots(List<Path> roots) {
    this.roots = roots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
  }

  List<Path> all() {
    return roots;
  }

  /// The directory that a file is below.
  Optional<Path> of(Path file) {
    return roots.stream().filter(file::startsWith).findFirst();
  }

  /// The file of an image, if the image came from a watch of these directories.
  Optional<Path> fileOf(String imageId, String uri) {
    if (!uri.startsWith("file:///") || !ImageIds.ofFile(uri).equals(imageId)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(URI.create(uri)))
          .filter(file -> file.equals(file.normalize()) && of(file).isPresent());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Not a path on this machine.
    }
  }

  @Override
  public String toString() {
    return roots.toString();
  }
}
