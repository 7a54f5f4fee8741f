package io.sketchstream.events;

import com.google.protobuf.MessageLite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/// The headers of every record: CloudEvents 1.0 in Kafka's binary content mode (`ce_*`,
/// `content-type`), W3C Trace Context (`traceparent`), and our own few.
public final class EventHeaders {
  /// The W3C trace context of the request that caused this record.
  public static final String TRACEPARENT = "traceparent";

  /// The CloudEvents id of an event: the same in each repetition of it.
  public static final String ID = "ce_id";

  /// Why a record is in a dead-letter topic.
  public static final String REASON = "dead-letter-reason";

  /// The generation that could not embed a record; another one may have.
  public static final String REFUSED_BY = "dead-letter-generation";

  /// 55 bytes in the first version of W3C Trace Context; later ones may be longer.
  private static final int TRACEPARENT_SIZE_MAX = 256;

  private static final String IMAGES_OFFSET = "images-offset";
  private static final String TERM = "term";
  private static final String CONTENT_TYPE = "content-type";
  private static final String DEAD_LETTER_TOPIC = "dead-letter-topic";
  private static final String DEAD_LETTER_PARTITION = "dead-letter-partition";
  private static final String DEAD_LETTER_OFFSET = "dead-letter-offset";

  private EventHeaders() {}

  /// Where a dead letter came from.
  public record Origin(String topic, int partition, long offset) {}

  /// Puts the CloudEvents attributes of an event on its record.
  ///
  /// @param source the service that made the event, such as `ingest-service`
  /// @param type the event; its Protobuf name becomes the CloudEvents type
  public static void describe(
      Headers headers, String source, Class<? extends MessageLite> type, String id, Instant time) {
    put(headers, "ce_specversion", "1.0");
    put(headers, ID, id);
    put(headers, "ce_source", "/sketchstream/" + source);
    put(headers, "ce_type", "sketchstream.v1." + type.getSimpleName());
    put(headers, "ce_time", time.toString());
    put(headers, CONTENT_TYPE, "application/protobuf");
  }

  /// Copies the trace context of the causing record, if it has a plausible one.
  public static void continueTrace(Headers from, Headers to) {
    Header traceparent = from.lastHeader(TRACEPARENT);
    if (traceparent != null
        && traceparent.value() != null
        && traceparent.value().length <= TRACEPARENT_SIZE_MAX) {
      to.remove(TRACEPARENT).add(traceparent);
    }
  }

  /// Says which record of `images` an embedding, or its tombstone, answers.
  public static void setImagesOffset(Headers headers, long offset) {
    put(headers, IMAGES_OFFSET, offset);
  }

  /// Which record of `images` this one answers; empty if the header is missing.
  public static OptionalLong imagesOffset(Headers headers) {
    return number(headers, IMAGES_OFFSET);
  }

  /// Says in which term the owner of a partition of `images` wrote an embedding, or its tombstone.
  /// Each owner has a higher term than all before it, so a record of a lower term than an earlier
  /// one in the same partition was written late, by an owner that had lost the partition.
  ///
  /// @param term 0 or more
  public static void setTerm(Headers headers, long term) {
    put(headers, TERM, term);
  }

  /// The term of the owner that wrote an embedding; empty if the header is missing, or no owner can
  /// have had that term yet.
  ///
  /// @param offset of the record
  public static OptionalLong term(Headers headers, long offset) {
    OptionalLong term = number(headers, TERM);
    return term.isPresent() && EmbedProgress.isTerm(term.getAsLong(), offset)
        ? term
        : OptionalLong.empty();
  }

  /// Says where a dead letter came from and why it was refused.
  public static void refuse(
      Headers headers, String topic, int partition, long offset, String reason) {
    put(headers, REASON, reason);
    put(headers, DEAD_LETTER_TOPIC, topic);
    put(headers, DEAD_LETTER_PARTITION, Integer.toString(partition));
    put(headers, DEAD_LETTER_OFFSET, Long.toString(offset));
  }

  /// Says which generation could not embed the record of a dead letter.
  public static void setRefusedBy(Headers headers, Generation generation) {
    put(headers, REFUSED_BY, generation.id());
  }

  /// Where a dead letter came from; empty if the headers are missing.
  public static Optional<Origin> origin(Headers headers) {
    try {
      return Optional.of(
          new Origin(
              text(headers, DEAD_LETTER_TOPIC),
              Integer.parseInt(text(headers, DEAD_LETTER_PARTITION)),
              Long.parseLong(text(headers, DEAD_LETTER_OFFSET))));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /// The text of a header; empty when it is missing.
  public static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static OptionalLong number(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null || header.value().length != Long.BYTES
        ? OptionalLong.empty()
        : OptionalLong.of(ByteBuffer.wrap(header.value()).getLong());
  }

  private static void put(Headers headers, String name, long value) {
    headers.remove(name).add(name, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
