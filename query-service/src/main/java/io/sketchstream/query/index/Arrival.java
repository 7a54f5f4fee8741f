package io.sketchstream.query.index;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ImagePosition;
import java.util.Optional;

/// An image that was added to a shard, as the standing queries need it.
///
/// @param vector as it is indexed: with the hubness as one more dimension
/// @param position its record of `images`; empty where it was read back from the index
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Arrival(
    String imageId,
    float[] vector,
    ImageAttributes attributes,
    Timestamp ingestedAt,
    Optional<ImagePosition> position) {

  static Arrival of(ImageEmbedded image, float[] vector) {
    return new Arrival(
        image.getImageId(),
        vector,
        image.getAttributes(),
        image.getIngestedAt(),
        Optional.of(
            ImagePosition.newBuilder()
                .setPartition(image.getSourcePartition())
                .setOffset(image.getSourceOffset())
                .build()));
  }
}
