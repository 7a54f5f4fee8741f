package io.sketchstream.training.labels;

import io.sketchstream.events.Sha256;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// A bounded sample of the unlabelled images of the gallery, spread by a hash of their ids: those
/// with the lowest ones. Only what is in the sample stays on disk.
///
/// **Threads:** one.
final class GallerySample {
  private final int sizeMax;
  private final PictureFolder pictures;
  private final NavigableMap<String, String> idsByHash = new TreeMap<>();

  GallerySample(int sizeMax, PictureFolder pictures) {
    this.sizeMax = sizeMax;
    this.pictures = pictures;
  }

  /// Whether an image would be in the sample.
  boolean wants(String imageId) {
    String hash = hash(imageId);
    return idsByHash.size() < sizeMax || (sizeMax > 0 && hash.compareTo(idsByHash.lastKey()) <= 0);
  }

  void put(String imageId, byte[] jpeg) {
    if (wants(imageId)) {
      pictures.write(PictureFolder.Kind.GALLERY, imageId, jpeg);
      idsByHash.put(hash(imageId), imageId);
      if (idsByHash.size() > sizeMax) {
        Map.Entry<String, String> last = idsByHash.pollLastEntry();
        pictures.delete(PictureFolder.Kind.GALLERY, last.getValue());
      }
    }
  }

  void remove(String imageId) {
    if (idsByHash.remove(hash(imageId)) != null) {
      pictures.delete(PictureFolder.Kind.GALLERY, imageId);
    }
  }

  int size() {
    return idsByHash.size();
  }

  private static String hash(String imageId) {
    return Sha256.hex("gallery/" + imageId);
  }
}
