package io.sketchstream.query.index;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ImageKey;
import io.sketchstream.score.Score;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Reads records of an embeddings topic and checks that they fit the shard: whole, of unit length,
/// of the dimension that the first one had, and of a possible hubness.
///
/// **Threads:** the one that writes the shard.
final class EmbeddingReader {
  private static final double NORM_TOLERANCE = 1e-3;
  private static final float HUBNESS_MAX = 1 + 1e-3f;
  private static final long YEAR_10000_SECONDS = 253_402_300_800L;

  private volatile int dimension;

  /// @param dimension of all vectors; 0 when the first is still to come
  EmbeddingReader(int dimension) {
    this.dimension = dimension;
  }

  /// An event and what is indexed of its vector: the hubness is one more dimension, see [Score].
  record Embedded(ImageEmbedded image, float[] vector) {}

  int dimension() {
    return dimension;
  }

  static String imageId(byte[] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  /// @return empty for a null: the image is gone
  Optional<Embedded> read(byte[] key, byte[] value) throws RefusedEmbeddingException {
    if (value == null) {
      return Optional.empty();
    }
    ImageEmbedded image = parse(value);
    if (!ImageKey.isId(key) || !imageId(key).equals(image.getImageId())) {
      throw new RefusedEmbeddingException(
          "its key is not its image id '" + image.getImageId() + "'");
    }
    if (Math.abs(image.getIngestedAt().getSeconds()) > YEAR_10000_SECONDS) {
      throw new RefusedEmbeddingException(image.getImageId() + " has no valid ingestion time");
    }
    float hubness = image.getHubness();
    if (!(Math.abs(hubness) <= HUBNESS_MAX)) {
      throw new RefusedEmbeddingException(
          image.getImageId() + " has a hubness of " + hubness + ", not -1 to 1");
    }
    return Optional.of(new Embedded(image, Score.indexVector(unitVector(image), hubness)));
  }

  private static ImageEmbedded parse(byte[] value) throws RefusedEmbeddingException {
    try {
      return ImageEmbedded.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedEmbeddingException("not an ImageEmbedded: " + e.getMessage());
    }
  }

  private float[] unitVector(ImageEmbedded image) throws RefusedEmbeddingException {
    int length = image.getVectorCount();
    if (length == 0
        || length > VectorCodec.DIMENSION_MAX
        || dimension != 0 && length != dimension) {
      throw new RefusedEmbeddingException(
          "%s has a vector of %d dimensions, not %s"
              .formatted(
                  image.getImageId(),
                  length,
                  dimension == 0 ? "1 to " + VectorCodec.DIMENSION_MAX : dimension));
    }
    float[] vector = new float[length];
    double squares = 0;
    for (int i = 0; i < length; i++) {
      vector[i] = image.getVector(i);
      squares += (double) vector[i] * vector[i];
    }
    if (!(Math.abs(Math.sqrt(squares) - 1) <= NORM_TOLERANCE)) {
      throw new RefusedEmbeddingException(
          image.getImageId() + " has a vector of length " + Math.sqrt(squares) + ", not 1");
    }
    dimension = length;
    return vector;
  }
}
