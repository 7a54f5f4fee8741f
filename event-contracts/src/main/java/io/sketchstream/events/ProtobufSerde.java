package io.sketchstream.events;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/// Protobuf messages as Kafka values. Null stays null: it is a tombstone.
final class ProtobufSerde {
  private ProtobufSerde() {}

  /// @throws SerializationException from the deserializer, naming the topic, when the bytes are not
  ///   such a message
  static <M extends MessageLite> Serde<M> of(Parser<M> parser) {
    return Serdes.serdeFrom(
        (_, message) -> message == null ? null : message.toByteArray(),
        (topic, bytes) -> bytes == null ? null : parse(parser, topic, bytes));
  }

  private static <M> M parse(Parser<M> parser, String topic, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new SerializationException(
          "a record of "
              + topic
              + " ("
              + bytes.length
              + " bytes) is not the expected event: "
              + e.getMessage(),
          e);
    }
  }
}
