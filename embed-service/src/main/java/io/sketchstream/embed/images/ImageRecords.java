package io.sketchstream.embed.images;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.ImageKey;
import io.sketchstream.events.Instants;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Parses records of `images` and bounds every field that is carried along, so that an embedding
/// can always be written.
final class ImageRecords {
  /// Room for title, tags and further attributes; many times what ingest-service accepts.
  static final int ATTRIBUTES_SIZE_MAX = 512 << 10;

  private ImageRecords() {}

  /// Whether a record has a key that can be the id of an image. Nothing can be written for a record
  /// without one.
  static boolean hasImageId(ConsumerRecord<byte[], byte[]> record) {
    return ImageKey.isId(record.key());
  }

  /// The event of a record.
  ///
  /// @throws InvalidRecordException with the reason when it is not valid
  static ImageIngested parse(byte[] value) throws InvalidRecordException {
    ImageIngested image;
    try {
      image = ImageIngested.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidRecordException("not an ImageIngested: " + e.getMessage());
    }
    int size = image.getAttributes().getSerializedSize();
    if (size > ATTRIBUTES_SIZE_MAX) {
      throw new InvalidRecordException(
          "its attributes have %d bytes, more than %d".formatted(size, ATTRIBUTES_SIZE_MAX));
    }
    return image.hasIngestedAt()
        ? image.toBuilder()
            .setIngestedAt(Instants.timestamp(Instants.of(image.getIngestedAt())))
            .build()
        : image;
  }

  /// Why a record is not valid.
  static final class InvalidRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidRecordException(String reason) {
      super(reason);
    }
  }
}
