package io.sketchstream.embed.sketches;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.Deadlines;
import io.sketchstream.events.Instants;
import io.sketchstream.events.SearchError;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sha256;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchSubmitted;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// A record of [sketches], parsed once. All fields copied into the answer are bounded, so that an
/// answer can always be sent.
///
/// @param key of the answer; null when neither the record nor its message has an id
/// @param request its times are those of the broker, see [Deadlines]
/// @param refusal why the record is not valid; empty when it is
record ReceivedSketch(
    byte[] key,
    String queryId,
    SearchRequest request,
    Sketch sketch,
    Optional<SearchError> refusal) {
  /// Longest query id, in bytes. A longer one is answered under `sha256-` and its hash.
  static final int QUERY_ID_SIZE_MAX = 1_000;

  /// Room for filter, text and positions; many times what the HTTP API accepts.
  static final int REQUEST_SIZE_MAX = 64 << 10;

  static ReceivedSketch of(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key() == null ? null : bounded(record.key());
    SketchSubmitted submitted;
    try {
      if (record.value() == null) {
        throw new InvalidProtocolBufferException("the record has no value");
      }
      submitted = SketchSubmitted.parseFrom(record.value());
    } catch (InvalidProtocolBufferException e) {
      return new ReceivedSketch(
          key,
          key == null ? "" : new String(key, UTF_8),
          SearchRequest.getDefaultInstance(),
          Sketch.getDefaultInstance(),
          refusal(SearchErrorCode.BAD_SKETCH, "not a SketchSubmitted: " + e.getMessage()));
    }
    return of(key, submitted, record.timestamp());
  }

  private static ReceivedSketch of(byte[] recordKey, SketchSubmitted submitted, long recordMillis) {
    byte[] id = submitted.getQueryIdBytes().toByteArray();
    byte[] bounded = bounded(id);
    byte[] key = id.length == 0 ? recordKey : bounded;
    int requestSize = submitted.getRequest().getSerializedSize();
    if (requestSize > REQUEST_SIZE_MAX) {
      return new ReceivedSketch(
          key,
          new String(bounded, UTF_8),
          essentials(submitted.getRequest()),
          Sketch.getDefaultInstance(),
          refusal(
              SearchErrorCode.BAD_REQUEST,
              "the request has %d bytes, more than %d".formatted(requestSize, REQUEST_SIZE_MAX)));
    }
    return new ReceivedSketch(
        key,
        new String(bounded, UTF_8),
        Deadlines.byRecord(submitted.getRequest(), recordMillis),
        submitted.getSketch(),
        id.length > QUERY_ID_SIZE_MAX
            ? refusal(
                SearchErrorCode.BAD_REQUEST,
                "query_id has %d bytes, more than %d".formatted(id.length, QUERY_ID_SIZE_MAX))
            : Optional.empty());
  }

  /// What is needed to tell the caller the reason; the times without fields that nobody knows.
  private static SearchRequest essentials(SearchRequest request) {
    SearchRequest.Builder few =
        SearchRequest.newBuilder().setReplyPartition(request.getReplyPartition());
    if (request.hasSubmittedAt()) {
      few.setSubmittedAt(Instants.timestamp(Instants.of(request.getSubmittedAt())));
    }
    if (request.hasDeadline()) {
      few.setDeadline(Instants.timestamp(Instants.of(request.getDeadline())));
    }
    return few.build();
  }

  private static Optional<SearchError> refusal(SearchErrorCode code, String reason) {
    return Optional.of(SearchError.newBuilder().setCode(code).setMessage(reason).build());
  }

  private static byte[] bounded(byte[] id) {
    return id.length <= QUERY_ID_SIZE_MAX ? id : ("sha256-" + Sha256.hex(id)).getBytes(UTF_8);
  }
}
